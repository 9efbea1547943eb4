//! What the user did, sent by a front end to a panel.

use crate::document::ElementInput;
use crate::identity::WidgetId;
use crate::kind::WidgetKind;
use crate::mouse::MouseButton;
use crate::text_value::Text;
use crate::value::{Payload, Value, Vec2, finite};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One action of the user on one widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Input {
    /// The widget's id, taken from a frame.
    pub widget: WidgetId,
    /// The action.
    #[serde(flatten)]
    pub value: InputValue,
}

impl Input {
    /// Describes an action on a widget.
    #[must_use]
    pub fn new(widget: WidgetId, value: InputValue) -> Self {
        Self { widget, value }
    }
}

/// What the user did. Serialized, it is a field with the variant's name: `{"set": 0.5}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InputValue {
    /// Clicked a button, a menu item or a radio button; with the secondary or the middle button of
    /// the mouse any widget. Each click arrives exactly once. A secondary click also opens the
    /// context menu of the widget.
    Click(MouseButton),
    /// Set a value. Of several values for one widget in a row, only the last arrives.
    Set(Value),
    /// Folded or unfolded a header, a tree or a menu; closed a popup or a window.
    Open(bool),
    /// Moved the pointer onto the widget or away from it. Needed only if the widget asks for it.
    Hover(bool),
    /// Dropped what another widget carries.
    Drop(Payload),
    /// Clicked twice in quick succession, on a widget or, with [`WidgetId::PANEL`], beside all of
    /// them. Each of the two clicks is also sent as a click. Needed only if the widget or the frame
    /// asks for it, as for the two below.
    DoubleClick(MouseButton),
    /// Moved the pointer while holding a button that was pressed on this widget, or on the panel. Of
    /// several movements in a row, only the last arrives.
    Drag(Drag),
    /// Turned the wheel over the widget or the panel: lines to the right and lines up. Several in a
    /// row are added up.
    Wheel(Vec2),
    /// Began to edit a number, a text, a path or a colour (`true`), or ended it (`false`): the field
    /// has the keyboard, or the user holds the handle. What was set in between is one step for undo.
    Edit(bool),
    /// Did something with an element of the document, with [`WidgetId::PANEL`] as the widget.
    Element(ElementInput),
}

/// A movement of the pointer while a button is held. Positions are in pixels, from the upper left
/// corner of the panel, as those of [`crate::Surface::pointer`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Drag {
    /// The button that is held.
    #[serde(default)]
    pub button: MouseButton,
    /// Where the button was pressed.
    pub start: Vec2,
    /// Where the pointer is.
    pub at: Vec2,
    /// Whether the button was released there.
    #[serde(default)]
    pub ended: bool,
}

impl Drag {
    /// Describes a movement from where the button was pressed to where the pointer is.
    #[must_use]
    pub fn new(button: MouseButton, start: Vec2, at: Vec2) -> Self {
        Self {
            button,
            start,
            at,
            ended: false,
        }
    }

    /// Describes its end: the button was released.
    #[must_use]
    pub fn end(self) -> Self {
        Self {
            ended: true,
            ..self
        }
    }
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
            Self::DoubleClick(_) => "a double click",
            Self::Drag(_) => "a drag",
            Self::Wheel(_) => "the wheel",
            Self::Edit(_) => "editing",
            Self::Element(_) => "an action on an element",
        }
    }
}

/// An input that reached no widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DroppedInput {
    /// What the user did.
    pub input: Input,
    /// Why it reached no widget, as a sentence for the log.
    pub reason: Text,
}

impl DroppedInput {
    /// Describes an input that reached no widget.
    pub fn new(input: Input, reason: impl Into<Text>) -> Self {
        Self {
            input,
            reason: reason.into(),
        }
    }
}

impl WidgetKind {
    /// Converts an input to this widget's type and clamps it to its limits.
    ///
    /// # Errors
    /// A sentence that says what the widget accepts, if the input is something else.
    pub fn accept(&self, input: InputValue) -> Result<InputValue, Text> {
        use InputValue::{Click, Open, Set};
        match (self, input) {
            // Anything can be dropped on any widget; a panel that does not ask discards it.
            (_, input @ InputValue::Drop(_)) => Ok(input),
            // The same is true of what the pointer does beside clicking.
            (
                _,
                input @ (InputValue::DoubleClick(_) | InputValue::Drag(_) | InputValue::Wheel(_)),
            ) => Ok(input),
            (
                Self::Number { .. }
                | Self::TextInput { .. }
                | Self::PathInput { .. }
                | Self::Color { .. },
                input @ InputValue::Edit(_),
            ) => Ok(input),
            // So can anything be clicked by the other buttons, which change nothing by themselves.
            (_, input @ Click(MouseButton::Secondary | MouseButton::Middle)) => Ok(input),
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
            // A front end that does not support folding sends a click.
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

    /// Updates the widget to show the value that the user has just set.
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
            (Self::Radio { selected, .. }, &InputValue::CLICK) => *selected = true,
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

/// Finds the position of an item that is given by its position or by its text.
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
        None => Err(format!("it has {} items, and this is not one of them", items.len()).into()),
    }
}

fn shape_of(value: &Value) -> Text {
    match value {
        Value::Numbers(numbers) => format!("{} numbers", numbers.len()).into(),
        other => other.noun().into(),
    }
}

/// Converts the new value to the type and length of the old one, within the limits.
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
