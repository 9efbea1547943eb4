//! Two widgets with one name: how they are identified, and how the author is warned.

use lichtfeld_panel::{
    Frame, Input, InputValue, Location, PanelIdentity, Recorder, Redraw, ScopeKind, Session,
    WidgetKind,
};

/// Draws once.
fn draw<R>(session: &mut Session, body: impl FnOnce(&mut Recorder) -> R) -> (R, Frame) {
    let mut recorder = std::mem::take(session).record(PanelIdentity::new("test", "Test"));
    let result = body(&mut recorder);
    let (frame, after) = recorder.finish();
    *session = after;
    (result, frame)
}

#[test]
fn equal_labels_are_distinguished_by_position_and_both_are_named() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| (panel.button("Delete"), panel.button("Delete"));
    let (_, frame) = draw(&mut session, body);
    assert_ne!(frame.widgets[0].id, frame.widgets[1].id);
    insta::assert_snapshot!(frame.warnings[0].message, @r#"two buttons are called "Delete" in the same scope: number 1 and number 2 of the panel"#);
    session.push_input(Input::new(frame.widgets[1].id, InputValue::CLICK));
    assert_eq!(draw(&mut session, body).0, (false, true));
    // Another kind, another scope, another hidden part: no warning.
    let (_, frame) = draw(&mut session, |panel| {
        panel.button("Delete");
        panel.button("Delete##2");
        panel.widget("Delete", |label| WidgetKind::Checkbox {
            label,
            value: true,
        });
        panel.push_id("3", None);
        panel.button("Delete");
        panel.end(ScopeKind::Id, None);
    });
    assert_eq!(frame.warnings, []);
}

#[test]
fn both_locations_are_learnt_at_once_when_two_widgets_share_a_name_later() {
    let at = |line| Location::new("panel.py", line);
    let draw = |session: Session, twice: bool| {
        let mut recorder = session.record(PanelIdentity::new("p", "P"));
        let mut asked = 0;
        for line in if twice { 1..3 } else { 1..2 } {
            if recorder.wants_locations() {
                asked += 1;
                recorder.called_from(Some(at(line)));
            }
            recorder.button("Run");
        }
        let (frame, session) = recorder.finish();
        (frame, session, asked)
    };
    let (frame, session, asked) = draw(Session::default(), false);
    assert_eq!(
        (frame.warnings.len(), asked),
        (0, 1),
        "the first drawing asks"
    );
    let (frame, session, asked) = draw(session, true);
    assert_eq!((frame.warnings.len(), asked), (0, 0));
    assert_eq!(frame.redraw, Redraw::Again, "to learn where they are");
    let (frame, session, asked) = draw(session, true);
    assert_eq!((frame.warnings.len(), asked), (1, 2));
    assert!(
        frame.warnings[0]
            .message
            .ends_with("panel.py:1 and panel.py:2")
    );
    assert_eq!(frame.redraw, Redraw::OnInput);
    let (again, _, asked) = draw(session, true);
    assert_eq!((again.warnings, asked), (frame.warnings, 0), "remembered");
}
