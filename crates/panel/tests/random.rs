//! At random: clicks, typing and dragging on a panel with every kind of widget; and calls in any
//! order, balanced or not.

use lichtfeld_panel::{
    ButtonStyle, ChoiceForm, ColorForm, Commit, Flow, Frame, Input, InputValue, MAX_DEPTH,
    NumberForm, PanelIdentity, PathForm, PopupForm, Recorder, ScopeKind, Session, Value, Vec2,
    WidgetKind, render_text,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// A failure found once is tried again for ever after.
fn config() -> ProptestConfig {
    let file = FileFailurePersistence::Direct(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/random.regressions"
    ));
    ProptestConfig {
        failure_persistence: Some(Box::new(file)),
        ..ProptestConfig::default()
    }
}

/// The widgets of the panel, in the order in which they are drawn.
const WIDGETS: [&str; 9] = [
    "button", "check", "radio", "float", "int", "text", "path", "choice", "color",
];

/// What the panel remembers, and what has reached it.
#[derive(Default)]
struct Model {
    values: Vec<Option<Value>>,
    log: Vec<(usize, InputValue)>,
}

fn kind(which: usize, label: lichtfeld_panel::Text, value: Option<Value>) -> WidgetKind {
    let number = |label, value, form| WidgetKind::Number {
        label,
        value,
        form,
        min: Some(-100.0),
        max: Some(100.0),
        step: 0.0,
        step_fast: 0.0,
        format: Default::default(),
    };
    match (which, value) {
        (0, _) => WidgetKind::Button {
            label,
            style: ButtonStyle::Plain,
            size: Vec2::ZERO,
            picture: None,
            selected: false,
            tint: None,
        },
        (1, value) => WidgetKind::Checkbox {
            label,
            value: value == Some(Value::Bool(true)),
        },
        (2, _) => WidgetKind::Radio {
            label,
            option: 1,
            selected: false,
        },
        (3, value) => number(
            label,
            value.unwrap_or(Value::Float(0.0)),
            NumberForm::Slider,
        ),
        (4, value) => number(label, value.unwrap_or(Value::Int(0)), NumberForm::Drag),
        (5, Some(Value::Text(value))) => WidgetKind::TextInput {
            label,
            value,
            hint: "".into(),
            commit: Commit::Edit,
            height: 0.0,
        },
        (5, _) => WidgetKind::TextInput {
            label,
            value: "".into(),
            hint: "".into(),
            commit: Commit::Edit,
            height: 0.0,
        },
        (6, Some(Value::Text(value))) => WidgetKind::PathInput {
            label,
            value,
            form: PathForm::File,
            title: "".into(),
        },
        (6, _) => WidgetKind::PathInput {
            label,
            value: "".into(),
            form: PathForm::File,
            title: "".into(),
        },
        (7, Some(Value::Int(value))) => WidgetKind::Choice {
            label,
            value,
            items: vec!["a".into(), "b".into()],
            form: ChoiceForm::Combo,
        },
        (7, _) => WidgetKind::Choice {
            label,
            value: 0,
            items: vec!["a".into(), "b".into()],
            form: ChoiceForm::Combo,
        },
        (_, Some(Value::Numbers(value))) => WidgetKind::Color {
            label,
            value,
            form: ColorForm::Edit,
        },
        (_, _) => WidgetKind::Color {
            label,
            value: vec![0.0; 3],
            form: ColorForm::Edit,
        },
    }
}

impl Model {
    fn draw(&mut self, session: Session) -> (Frame, Session) {
        let mut recorder = session.record(PanelIdentity::new("model", "Model"));
        self.values.resize(WIDGETS.len(), None);
        for (which, label) in WIDGETS.iter().enumerate() {
            let value = self.values[which].clone();
            if let Some(input) = recorder.widget(label, |label| kind(which, label, value)) {
                if let InputValue::Set(value) = &input {
                    self.values[which] = Some(value.clone());
                }
                self.log.push((which, input));
            }
        }
        recorder.finish()
    }
}

