//! Inputs: each arrives once, in order, in its widget's type; all others are reported.

use lichtfeld_panel::{
    ButtonStyle, ChoiceForm, ColorForm, Commit, Frame, Input, InputValue, MouseButton, NumberForm,
    PanelError, PanelIdentity, Payload, PopupForm, Recorder, Redraw, ScopeKind, Session, Value,
    Vec2, WidgetKind,
};

/// Draws once.
fn draw<R>(session: &mut Session, body: impl FnOnce(&mut Recorder) -> R) -> (R, Frame) {
    let mut recorder = std::mem::take(session).record(PanelIdentity::new("test", "Test"));
    let result = body(&mut recorder);
    let (frame, after) = recorder.finish();
    *session = after;
    (result, frame)
}

fn number(
    value: Value,
    min: Option<f64>,
    max: Option<f64>,
) -> impl FnOnce(lichtfeld_panel::Text) -> WidgetKind {
    let format = Default::default();
    move |label| WidgetKind::Number {
        label,
        value,
        form: NumberForm::Slider,
        min,
        max,
        step: 0.0,
        step_fast: 0.0,
        format,
    }
}

fn checkbox(recorder: &mut Recorder, label: &str) -> Option<InputValue> {
    recorder.widget(label, |label| WidgetKind::Checkbox {
        label,
        value: false,
    })
}

#[expect(clippy::panic, reason = "a test's own helper")]
fn id(frame: &Frame, label: &str) -> lichtfeld_panel::WidgetId {
    frame
        .labelled(label)
        .unwrap_or_else(|| panic!("no {label} in {frame:?}"))
        .id
}

#[test]
fn two_clicks_between_two_drawings_arrive_in_two_drawings() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, |panel| panel.button("Run"));
    for _ in 0..2 {
        session.push_input(Input::new(id(&frame, "Run"), InputValue::CLICK));
    }
    let (clicked, frame) = draw(&mut session, |panel| panel.button("Run"));
    assert!(clicked);
    assert_eq!(frame.redraw, Redraw::Again);
    assert!(draw(&mut session, |panel| panel.button("Run")).0);
    let (clicked, frame) = draw(&mut session, |panel| panel.button("Run"));
    assert!(!clicked);
    assert_eq!(frame.redraw, Redraw::OnInput);
}

#[test]
fn an_input_waits_for_those_before_it() {
    // The button stands above the field; the user fills the field in first.
    let mut session = Session::default();
    let body = |panel: &mut Recorder| (panel.button("Run"), checkbox(panel, "Sure"));
    let (_, frame) = draw(&mut session, body);
    session.push_input(Input::new(
        id(&frame, "Sure"),
        InputValue::Set(Value::Bool(true)),
    ));
    session.push_input(Input::new(id(&frame, "Run"), InputValue::CLICK));
    let ((clicked, set), _) = draw(&mut session, body);
    assert!(!clicked);
    assert_eq!(set, Some(InputValue::Set(Value::Bool(true))));
    assert_eq!(draw(&mut session, body).0, (true, None));
}

#[test]
fn of_a_drag_the_last_value_arrives() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.widget("Radius", number(Value::Float(0.0), Some(0.0), Some(1.0)))
    };
    let (_, frame) = draw(&mut session, body);
    for step in 0..50 {
        let value = Value::Float(f64::from(step) / 49.0);
        session.push_input(Input::new(id(&frame, "Radius"), InputValue::Set(value)));
    }
    let (set, frame) = draw(&mut session, body);
    assert_eq!(set, Some(InputValue::Set(Value::Float(1.0))));
    // What is shown in the same drawing is what was set.
    assert!(matches!(
        frame.widgets[0].kind,
        WidgetKind::Number {
            value: Value::Float(1.0),
            ..
        }
    ));
    assert_eq!(draw(&mut session, body).0, None);
}

