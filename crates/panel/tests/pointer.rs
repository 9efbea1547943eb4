//! Double clicks, drags, the wheel, and the beginning and end of an edit.

use lichtfeld_panel::{
    Drag, Frame, Input, InputValue, MouseButton, NumberForm, PanelError, PanelIdentity, Recorder,
    Redraw, Session, Surface, Value, Vec2, WidgetId, WidgetKind,
};

const PRIMARY: MouseButton = MouseButton::Primary;
const DOUBLE: InputValue = InputValue::DoubleClick(PRIMARY);
const BEGIN: InputValue = InputValue::Edit(true);
const END: InputValue = InputValue::Edit(false);

/// Draws once.
fn draw<R>(session: &mut Session, body: impl FnOnce(&mut Recorder) -> R) -> (R, Frame) {
    let mut recorder = std::mem::take(session).record(PanelIdentity::new("test", "Test"));
    let result = body(&mut recorder);
    let (frame, after) = recorder.finish();
    *session = after;
    (result, frame)
}

fn number(panel: &mut Recorder, label: &str, value: f64) -> Option<InputValue> {
    panel.widget(label, |label| WidgetKind::Number {
        label,
        value: Value::Float(value),
        form: NumberForm::Drag,
        min: None,
        max: None,
        step: 0.0,
        step_fast: 0.0,
        format: Default::default(),
    })
}

fn drag(from: f32, to: f32) -> Drag {
    Drag::new(PRIMARY, Vec2::new(from, 0.0), Vec2::new(to, 0.0))
}

fn set(value: f64) -> InputValue {
    InputValue::Set(Value::Float(value))
}

#[test]
fn a_double_click_is_seen_at_its_widget_and_in_the_whole_panel_once() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        let early = panel.pointer_double_clicked();
        panel.label("one");
        let one = panel.double_clicked();
        let clicked = panel.button("two");
        let two = (clicked, panel.is_hovered(), panel.double_clicked());
        (early, one, two)
    };
    let (_, frame) = draw(&mut session, body);
    assert!(frame.wants.double_click);
    assert!(
        frame
            .widgets
            .iter()
            .all(|widget| widget.traits.wants_double_click)
    );
    let two = frame.widgets[1].id;
    for value in [InputValue::CLICK, InputValue::CLICK, DOUBLE] {
        session.push_input(Input::new(two, value));
    }
    let nothing = (None, None, (false, false, None));
    let clicked = (None, None, (true, false, None));
    assert_eq!(draw(&mut session, body).0, clicked);
    assert_eq!(draw(&mut session, body).0, clicked);
    let (seen, frame) = draw(&mut session, body);
    assert_eq!(
        seen,
        (Some(PRIMARY), None, (false, true, Some(PRIMARY))),
        "the pointer is where it clicks"
    );
    assert_eq!((frame.redraw, frame.dropped), (Redraw::Again, vec![]));
    let (seen, frame) = draw(&mut session, body);
    assert_eq!((seen, frame.redraw), (nothing, Redraw::OnInput));
}

#[test]
fn what_nobody_asks_for_is_dropped_and_holds_up_nothing() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| panel.button("Run");
    let (_, frame) = draw(&mut session, body);
    let run = frame.widgets[0].id;
    let gone = WidgetId::PANEL.child("gone");
    session.push_input(Input::new(run, DOUBLE));
    session.push_input(Input::new(
        WidgetId::PANEL,
        InputValue::Wheel(Vec2::new(0.0, 1.0)),
    ));
    session.push_input(Input::new(gone, InputValue::Drag(drag(0.0, 1.0))));
    session.push_input(Input::new(gone, InputValue::Drag(drag(0.0, 1.0).end())));
    session.push_input(Input::new(run, InputValue::CLICK));
    let (clicked, frame) = draw(&mut session, body);
    let reasons: Vec<&str> = frame
        .dropped
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "the panel does not ask this widget for it",
            "the panel does not ask for it",
            "its widget is no longer in the panel; a label that changes needs `###id`",
        ]
    );
    assert!(!clicked, "the end of the drag is before it");
    let (clicked, frame) = draw(&mut session, body);
    assert!(clicked && frame.dropped.is_empty());
}

