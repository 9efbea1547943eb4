//! What the user did, on its way from a front end to a panel.

use crate::identity::WidgetId;
use crate::kind::Kind;
use crate::text_value::Text;
use crate::value::{Value, finite};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that the user did to one widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// To which widget: an id from a frame.
    pub widget: WidgetId,
    /// What.
    #[serde(flatten)]
    pub value: InputValue,
}

impl Input {
    /// The user did this to that widget.
    #[must_use]
    pub fn new(widget: WidgetId, value: InputValue) -> Self {
        Self { widget, value }
    }
}

/// What the user did. Serialized, it is a field with the variant's name: `{"set": 0.5}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputValue {
    /// Clicked a button, a menu item, a radio button. Each click arrives, once.
    Click(MouseButton),
    /// Set a value. Of several for one widget, one right after the other, the last arrives.
    Set(Value),
    /// Folded or unfolded a header, a tree, a menu; closed a popup or a window.
    Open(bool),
    /// The pointer came over it, or left it. Only needed where the widget wants it.
    Hover(bool),
    /// Dropped on it what another widget carries.
    Drop(crate::frame::Payload),
}

/// A button of the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MouseButton {
    /// The left one, for most.
    #[default]
    Primary,
    /// The right one, for most.
    Secondary,
    /// The wheel.
    Middle,
}

impl InputValue {
    /// A click of the primary button.
    pub const CLICK: Self = Self::Click(MouseButton::Primary);

    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Click(_) => "a click",
            Self::Set(value) => value.noun(),
            Self::Open(_) => "folding or closing",
            Self::Hover(_) => "the pointer",
            Self::Drop(_) => "something dropped",
        }
    }
}

/// An input that reached nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DroppedInput {
    /// What the user did.
    pub input: Input,
    /// Why it reached nothing, as a sentence for the log.
    pub reason: Text,
}

impl Kind {
    /// What the panel gets when the user does `input` to this widget: the same, brought into the
    /// widget's type and limits.
    ///
    /// # Errors
    /// A sentence that says what the widget takes, where this is something else.
    pub fn accept(&self, input: InputValue) -> Result<InputValue, Text> {
        use InputValue::{Click, Open, Set};
        match (self, input) {
            // Things fall on every widget; who does not ask for them drops them.
            (_, input @ InputValue::Drop(_)) => Ok(input),
            (
                Self::Button { .. }
                | Self::ColorButton { .. }
                | Self::Radio { .. }
                | Self::Selectable { .. }
                | Self::MenuItem { .. },
                input @ Click(_),
            ) => Ok(input),
            (
                Self::Header { .. }
                | Self::Tree { .. }
                | Self::Menu { .. }
                | Self::Popup { .. }
                | Self::Window { .. },
                input @ Open(_),
            ) => Ok(input),
            // A click is the natural input of these for a front end without a notion of folding.
            (
                Self::Header { open, .. } | Self::Tree { open, .. } | Self::Menu { open, .. },
                Click(_),
            ) => Ok(Open(!open)),
            (Self::Checkbox { value, .. }, Click(_)) => Ok(Set(Value::Bool(!value))),
            (Self::Checkbox { .. }, Set(Value::Bool(value))) => Ok(Set(Value::Bool(value))),
            (Self::TextInput { .. } | Self::PathInput { .. }, Set(Value::Text(text))) => {
                Ok(Set(Value::Text(text)))
            }
            (Self::Choice { items, .. }, Set(value)) => choose(items, value).map(Set),
            (Self::Color { value, .. }, Set(Value::Numbers(new))) if new.len() == value.len() => {
                Ok(Set(Value::Numbers(
                    new.iter()
                        .map(|part| finite(*part).clamp(0.0, 1.0))
                        .collect(),
                )))
            }
            (
                Self::Number {
                    value, min, max, ..
                },
                Set(new),
            ) => number(value, &new, *min, *max).map(Set).ok_or_else(|| {
                format!("it takes {}, not {}", shape_of(value), shape_of(&new)).into()
            }),
            (kind, input) => Err(format!("it takes {}, not {}", kind.takes(), input.noun()).into()),
        }
    }

    /// Shows the value that the user has just set.
    pub(crate) fn show(&mut self, input: &InputValue) {
        match (self, input) {
            (Self::Checkbox { value, .. }, InputValue::Set(Value::Bool(new))) => *value = *new,
            (Self::Number { value, .. }, InputValue::Set(new)) => value.clone_from(new),
            (
                Self::TextInput { value, .. } | Self::PathInput { value, .. },
                InputValue::Set(Value::Text(new)),
            ) => value.clone_from(new),
            (Self::Choice { value, .. }, InputValue::Set(Value::Int(new))) => *value = *new,
            (Self::Color { value, .. }, InputValue::Set(Value::Numbers(new))) => {
                value.clone_from(new);
            }
            (Self::Radio { selected, .. }, InputValue::Click(_)) => *selected = true,
            _ => {}
        }
    }

    fn takes(&self) -> &'static str {
        match self {
            Self::Button { .. } | Self::ColorButton { .. } | Self::Radio { .. } => "a click",
            Self::Selectable { .. } | Self::MenuItem { .. } => "a click",
            Self::Checkbox { .. } => "true or false",
            Self::TextInput { .. } | Self::PathInput { .. } => "text",
            Self::Choice { .. } => "one of its items",
            Self::Color { value, .. } if value.len() == 3 => "three numbers",
            Self::Color { .. } => "four numbers",
            Self::Header { .. } | Self::Tree { .. } | Self::Menu { .. } => "being folded",
            Self::Popup { .. } | Self::Window { .. } => "being closed",
            _ => "no input",
        }
    }
}

/// A position among the items, given as such or as the item's text.
fn choose(items: &[Text], value: Value) -> Result<Value, Text> {
    let position = match &value {
        Value::Int(position) => usize::try_from(*position)
            .ok()
            .filter(|at| *at < items.len()),
        Value::Text(text) => items.iter().position(|item| item == text),
        _ => None,
    };
    match position.and_then(|at| i64::try_from(at).ok()) {
        Some(position) => Ok(Value::Int(position)),
        None => Err(format!("it has {} items, and this is none of them", items.len()).into()),
    }
}

fn shape_of(value: &Value) -> Text {
    match value {
        Value::Numbers(numbers) => format!("{} numbers", numbers.len()).into(),
        other => other.noun().into(),
    }
}

/// The new number in the type and number of the old, within the limits.
fn number(old: &Value, new: &Value, min: Option<f64>, max: Option<f64>) -> Option<Value> {
    // Not `clamp`: it panics where the author has swapped the limits.
    let limit = |number: f64| {
        finite(number)
            .min(max.unwrap_or(f64::MAX))
            .max(min.unwrap_or(f64::MIN))
    };
    match (old, new) {
        (Value::Int(_), Value::Int(new)) => {
            let low = min.map_or(i64::MIN, |min| min.ceil() as i64);
            let high = max.map_or(i64::MAX, |max| max.floor() as i64);
            Some(Value::Int((*new).min(high).max(low)))
        }
        (Value::Int(_), Value::Float(new)) if new.fract() == 0.0 && new.abs() < 9e15 => {
            Some(Value::Int(limit(*new) as i64))
        }
        (Value::Float(_), Value::Int(new)) => Some(Value::Float(limit(*new as f64))),
        (Value::Float(_), Value::Float(new)) => Some(Value::Float(limit(*new))),
        (Value::Numbers(old), Value::Numbers(new)) if old.len() == new.len() => Some(
            Value::Numbers(new.iter().map(|number| limit(*number)).collect()),
        ),
        _ => None,
    }
}
