//! Documents in frames: what front ends get, and what is refused.

use lichtfeld_panel::{
    DocumentEffect, DocumentNode, ElementAction, ElementBox, ElementInput, Frame, FrameDocument,
    Input, InputValue, MouseButton, PanelIdentity, Session, Vec2, WidgetId,
};
use serde_json::json;
use std::sync::Arc;

fn version(version: u64, base: u64, changed: &[u64], removed: &[u64]) -> FrameDocument {
    let mut document = FrameDocument::new(version);
    document.base = base;
    document.changed = changed.to_vec();
    document.removed = removed.to_vec();
    document.nodes = vec![DocumentNode::new(1, 0)];
    document
}

#[test]
fn changes_that_nobody_has_seen_are_in_the_next_version() {
    let mut unseen = version(2, 1, &[5, 7], &[3]);
    unseen.effects = vec![DocumentEffect::Focus { node: Some(5) }];
    let shown = Arc::new(version(3, 2, &[6], &[7])).after(&unseen);
    assert_eq!((shown.version, shown.base), (3, 1));
    assert_eq!(shown.changed, [5, 6]);
    assert_eq!(shown.removed, [3, 7]);
    assert_eq!(shown.effects, unseen.effects);
    // The same version again, or one that does not follow, stays as it is.
    let same = Arc::new(version(2, 1, &[5], &[]));
    assert!(Arc::ptr_eq(&same, &Arc::clone(&same).after(&unseen)));
    let other = Arc::new(version(9, 8, &[5], &[]));
    assert!(Arc::ptr_eq(&other, &Arc::clone(&other).after(&unseen)));
}

#[test]
fn a_frame_with_a_document_is_read_as_it_was_written_and_bounded() {
    let mut frame = Frame::default();
    let mut document = version(4, 3, &[1], &[2]);
    document.effects = vec![DocumentEffect::Scroll {
        node: 1,
        to: Vec2::new(0.0, 3.0),
    }];
    document.nodes[0].tag = "body".into();
    document.nodes[0].attributes = vec![("value".into(), "1".into())];
    frame.document = Some(Arc::new(document));
    let text = serde_json::to_string(&frame).unwrap();
    assert_eq!(serde_json::from_str::<Frame>(&text).unwrap(), frame);
    assert!(
        !serde_json::to_string(&Frame::default())
            .unwrap()
            .contains("document")
    );
    let refused = |document: serde_json::Value| {
        let mut frame = serde_json::to_value(Frame::default()).unwrap();
        frame["document"] = document;
        serde_json::from_value::<Frame>(frame)
            .unwrap_err()
            .to_string()
    };
    let deep = json!({"version": 1, "nodes": [{"node": 1, "depth": 400}]});
    assert!(refused(deep).contains("deep"));
    let many = json!({"version": 1, "removed": vec![1; 100_001]});
    assert!(refused(many).contains("more than 100000 changes"));
}

#[test]
fn actions_on_elements_are_taken_in_order_and_else_dropped() {
    let input = |node, action| {
        let element = InputValue::Element(ElementInput::new(node, action));
        Input::new(WidgetId::PANEL, element)
    };
    let text = json!({"widget": WidgetId::PANEL, "element": {"node": 3, "click": "primary"}});
    let click = input(3, ElementAction::Click(MouseButton::Primary));
    assert_eq!(serde_json::from_value::<Input>(text).unwrap(), click);
    let mut session = Session::default();
    let place = |x| ElementAction::Layout(ElementBox::new(Vec2::new(x, 0.0), Vec2::ZERO));
    session.push_input(input(1, place(1.0)));
    session.push_input(click.clone());
    session.push_input(input(1, place(2.0)));
    assert!(session.has_pending());
    let mut recorder = session.record(PanelIdentity::default());
    let taken = recorder.take_elements();
    assert_eq!(taken.len(), 2);
    assert_eq!(
        taken[0],
        ElementInput::new(1, place(2.0)),
        "the last place counts"
    );
    recorder.drop_element(taken[1].clone(), "gone");
    let (frame, mut session) = recorder.finish();
    assert_eq!(frame.dropped.len(), 1);
    // A panel without a document does not keep them.
    session.push_input(click.clone());
    let (frame, mut session) = session.record(PanelIdentity::default()).finish();
    assert_eq!(frame.dropped[0].input, click);
    for node in 0..5000 {
        session.push_input(input(node, ElementAction::Focus(true)));
    }
    assert_eq!(session.take_pending().len(), 4096);
}