#[test]
fn a_drag_moves_the_pointer_until_its_end() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.button("canvas");
        let active = panel.is_active();
        (active, panel.pointer_dragged(), panel.pointer_delta().x())
    };
    let (_, frame) = draw(&mut session, body);
    assert!(frame.wants.drag && frame.wants.pointer && frame.widgets[0].traits.wants_drag);
    let canvas = frame.widgets[0].id;
    let push = |session: &mut Session, drag| {
        session.push_input(Input::new(canvas, InputValue::Drag(drag)));
    };
    push(&mut session, drag(10.0, 12.0));
    push(&mut session, drag(10.0, 15.0));
    let held = |delta| (true, Some(PRIMARY), delta);
    assert_eq!(
        draw(&mut session, body).0,
        held(5.0),
        "two movements in a row are one"
    );
    assert_eq!(
        draw(&mut session, body).0,
        held(0.0),
        "it is held without moving"
    );
    push(&mut session, drag(10.0, 8.0));
    push(&mut session, drag(10.0, 7.0).end());
    assert_eq!(draw(&mut session, body).0, held(-7.0));
    assert_eq!(draw(&mut session, body).0, (false, None, -1.0));
    let (seen, frame) = draw(&mut session, body);
    assert_eq!((seen, frame.dropped), ((false, None, 0.0), vec![]));
}

#[test]
fn a_pointer_over_the_panel_moves_without_a_drag() {
    let mut session = Session::default();
    let mut at = |x: f32, hovered: bool| {
        let mut surface = Surface::default();
        surface.pointer = Vec2::new(x, 0.0);
        surface.hovered = hovered;
        session.set_surface(surface);
        draw(&mut session, |panel| panel.pointer_delta().x()).0
    };
    assert_eq!(at(100.0, true), 0.0, "where it came from is not known");
    assert_eq!(at(103.0, true), 3.0);
    assert_eq!(at(103.0, true), 0.0);
    assert_eq!(at(0.0, false), 0.0);
    assert_eq!(at(50.0, true), 0.0);
}

#[test]
fn the_wheel_adds_up_and_is_seen_once() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        let first = panel.wheel();
        (first.x(), first.y(), panel.wheel().y())
    };
    let (_, frame) = draw(&mut session, body);
    assert!(frame.wants.wheel);
    for lines in [(0.0, 1.0), (2.0, 0.5)] {
        let lines = InputValue::Wheel(Vec2::new(lines.0, lines.1));
        session.push_input(Input::new(WidgetId::PANEL, lines));
    }
    assert_eq!(draw(&mut session, body).0, (2.0, 1.5, 1.5));
    assert_eq!(draw(&mut session, body).0, (0.0, 0.0, 0.0));
}

#[test]
fn a_drawing_that_fails_before_it_asks_loses_no_event() {
    let mut session = Session::default();
    session.push_input(Input::new(WidgetId::PANEL, DOUBLE));
    session.push_input(Input::new(
        WidgetId::PANEL,
        InputValue::Drag(drag(0.0, 4.0)),
    ));
    let recorder = session.record(PanelIdentity::new("test", "Test"));
    let (frame, mut session) = recorder.fail(PanelError::new("ValueError", "", ""));
    assert_eq!(frame.dropped, []);
    let (seen, frame) = draw(&mut session, |panel| {
        (panel.pointer_double_clicked(), panel.pointer_delta().x())
    });
    assert_eq!((seen, frame.dropped), ((Some(PRIMARY), 4.0), vec![]));
}

/// What a panel asks about its two numbers.
fn edited(panel: &mut Recorder) -> Vec<(Option<InputValue>, [bool; 4])> {
    let ask = |panel: &mut Recorder, label| {
        let input = number(panel, label, 0.0);
        let flags = [
            panel.is_activated(),
            panel.is_active(),
            panel.is_deactivated(),
            panel.is_deactivated_after_edit(),
        ];
        (input, flags)
    };
    vec![ask(panel, "x"), ask(panel, "y")]
}

