//! Clicks by all buttons of the mouse, on widgets of all kinds, and inputs that nobody takes.

use lichtfeld_panel::{
    Frame, Input, InputValue, MouseButton, NoSuchWidget, PanelIdentity, Payload, PopupForm,
    Recorder, ScopeKind, Session, Value, WidgetId, WidgetKind,
};

const SECONDARY: InputValue = InputValue::Click(MouseButton::Secondary);

/// Draws once.
fn draw<R>(session: &mut Session, body: impl FnOnce(&mut Recorder) -> R) -> (R, Frame) {
    let mut recorder = std::mem::take(session).record(PanelIdentity::new("test", "Test"));
    let result = body(&mut recorder);
    let (frame, after) = recorder.finish();
    *session = after;
    (result, frame)
}

fn checkbox(panel: &mut Recorder) -> Option<InputValue> {
    panel.widget("Check", |label| WidgetKind::Checkbox {
        label,
        value: false,
    })
}

fn tree(panel: &mut Recorder) -> bool {
    panel.fold("Tree", false, None, None, |label, open| WidgetKind::Tree {
        label,
        open,
        leaf: false,
    })
}

#[test]
fn a_secondary_click_reaches_any_widget_and_changes_none() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        let check = (checkbox(panel), panel.clicked());
        let tree = (tree(panel), panel.clicked());
        panel.label("words");
        (check, tree, panel.clicked())
    };
    let (_, frame) = draw(&mut session, body);
    assert!(frame.widgets.iter().all(|widget| widget.traits.wants_click));
    for widget in &frame.widgets {
        session.push_input(Input::new(widget.id, SECONDARY));
    }
    let ((check, tree, words), frame) = draw(&mut session, body);
    let clicked = Some(MouseButton::Secondary);
    assert_eq!(check, (Some(SECONDARY), clicked));
    assert_eq!((tree, words), ((false, clicked), clicked));
    assert_eq!(frame.dropped, []);
    assert!(matches!(
        frame.widgets[0].kind,
        WidgetKind::Checkbox { value: false, .. }
    ));
    let (again, _) = draw(&mut session, body);
    assert_eq!(again, ((None, None), (false, None), None), "once");
}

#[test]
fn a_click_that_folds_or_ticks_is_a_click_as_well() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        let check = (checkbox(panel), panel.clicked());
        (check, (tree(panel), panel.clicked()))
    };
    let (_, frame) = draw(&mut session, body);
    for widget in &frame.widgets {
        session.push_input(Input::new(widget.id, InputValue::CLICK));
    }
    let primary = Some(MouseButton::Primary);
    let set = Some(InputValue::Set(Value::Bool(true)));
    assert_eq!(
        draw(&mut session, body).0,
        ((set, primary), (true, primary))
    );
}

#[test]
fn a_secondary_click_on_a_widget_opens_its_context_menu() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.label("words");
        let open = panel.begin_popup("menu", PopupForm::Context, None);
        let clicked = open && panel.button("Copy");
        if open {
            panel.end(ScopeKind::ContextMenu, None);
        }
        (open, clicked)
    };
    let (_, frame) = draw(&mut session, body);
    session.push_input(Input::new(frame.widgets[0].id, SECONDARY));
    let (seen, frame) = draw(&mut session, body);
    assert_eq!(seen, (true, false));
    session.push_input(Input::new(
        frame.named("Copy", None).unwrap().id,
        InputValue::CLICK,
    ));
    assert_eq!(draw(&mut session, body).0, (true, true), "it stays open");
    session.push_input(Input::new(
        frame.named("menu", None).unwrap().id,
        InputValue::Open(false),
    ));
    assert_eq!(draw(&mut session, body).0, (false, false));
}

#[test]
fn an_input_that_no_widget_takes_holds_up_no_other() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.label("words");
        panel.button("Run")
    };
    let (_, frame) = draw(&mut session, body);
    let (words, run) = (frame.widgets[0].id, frame.widgets[1].id);
    session.push_input(Input::new(words, InputValue::Drop(Payload::new("a", "b"))));
    session.push_input(Input::new(words, InputValue::CLICK));
    session.push_input(Input::new(run, InputValue::CLICK));
    let mut dropped = Vec::new();
    let mut clicks = 0;
    for _ in 0..4 {
        let (clicked, frame) = draw(&mut session, body);
        clicks += usize::from(clicked);
        dropped.extend(frame.dropped);
    }
    assert_eq!(clicks, 1);
    assert_eq!(dropped.len(), 2);
    insta::assert_snapshot!(dropped[0].reason.as_str(), @"the panel does not ask this widget for it");
    assert!(!session.has_pending());
}

#[test]
fn where_the_pointer_is_is_forwarded_once() {
    let (one, other) = (WidgetId::PANEL.child("one"), WidgetId::PANEL.child("other"));
    let hover = |id, over| Input::new(id, InputValue::Hover(over));
    let mut session = Session::default();
    session.push_input(hover(one, true));
    session.push_input(Input::new(one, InputValue::CLICK));
    let taken = session.take_pending();
    assert_eq!(
        taken,
        [Input::new(one, InputValue::CLICK), hover(one, true)]
    );
    assert!(session.take_pending().is_empty());
    session.push_input(hover(other, true));
    assert_eq!(
        session.take_pending(),
        [hover(one, false), hover(other, true)]
    );
    session.push_input(hover(other, false));
    assert_eq!(session.take_pending(), [hover(other, false)]);
}

#[test]
fn a_widget_is_named_by_id_by_label_and_by_what_is_not_shown() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, |panel| {
        panel.button("Delete##1");
        panel.button("Delete##2");
        panel.button("3 images###count");
        panel.button("##bare");
        panel.label("words");
        panel.label("Options");
        panel.button("Options");
        tree(panel);
        panel.button("Tree");
    });
    let id = |at: usize| frame.widgets[at].id;
    let found = |name: &str| frame.named(name, None).unwrap().id;
    assert_eq!(found("Delete##2"), id(1));
    assert_eq!(found("##2"), id(1));
    assert_eq!(found(&id(1).to_string()), id(1));
    assert_eq!(found("4 images###count"), id(2), "what is shown may change");
    assert_eq!((found("###count"), found("3 images")), (id(2), id(2)));
    assert_eq!(found("##bare"), id(3));
    assert_eq!((found("words"), found("Options")), (id(4), id(6)));
    // Only one of the two folds.
    let open = InputValue::Open(true);
    assert_eq!(frame.named("Tree", Some(&open)).unwrap().id, id(7));
    let refused = frame.named("Tree", Some(&InputValue::CLICK)).unwrap_err();
    assert!(matches!(refused, NoSuchWidget::Ambiguous { count: 2, .. }));
    let refused = frame.named("Delete", Some(&InputValue::CLICK)).unwrap_err();
    let expected = format!(
        "there are 2 widgets 'Delete': 'Delete##1' {} (button, widgets[0]), 'Delete##2' {} \
         (button, widgets[1])",
        id(0),
        id(1)
    );
    assert_eq!(refused.to_string(), expected);
    let refused = frame.named("Nothing", None).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("there is no widget 'Nothing'; there are: Delete,")
    );
    let unknown = WidgetId::PANEL.child("no widget").to_string();
    assert!(frame.named(&unknown, None).is_err());
}
