//! Draws the steps of a document into a frame, and returns what the user did.

use crate::retained::ops::{Control, Op, What};
use lichtfeld_document::{Dispatch, Document, NodeId, Value};
use lichtfeld_panel::{
    ChoiceForm, Commit, InputValue, Kind, LayoutMark, MouseButton, NumberForm, Recorder, Text,
    Value as PanelValue, Vec2,
};

/// What the user did to a control.
#[derive(Debug, PartialEq)]
pub(super) enum Action {
    Click(NodeId),
    Change(NodeId, Value),
}

impl Action {
    /// Begins it.
    pub(super) fn start(self, document: &mut Document) -> Dispatch {
        match self {
            Self::Click(node) => document.press_and_release(node),
            Self::Change(node, value) => document.change(node, value),
        }
    }
}

/// Draws the steps of a document, one after the other.
#[derive(Default)]
pub(super) struct Player {
    open: Vec<LayoutMark>,
    pub(super) actions: Vec<Action>,
}

impl Player {
    /// Draws one step. Where the panel draws itself, the caller does.
    pub(super) fn play(&mut self, op: Op, recorder: &mut Recorder) {
        match op {
            Op::Open(flow) => {
                let mark = recorder.begin_layout(
                    Kind::Layout {
                        flow,
                        active: false,
                        alert: false,
                        scale: Vec2::new(1.0, 1.0),
                    },
                    None,
                );
                self.open.push(mark);
            }
            Op::Close => {
                if let Some(mark) = self.open.pop() {
                    recorder.end_layout(mark);
                }
            }
            Op::Place(kind) => recorder.place(kind),
            Op::Control(control) => {
                let action = draw(&control, recorder);
                self.actions.extend(action);
            }
            Op::Draw => {}
        }
    }
}

fn draw(control: &Control, recorder: &mut Recorder) -> Option<Action> {
    recorder.begin_disabled(control.is_disabled, None);
    // The text may change while the user works with the control; the element is the identity.
    let label = format!("{}###{}", control.label, control.node.number());
    let input = recorder.widget(&label, |label| kind(control, label));
    if let Some(tooltip) = &control.tooltip {
        recorder.tooltip(tooltip);
    }
    recorder.end(lichtfeld_panel::ScopeKind::Disabled, None);
    action(control, input?)
}

fn kind(control: &Control, label: Text) -> Kind {
    match &control.what {
        What::Button(style) => Kind::Button {
            label,
            style: *style,
            size: Vec2::ZERO,
            picture: None,
            selected: false,
            tint: None,
        },
        What::Line { is_selected } => Kind::Selectable {
            label,
            selected: *is_selected,
            height: 0.0,
        },
        What::Checkbox(value) => Kind::Checkbox {
            label,
            value: *value,
        },
        What::Radio(selected) => Kind::Radio {
            label,
            option: 1,
            selected: *selected,
        },
        What::Slider {
            value,
            min,
            max,
            step,
        } => Kind::Number {
            label,
            value: PanelValue::float(*value),
            form: NumberForm::Slider,
            min: Some(*min),
            max: Some(*max),
            step: *step,
            step_fast: 0.0,
            format: Text::new(format_of(*step)),
        },
        What::Text {
            value,
            hint,
            height,
        } => Kind::TextInput {
            label,
            value: Text::new(value),
            hint: Text::new(hint),
            commit: Commit::Edit,
            height: *height,
        },
        What::Choice { options, chosen } => Kind::Choice {
            label,
            value: *chosen,
            items: options.iter().map(|(text, _)| Text::new(text)).collect(),
            form: ChoiceForm::Combo,
        },
    }
}

/// A format that shows all digits of a step, and no more.
fn format_of(step: f64) -> String {
    let digits = (0..6).find(|digits| {
        let scaled = step * 10_f64.powi(*digits);
        (scaled - scaled.round()).abs() < 1e-6
    });
    format!("%.{}f", digits.unwrap_or(6))
}

fn action(control: &Control, input: InputValue) -> Option<Action> {
    let node = control.node;
    match (&control.what, input) {
        (
            What::Button(_) | What::Line { .. } | What::Radio(_),
            InputValue::Click(MouseButton::Primary),
        ) => Some(Action::Click(node)),
        // A click turns it over, as in the document's own front ends.
        (What::Checkbox(before), InputValue::Set(PanelValue::Bool(value))) => {
            (*before != value).then_some(Action::Click(node))
        }
        (What::Slider { .. }, InputValue::Set(value)) => {
            let number = value.to_numbers().first().copied()?;
            Some(Action::Change(node, Value::Float(number)))
        }
        (What::Text { .. }, InputValue::Set(PanelValue::Text(text))) => {
            Some(Action::Change(node, Value::text(&*text)))
        }
        (What::Choice { options, .. }, InputValue::Set(PanelValue::Int(at))) => {
            let (_, value) = options.get(usize::try_from(at).ok()?)?;
            Some(Action::Change(node, Value::text(value)))
        }
        _ => None,
    }
}