/// An input that fits the widget.
fn fitting(which: usize) -> BoxedStrategy<InputValue> {
    let set = |value: Value| InputValue::Set(value);
    match which {
        0 | 2 => Just(InputValue::CLICK).boxed(),
        1 => any::<bool>()
            .prop_map(move |flag| set(Value::Bool(flag)))
            .boxed(),
        3 => (-100.0..=100.0)
            .prop_map(move |number| set(Value::Float(number)))
            .boxed(),
        4 => (-100_i64..=100)
            .prop_map(move |number| set(Value::Int(number)))
            .boxed(),
        5 | 6 => any::<String>()
            .prop_map(move |text| set(Value::Text(text.into())))
            .boxed(),
        7 => (0_i64..2).prop_map(move |at| set(Value::Int(at))).boxed(),
        _ => [0.0..=1.0, 0.0..=1.0, 0.0..=1.0]
            .prop_map(move |color| set(Value::numbers(color)))
            .boxed(),
    }
}

fn action() -> impl Strategy<Value = Option<(usize, InputValue)>> {
    let input = (0..WIDGETS.len())
        .prop_flat_map(|which| fitting(which).prop_map(move |input| Some((which, input))));
    prop_oneof![3 => input, 1 => Just(None)]
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn no_input_is_lost_doubled_or_overtaken(actions in prop::collection::vec(action(), 0..60)) {
        let mut model = Model::default();
        let (frame, mut session) = model.draw(Session::default());
        let ids: Vec<_> = frame.widgets.iter().map(|widget| widget.id).collect();
        let mut pushed: Vec<(usize, InputValue)> = Vec::new();
        for action in actions {
            match action {
                Some((which, input)) => {
                    pushed.push((which, input.clone()));
                    session.push_input(Input::new(ids[which], input));
                }
                None => {
                    let (frame, after) = model.draw(session);
                    prop_assert_eq!(frame.dropped, vec![]);
                    session = after;
                }
            }
        }
        while session.has_pending() {
            let (frame, after) = model.draw(session);
            prop_assert_eq!(frame.dropped, vec![]);
            session = after;
        }
        // A run of values for one widget may arrive as its last; all else arrives as it was made.
        // Compared from the end, where it is plain which of two equal values was the last.
        let mut arrived = model.log.iter().rev().peekable();
        for (index, sent) in pushed.iter().enumerate().rev() {
            if arrived.next_if_eq(&sent).is_some() {
                continue;
            }
            let next = pushed.get(index + 1);
            let is_overwritten = matches!(sent.1, InputValue::Set(_))
                && next.is_some_and(|next| next.0 == sent.0 && matches!(next.1, InputValue::Set(_)));
            prop_assert!(is_overwritten, "{:?} did not arrive", sent);
        }
        prop_assert_eq!(arrived.next(), None);
    }
}

/// Any call, in any order.
#[derive(Clone, Debug)]
enum Call {
    Label(String),
    Button(String),
    Begin(usize),
    End(usize),
    Fold(String),
    PushId(String),
    Disabled(bool),
    Layout(u8),
    NextRow,
    NextColumn,
    SetColumn(usize),
    SetupColumn(String),
    Popup(String),
    SameLine,
    Indent(f32),
    Hover,
    Drop,
}

const SCOPES: [ScopeKind; 8] = [
    ScopeKind::Group,
    ScopeKind::Table,
    ScopeKind::Tree,
    ScopeKind::Id,
    ScopeKind::Disabled,
    ScopeKind::Popup,
    ScopeKind::Tooltip,
    ScopeKind::DragSource,
];

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        ".{0,30}".prop_map(Call::Label),
        "[ab#]{0,4}".prop_map(Call::Button),
        (0..SCOPES.len()).prop_map(Call::Begin),
        (0..SCOPES.len()).prop_map(Call::End),
        "[ab]".prop_map(Call::Fold),
        "[ab]".prop_map(Call::PushId),
        any::<bool>().prop_map(Call::Disabled),
        any::<u8>().prop_map(Call::Layout),
        Just(Call::NextRow),
        Just(Call::NextColumn),
        (0_usize..5).prop_map(Call::SetColumn),
        ".{0,9}".prop_map(Call::SetupColumn),
        "[ab]".prop_map(Call::Popup),
        Just(Call::SameLine),
        any::<f32>().prop_map(Call::Indent),
        Just(Call::Hover),
        Just(Call::Drop),
    ]
}