#[test]
fn an_edit_begins_goes_on_and_ends() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, edited);
    assert!(frame.widgets.iter().all(|widget| widget.traits.wants_edit));
    let x = frame.widgets[0].id;
    let idle = || (None, [false; 4]);
    let mut step = |values: &[InputValue]| {
        for value in values {
            session.push_input(Input::new(x, value.clone()));
        }
        let (mut seen, frame) = draw(&mut session, edited);
        assert_eq!((seen.pop(), frame.dropped), (Some(idle()), vec![]));
        (seen.remove(0), frame.widgets[0].traits.editing)
    };
    assert_eq!(step(&[BEGIN]), ((None, [true, true, false, false]), true));
    assert_eq!(
        step(&[set(1.0)]),
        ((Some(set(1.0)), [false, true, false, false]), true)
    );
    assert_eq!(step(&[]), ((None, [false, true, false, false]), true));
    assert_eq!(step(&[END]), ((None, [false, false, true, true]), false));
    assert_eq!(step(&[]), (idle(), false));
    // All of it at once; only the last of the values counts, as always.
    let all = step(&[BEGIN, set(1.0), set(2.0), END]);
    assert_eq!(all, ((Some(set(2.0)), [true, false, true, true]), false));
    // Nothing was changed: no step for undo.
    assert_eq!(
        step(&[BEGIN, END]),
        ((None, [true, false, true, false]), false)
    );
    // A front end that does not report edits.
    assert_eq!(
        step(&[set(3.0)]),
        ((Some(set(3.0)), [true, false, true, true]), false)
    );
    assert_eq!(step(&[END]), (idle(), false));
}

#[test]
fn an_edit_passes_to_the_next_field_and_ends_with_its_widget() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, edited);
    let (x, y) = (frame.widgets[0].id, frame.widgets[1].id);
    for (widget, value) in [(x, BEGIN), (x, set(1.0)), (x, END), (y, BEGIN)] {
        session.push_input(Input::new(widget, value));
    }
    let (seen, frame) = draw(&mut session, edited);
    assert_eq!(seen[0], (Some(set(1.0)), [true, false, true, true]));
    assert_eq!(seen[1], (None, [true, true, false, false]));
    assert!(frame.widgets[1].traits.editing && !frame.widgets[0].traits.editing);
    // The widget is gone for one drawing.
    let _ = draw(&mut session, |panel| panel.label("nothing"));
    let (seen, _) = draw(&mut session, edited);
    assert_eq!(seen[1], (None, [false; 4]));
}

#[test]
fn only_what_can_be_edited_accepts_the_beginning_of_an_edit() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.button("Run");
        panel.begin_disabled(true, None);
        number(panel, "x", 0.0);
        panel.end(lichtfeld_panel::ScopeKind::Disabled, None);
    };
    let (_, frame) = draw(&mut session, body);
    for widget in &frame.widgets {
        session.push_input(Input::new(widget.id, BEGIN));
    }
    let (_, frame) = draw(&mut session, body);
    let reasons: Vec<&str> = frame
        .dropped
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        ["it takes a click, not editing", "its widget is disabled"]
    );
}

#[test]
fn the_events_are_plain_data() {
    let widget: WidgetId = "00000000000000ff".parse().unwrap();
    for (value, json) in [
        (DOUBLE, r#""double_click":"primary""#),
        (
            InputValue::Drag(Drag::new(MouseButton::Middle, Vec2::ZERO, Vec2::new(1.0, 2.5)).end()),
            r#""drag":{"button":"middle","start":[0.0,0.0],"at":[1.0,2.5],"ended":true}"#,
        ),
        (
            InputValue::Wheel(Vec2::new(0.0, -1.5)),
            r#""wheel":[0.0,-1.5]"#,
        ),
        (BEGIN, r#""edit":true"#),
    ] {
        let input = Input::new(widget, value);
        let expected = format!("{{\"widget\":\"{widget}\",{json}}}");
        assert_eq!(serde_json::to_string(&input).unwrap(), expected);
        assert_eq!(serde_json::from_str::<Input>(&expected).unwrap(), input);
    }
}