#[test]
fn values_are_brought_into_type_and_limits() {
    let float = |set| (Value::Float(0.5), set);
    let int = |set| (Value::Int(5), set);
    let pair = |set| (Value::Numbers(vec![0.0, 0.0]), set);
    for ((given, set), arrives) in [
        (float(Value::Float(7.0)), Some(Value::Float(1.0))),
        (float(Value::Int(0)), Some(Value::Float(0.0))),
        (float(Value::Float(f64::NAN)), Some(Value::Float(0.0))),
        (float(Value::Text("0.5".into())), None),
        (int(Value::Int(99)), Some(Value::Int(1))),
        (int(Value::Float(1.0)), Some(Value::Int(1))),
        (int(Value::Float(0.5)), None),
        (
            pair(Value::numbers([2.0, 0.5])),
            Some(Value::numbers([1.0, 0.5])),
        ),
        (pair(Value::numbers([1.0])), None),
    ] {
        let mut session = Session::default();
        let body =
            |panel: &mut Recorder| panel.widget("x", number(given.clone(), Some(0.0), Some(1.0)));
        let (_, frame) = draw(&mut session, body);
        session.push_input(Input::new(id(&frame, "x"), InputValue::Set(set.clone())));
        let (result, frame) = draw(&mut session, body);
        assert_eq!(
            result,
            arrives.clone().map(InputValue::Set),
            "{given:?} set to {set:?}"
        );
        assert_eq!(
            frame.dropped.len(),
            usize::from(arrives.is_none()),
            "{given:?} set to {set:?}"
        );
    }
}

#[test]
fn limits_in_the_wrong_order_do_not_panic() {
    let mut session = Session::default();
    for value in [Value::Float(0.5), Value::Int(5), Value::numbers([0.5])] {
        let body =
            |panel: &mut Recorder| panel.widget("x", number(value.clone(), Some(9.0), Some(1.0)));
        let (_, frame) = draw(&mut session, body);
        session.push_input(Input::new(id(&frame, "x"), InputValue::Set(value.clone())));
        assert!(draw(&mut session, body).0.is_some());
    }
}

#[test]
fn choices_take_a_position_or_an_item() {
    let items = || vec!["exhaustive".into(), "sequential".into()];
    let body = |panel: &mut Recorder| {
        panel.widget("Matching", |label| WidgetKind::Choice {
            label,
            value: 0,
            items: items(),
            form: ChoiceForm::Combo,
        })
    };
    for (set, arrives) in [
        (Value::Int(1), Some(1)),
        (Value::Text("sequential".into()), Some(1)),
        (Value::Int(2), None),
        (Value::Int(-1), None),
        (Value::Text("spatial".into()), None),
    ] {
        let mut session = Session::default();
        let (_, frame) = draw(&mut session, body);
        session.push_input(Input::new(id(&frame, "Matching"), InputValue::Set(set)));
        let (result, _) = draw(&mut session, body);
        assert_eq!(result, arrives.map(|at| InputValue::Set(Value::Int(at))));
    }
}

#[test]
fn an_input_of_the_wrong_type_is_reported_and_does_not_block() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| (panel.button("Run"), checkbox(panel, "Sure"));
    let (_, frame) = draw(&mut session, body);
    session.push_input(Input::new(
        id(&frame, "Run"),
        InputValue::Set(Value::Bool(true)),
    ));
    session.push_input(Input::new(id(&frame, "Sure"), InputValue::CLICK));
    let ((clicked, set), frame) = draw(&mut session, body);
    assert!(!clicked);
    assert_eq!(frame.dropped[0].reason, "it takes a click, not a boolean");
    assert_eq!(
        set,
        Some(InputValue::Set(Value::Bool(true))),
        "a click turns a check box over"
    );
}

#[test]
fn an_input_for_a_removed_widget_is_reported_and_lets_the_next_through() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, |panel| {
        (panel.button("Gone"), panel.button("Run"))
    });
    session.push_input(Input::new(id(&frame, "Gone"), InputValue::CLICK));
    session.push_input(Input::new(id(&frame, "Run"), InputValue::CLICK));
    let (clicked, frame) = draw(&mut session, |panel| panel.button("Run"));
    assert!(!clicked);
    assert_eq!(frame.dropped.len(), 1);
    assert_eq!(frame.redraw, Redraw::Again);
    assert!(draw(&mut session, |panel| panel.button("Run")).0);
}

#[test]
fn a_drawing_that_fails_keeps_the_inputs_that_wait() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, |panel| panel.button("Run"));
    session.push_input(Input::new(id(&frame, "Run"), InputValue::CLICK));
    let recorder = std::mem::take(&mut session).record(PanelIdentity::new("test", "Test"));
    let error = PanelError::new("", "boom", "");
    let (frame, mut session) = recorder.fail(error);
    assert!(frame.error.is_some() && frame.widgets.is_empty());
    assert!(draw(&mut session, |panel| panel.button("Run")).0);
}