fn play(panel: &mut Recorder, call: Call) {
    match call {
        Call::Label(text) => panel.label(&text),
        Call::Button(label) => drop(panel.button(&label)),
        Call::Begin(1) => panel.begin_table("table", 3, None),
        Call::Begin(which) => {
            let kind = SCOPES[which];
            match kind {
                ScopeKind::Group => drop(panel.begin(kind, None, None, |_| WidgetKind::Group)),
                ScopeKind::Tooltip => drop(panel.begin(kind, None, None, |_| WidgetKind::Tooltip)),
                ScopeKind::DragSource => {
                    drop(panel.begin(kind, None, None, |_| WidgetKind::DragPreview));
                }
                _ => panel.push_scope(ScopeKind::StyleVar, None),
            }
        }
        Call::End(which) => panel.end(SCOPES[which], None),
        Call::Fold(label) => {
            panel.set_next_open(true);
            panel.fold(&label, false, Some(ScopeKind::Tree), None, |label, open| {
                WidgetKind::Tree {
                    label,
                    open,
                    leaf: false,
                }
            });
        }
        Call::PushId(name) => panel.push_id(&name, None),
        Call::Disabled(flag) => panel.begin_disabled(flag, None),
        Call::Layout(which) => {
            let flow = match which % 4 {
                0 => Flow::Row,
                1 => Flow::Box,
                2 => Flow::Split {
                    factor: f32::from(which) / 255.0,
                },
                _ => Flow::Grid {
                    columns: u32::from(which % 7),
                    even_columns: true,
                    even_rows: true,
                },
            };
            let kind = WidgetKind::Layout {
                flow,
                active: false,
                alert: which > 128,
                scale: Vec2::new(1.0, 1.0),
            };
            let mark = panel.begin_layout(kind, None);
            panel.label("in the layout");
            panel.change_layout(mark, which % 3 == 0, |_| ());
            if which % 2 == 0 {
                panel.end_layout(mark);
            }
        }
        Call::NextRow => panel.next_row(None),
        Call::NextColumn => panel.next_column(None),
        Call::SetColumn(column) => drop(panel.set_column_index(column, None)),
        Call::SetupColumn(label) => panel.setup_column(&label, 0.0, None),
        Call::Popup(name) => {
            panel.open_popup(&name);
            panel.begin_popup(&name, PopupForm::Modal, None);
        }
        Call::SameLine => panel.same_line(Default::default()),
        Call::Indent(pixels) => panel.indent(pixels),
        Call::Hover => drop(panel.is_hovered()),
        Call::Drop => drop(panel.accept_drop("x")),
    }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn any_calls_give_a_frame_that_can_be_drawn_and_sent(
        calls in prop::collection::vec(call(), 0..250),
        width in 0_usize..120,
    ) {
        let mut recorder = Session::default().record(PanelIdentity::new("any", "Any"));
        for call in calls {
            play(&mut recorder, call);
        }
        let (frame, _) = recorder.finish();
        let mut depth = 0;
        for widget in &frame.widgets {
            prop_assert!(widget.depth <= MAX_DEPTH);
            prop_assert!(widget.depth <= depth, "{widget:?} is deeper than a container before it");
            depth = widget.depth + u16::from(widget.kind.is_container());
        }
        let text = render_text(&frame, width);
        for line in text.lines() {
            prop_assert!(unicode_width::UnicodeWidthStr::width(line) <= width.max(16), "{line}");
        }
        let json = serde_json::to_string(&frame).unwrap();
        prop_assert_eq!(serde_json::from_str::<Frame>(&json).unwrap(), frame);
    }
}
