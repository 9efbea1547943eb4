//! One drawing of a panel: the frame, its widgets, and what went wrong.
//!
//! Widgets are in one flat list in the order in which they were drawn, each with its depth: the
//! content of a container is what follows it until a widget that is not deeper than it. A list
//! needs no recursion to read, in any language, and no hostile nesting can overflow a stack.

use crate::identity::WidgetId;
use crate::input::DroppedInput;
use crate::kind::Kind;
use crate::text_value::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the format of [`Frame`] and [`crate::Input`]. It grows when a front end that
/// reads frames has to be changed; new kinds of widgets and new optional fields do not count, so
/// a front end skips a kind that it does not know.
pub const FRAME_VERSION: u32 = 1;

/// Which panel a frame is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PanelIdentity {
    /// Names it among all panels.
    pub id: String,
    /// Its title.
    pub label: String,
}

impl PanelIdentity {
    /// The panel with this id and title.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
        }
    }
}

/// One drawing of a panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Frame {
    /// See [`FRAME_VERSION`].
    pub version: u32,
    /// Which panel.
    pub panel: PanelIdentity,
    /// What is drawn. Empty where there is an error.
    pub widgets: Vec<Widget>,
    /// What the author should know of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Why nothing could be drawn; to be shown in place of the widgets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<PanelError>,
    /// When to draw again.
    #[serde(default)]
    pub redraw: Redraw,
    /// Inputs that reached nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<DroppedInput>,
}

impl Default for Frame {
    fn default() -> Self {
        Self {
            version: FRAME_VERSION,
            panel: PanelIdentity::default(),
            widgets: Vec::new(),
            warnings: Vec::new(),
            error: None,
            redraw: Redraw::default(),
            dropped: Vec::new(),
        }
    }
}

impl Frame {
    /// A frame that shows an error.
    #[must_use]
    pub fn failed(panel: PanelIdentity, error: PanelError) -> Self {
        Self {
            panel,
            error: Some(error),
            ..Self::default()
        }
    }

    /// The widget with this id.
    #[must_use]
    pub fn find(&self, id: WidgetId) -> Option<&Widget> {
        self.widgets.iter().find(|widget| widget.id == id)
    }

    /// The first widget with this label, without what follows `##`.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Option<&Widget> {
        self.widgets
            .iter()
            .find(|widget| widget.kind.label() == Some(label))
    }

    /// All that is inside the widget at `index`, at any depth.
    #[must_use]
    pub fn content(&self, index: usize) -> &[Widget] {
        let Some(container) = self.widgets.get(index) else {
            return &[];
        };
        let rest = &self.widgets[index + 1..];
        let end = rest
            .iter()
            .position(|widget| widget.depth <= container.depth);
        &rest[..end.unwrap_or(rest.len())]
    }
}

/// One widget of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Widget {
    /// Whom an input is for.
    pub id: WidgetId,
    /// In how many containers it is.
    pub depth: u16,
    /// What it is.
    #[serde(flatten)]
    pub kind: Kind,
    /// How it deviates from the usual; mostly absent.
    #[serde(flatten)]
    pub traits: Traits,
}

/// How a widget deviates from the usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Traits {
    /// It is on the line of the widget before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_line: Option<SameLine>,
    /// It cannot be used now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// The panel asks whether the pointer is over it: tell by [`crate::InputValue::Hover`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_hover: bool,
    /// The keyboard is for this one now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub focus: bool,
    /// Moved to the right, in pixels.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub indent: f32,
    /// As wide as this, in pixels; negative: leaves so much room at the right edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f32>,
    /// What the pointer shows over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooltip: Option<Box<str>>,
    /// It can be dragged, and carries this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drag: Option<Box<Payload>>,
    /// What can be dropped on it: the `kind` of a [`Payload`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepts: Option<Box<str>>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(number: &f32) -> bool {
    *number == 0.0
}

/// How a widget stands on the line of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SameLine {
    /// From the left edge, in pixels; 0: after the widget before.
    pub offset: f32,
    /// Between the two, in pixels; negative: as the front end likes.
    pub spacing: f32,
}

/// What a dragged widget carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payload {
    /// Who may take it.
    #[serde(rename = "type")]
    pub kind: Text,
    /// What it is.
    pub data: Text,
}

/// When a panel is to be drawn again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Redraw {
    /// On input, on request, on the panel's interval.
    #[default]
    OnInput,
    /// At once: an input arrived in this drawing, so that widgets drawn before it may show what
    /// was before, or more inputs wait for their turn.
    Again,
}

/// A place in the author's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// The file's path.
    pub file: Text,
    /// Counted from 1.
    pub line: u32,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Something in a drawing that works, but not as the author will expect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// A stable name of what it is.
    pub code: Text,
    /// What it is.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// Where, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Why a panel could not be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PanelError {
    /// The class of the exception.
    pub exception: String,
    /// What it says.
    pub message: String,
    /// As Python prints it.
    pub traceback: String,
    /// Where it was raised, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}