#[test]
fn a_drawing_that_fails_keeps_what_was_drawn_and_blames_no_open_scope() {
    let mut session = Session::default();
    let mut recorder = std::mem::take(&mut session).record(PanelIdentity::new("test", "Test"));
    recorder.begin_disabled(true, None);
    recorder.button("Run");
    let (frame, mut session) = recorder.fail(PanelError::new("", "boom", ""));
    assert_eq!(frame.labelled("Run").map(|widget| widget.depth), Some(0));
    assert!(frame.error.is_some() && frame.warnings.is_empty());
    let (_, frame) = draw(&mut session, |panel| panel.button("Run"));
    assert!(!frame.widgets[0].traits.disabled);
}

#[test]
fn disabled_widgets_take_nothing() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.begin_disabled(true, None);
        let clicked = panel.button("Run");
        panel.end(ScopeKind::Disabled, None);
        (clicked, panel.button("Stop"))
    };
    let (_, frame) = draw(&mut session, body);
    assert!(frame.widgets[0].traits.disabled && !frame.widgets[1].traits.disabled);
    session.push_input(Input::new(id(&frame, "Run"), InputValue::CLICK));
    let (clicked, frame) = draw(&mut session, body);
    assert_eq!(clicked, (false, false));
    assert_eq!(frame.dropped[0].reason, "its widget is disabled");
}

#[test]
fn too_many_inputs_lose_the_newest_and_say_so() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, |panel| panel.button("Run"));
    for _ in 0..lichtfeld_panel::MAX_PENDING + 3 {
        session.push_input(Input::new(id(&frame, "Run"), InputValue::CLICK));
    }
    let (clicked, frame) = draw(&mut session, |panel| panel.button("Run"));
    assert!(clicked);
    assert_eq!(frame.dropped.len(), 3);
}

#[test]
fn headers_and_trees_stay_as_the_user_left_them() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        let header = panel.fold("Options", true, None, None, |label, open| {
            WidgetKind::Header { label, open }
        });
        let tree = panel.fold(
            "Branch",
            false,
            Some(ScopeKind::Tree),
            None,
            |label, open| WidgetKind::Tree {
                label,
                open,
                leaf: false,
            },
        );
        if tree {
            panel.label("inside");
            panel.end(ScopeKind::Tree, None);
        }
        (header, tree)
    };
    let (open, frame) = draw(&mut session, body);
    assert_eq!(open, (true, false));
    session.push_input(Input::new(id(&frame, "Options"), InputValue::Open(false)));
    session.push_input(Input::new(id(&frame, "Branch"), InputValue::CLICK));
    assert_eq!(draw(&mut session, body).0, (false, true));
    let (open, frame) = draw(&mut session, body);
    assert_eq!(open, (false, true));
    assert_eq!(frame.widgets[2].depth, 1);
}

#[test]
fn a_popup_opens_and_is_closed_by_the_panel_or_by_the_user() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder, open: bool, close: bool| {
        if open {
            panel.open_popup("menu");
        }
        let is_open = panel.begin_popup("menu", PopupForm::Plain, None);
        if is_open {
            panel.label("inside");
            if close {
                panel.close_popup(None);
            }
            panel.end(ScopeKind::Popup, None);
        }
        is_open
    };
    assert!(!draw(&mut session, |panel| body(panel, false, false)).0);
    assert!(draw(&mut session, |panel| body(panel, true, false)).0);
    assert!(draw(&mut session, |panel| body(panel, false, true)).0);
    assert!(!draw(&mut session, |panel| body(panel, false, false)).0);
    let (_, frame) = draw(&mut session, |panel| body(panel, true, false));
    session.push_input(Input::new(id(&frame, "menu"), InputValue::Open(false)));
    assert!(!draw(&mut session, |panel| body(panel, false, false)).0);
    assert!(!draw(&mut session, |panel| body(panel, false, false)).0);
}

#[test]
fn a_context_menu_is_known_to_the_front_end_while_it_is_closed() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.label("point at me");
        let open = panel.begin_popup("ctx", PopupForm::Context, None);
        if open {
            panel.end(ScopeKind::ContextMenu, None);
        }
        open
    };
    let (open, frame) = draw(&mut session, body);
    assert!(!open);
    session.push_input(Input::new(id(&frame, "ctx"), InputValue::Open(true)));
    assert!(draw(&mut session, body).0);
    assert!(draw(&mut session, body).0);
}

#[test]
fn hovering_and_dropping_reach_the_last_widget() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| {
        panel.label("target");
        (panel.is_hovered(), panel.accept_drop("image"))
    };
    let (_, frame) = draw(&mut session, body);
    let target = &frame.widgets[0];
    assert!(target.traits.wants_hover);
    assert_eq!(target.traits.accepts.as_deref(), Some("image"));
    session.push_input(Input::new(target.id, InputValue::Hover(true)));
    let payload = Payload::new("image", "a.png");
    session.push_input(Input::new(target.id, InputValue::Drop(payload)));
    assert_eq!(draw(&mut session, body).0, (true, Some("a.png".into())));
    session.push_input(Input::new(target.id, InputValue::Hover(false)));
    assert_eq!(draw(&mut session, body).0, (false, None));
}

#[test]
fn a_secondary_click_is_not_a_click_of_the_button() {
    let mut session = Session::default();
    let body = |panel: &mut Recorder| (panel.button("Run"), panel.clicked());
    let (_, frame) = draw(&mut session, body);
    let click = InputValue::Click(MouseButton::Secondary);
    session.push_input(Input::new(id(&frame, "Run"), click));
    assert_eq!(
        draw(&mut session, body).0,
        (false, Some(MouseButton::Secondary))
    );
}

#[test]
fn every_kind_with_a_value_shows_what_was_set() {
    let text = |label| WidgetKind::TextInput {
        label,
        value: "a".into(),
        hint: "".into(),
        commit: Commit::Edit,
        height: 0.0,
    };
    let color = |label| WidgetKind::Color {
        label,
        value: vec![0.0; 3],
        form: ColorForm::Edit,
    };
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, |panel| {
        (panel.widget("t", text), panel.widget("c", color))
    });
    session.push_input(Input::new(
        id(&frame, "t"),
        InputValue::Set(Value::Text("b".into())),
    ));
    session.push_input(Input::new(
        id(&frame, "c"),
        InputValue::Set(Value::numbers([1.0, 2.0, 0.0])),
    ));
    let (result, frame) = draw(&mut session, |panel| {
        (panel.widget("t", text), panel.widget("c", color))
    });
    assert_eq!(
        result.1,
        Some(InputValue::Set(Value::numbers([1.0, 1.0, 0.0])))
    );
    assert!(matches!(&frame.widgets[0].kind, WidgetKind::TextInput { value, .. } if value == "b"));
    assert!(matches!(&frame.widgets[1].kind, WidgetKind::Color { value, .. } if value[0] == 1.0));
}

#[test]
fn a_frame_has_an_end() {
    let mut session = Session::default();
    let (_, frame) = draw(&mut session, |panel| {
        while !panel.is_full() {
            panel.place(WidgetKind::Spacing);
        }
        panel.place(WidgetKind::Spacing);
        panel.widget("late", |label| WidgetKind::Button {
            label,
            style: ButtonStyle::Plain,
            size: Vec2::ZERO,
            picture: None,
            selected: false,
            tint: None,
        });
    });
    assert_eq!(frame.widgets.len(), lichtfeld_panel::MAX_WIDGETS);
}

#[test]
fn an_id_may_reach_over_the_rows_of_a_table() {
    // Rows are often named first and begun then; a row keeps its names when another goes.
    let rows = |panel: &mut Recorder, names: &[&str]| {
        panel.begin_table("rows", 2, None);
        for name in names {
            panel.push_id(name, None);
            panel.next_row(None);
            panel.next_column(None);
            panel.label(name);
            panel.next_column(None);
            panel.button("Delete");
            panel.end(ScopeKind::Id, None);
        }
        panel.end(ScopeKind::Table, None);
    };
    let mut session = Session::default();
    let (_, before) = draw(&mut session, |panel| rows(panel, &["a", "b", "c"]));
    let (_, after) = draw(&mut session, |panel| rows(panel, &["b", "c"]));
    assert_eq!(before.warnings, []);
    let buttons = |frame: &Frame| -> Vec<_> {
        let is_button = |widget: &&lichtfeld_panel::Widget| widget.kind.name() == "button";
        frame
            .widgets
            .iter()
            .filter(is_button)
            .map(|widget| (widget.id, widget.depth))
            .collect()
    };
    assert_eq!(buttons(&before)[1..], buttons(&after)[..]);
}
