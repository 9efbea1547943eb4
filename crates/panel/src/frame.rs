//! One drawing of a panel: the frame, its widgets, its warnings and its error.
//!
//! Widgets are in one flat list in the order in which they were drawn, each with its depth: the
//! content of a container is what follows it, up to the next widget that is not deeper. A flat
//! list can be read without recursion, so no hostile nesting can overflow a stack.

use crate::document::FrameDocument;
use crate::elsewhere::Elsewhere;
use crate::frame_bounds::Nested;
use crate::identity::WidgetId;
use crate::input::DroppedInput;
use crate::kind::WidgetKind;
use crate::style::Styles;
use crate::text_value::Text;
use crate::texture::TextureRef;
use crate::value::Payload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The version of the format of [`Frame`] and [`crate::Input`]. It increases when front ends have
/// to be changed to read frames. New kinds of widgets and new optional fields do not increase it:
/// a front end skips a kind that it does not know.
pub const FRAME_VERSION: u32 = 1;

/// The panel that a frame belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PanelIdentity {
    /// Unique among all panels.
    pub id: String,
    /// The title that the user reads.
    pub label: String,
}

impl PanelIdentity {
    /// Names the panel with this id and title.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
        }
    }
}

/// One drawing of a panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Frame {
    /// See [`FRAME_VERSION`].
    pub version: u32,
    /// The panel that was drawn.
    pub panel: PanelIdentity,
    /// The widgets in drawing order; if there is an error, those that were drawn before it.
    #[serde(deserialize_with = "crate::frame_bounds::widgets")]
    pub widgets: Vec<Widget>,
    /// Mistakes that the author should correct.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Why the drawing ended early; shown with the widgets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<PanelError>,
    /// When to draw again.
    #[serde(default)]
    pub redraw: Redraw,
    /// Inputs that reached no widget.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<DroppedInput>,
    /// What the panel asks about the pointer, wherever it is.
    #[serde(default, skip_serializing_if = "Wants::is_empty")]
    pub wants: Wants,
    /// The panel's document, if it is made from a template and the surface asks for it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::document::write",
        deserialize_with = "crate::document::read"
    )]
    #[schemars(with = "Option<FrameDocument>")]
    pub document: Option<Arc<FrameDocument>>,
    /// The textures that its widgets show, each version once. A front end may free its copy of a
    /// texture that is in no frame of any panel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub textures: Vec<TextureRef>,
    /// What the application fills in before a front end gets the frame: empty afterwards.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::elsewhere::bounded"
    )]
    #[schemars(skip)]
    pub elsewhere: Vec<Elsewhere>,
}

/// What a panel asks about the pointer, wherever it is over the panel. Answer with the widget on which
/// it happened, or with [`WidgetId::PANEL`] beside all widgets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Wants {
    /// Double clicks: answer with [`crate::InputValue::DoubleClick`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub double_click: bool,
    /// Drags: answer with [`crate::InputValue::Drag`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drag: bool,
    /// The wheel: answer with [`crate::InputValue::Wheel`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wheel: bool,
    /// Where the pointer is: keep [`crate::Surface::pointer`] up to date.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pointer: bool,
}

impl Wants {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
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
            wants: Wants::default(),
            document: None,
            textures: Vec::new(),
            elsewhere: Vec::new(),
        }
    }
}

impl Frame {
    /// Makes an empty frame of this panel.
    #[must_use]
    pub fn new(panel: PanelIdentity) -> Self {
        Self {
            panel,
            ..Self::default()
        }
    }

    /// Makes a frame that shows an error.
    #[must_use]
    pub fn failed(panel: PanelIdentity, error: PanelError) -> Self {
        Self {
            panel,
            error: Some(error),
            ..Self::default()
        }
    }

    /// Returns the widget with this id.
    #[must_use]
    pub fn find(&self, id: WidgetId) -> Option<&Widget> {
        self.widgets.iter().find(|widget| widget.id == id)
    }

    /// Returns the first widget with this label, which does not include what follows `##`.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Option<&Widget> {
        self.widgets
            .iter()
            .find(|widget| widget.kind.label() == Some(label))
    }

    /// Returns all widgets inside the widget at `index`, at any depth.
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
#[non_exhaustive]
pub struct Widget {
    /// Sent back in the inputs for this widget.
    pub id: WidgetId,
    /// The number of containers around it.
    pub depth: u16,
    /// The kind of widget, with its content.
    #[serde(flatten)]
    pub kind: WidgetKind,
    /// What differs from the default; mostly absent.
    #[serde(flatten)]
    pub traits: Traits,
}

impl Nested for Widget {
    fn depth(&self) -> u16 {
        self.depth
    }
}

/// What differs from a widget's default look and behaviour.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Traits {
    /// It is on the same line as the widget before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_line: Option<SameLine>,
    /// The user cannot use it now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// What follows the shown label and is not shown, such as `##left`: it distinguishes widgets
    /// with the same label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The panel asks whether it is clicked, by any button of the mouse: answer with
    /// [`crate::InputValue::Click`], also for a widget that does nothing when it is clicked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_click: bool,
    /// The panel asks whether the pointer is over it: answer with [`crate::InputValue::Hover`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_hover: bool,
    /// The panel asks whether it is double clicked: answer with [`crate::InputValue::DoubleClick`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_double_click: bool,
    /// The panel asks whether the pointer holds it: answer with [`crate::InputValue::Drag`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_drag: bool,
    /// The panel asks when the user begins and ends to edit it, for example to undo all of it at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_edit: bool,
    /// The user is editing it, as [`crate::InputValue::Edit`] has reported.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub editing: bool,
    /// It has the keyboard focus.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub focus: bool,
    /// Its distance from the left edge, in pixels.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub indent: f32,
    /// Its width in pixels; a negative width leaves that much space at the right edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f32>,
    /// The text shown while the pointer is over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooltip: Option<Box<str>>,
    /// What it carries while it is dragged; absent if it cannot be dragged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drag: Option<Box<Payload>>,
    /// The type of [`Payload`] that can be dropped on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepts: Option<Box<str>>,
    /// The name of the icon before its label, as the plugin wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Box<str>>,
    /// Colours and measures that the plugin has set for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub styles: Option<Styles>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(number: &f32) -> bool {
    *number == 0.0
}

/// The position of a widget on the line of the widget before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SameLine {
    /// The distance from the left edge, in pixels; 0 puts it after the widget before.
    pub offset: f32,
    /// The space between the two, in pixels; if negative, the front end chooses.
    pub spacing: f32,
}

impl SameLine {
    /// Puts a widget at this offset and spacing.
    #[must_use]
    #[inline]
    pub fn new(offset: f32, spacing: f32) -> Self {
        Self { offset, spacing }
    }
}

/// When to draw a panel again.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Redraw {
    /// On input, on request, or on the panel's interval.
    #[default]
    OnInput,
    /// At once: an input arrived in this drawing, so widgets drawn before it may show an old
    /// value, or more inputs wait.
    Again,
}

/// A line of the author's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Location {
    /// The file's path.
    pub file: Text,
    /// The line, counted from 1.
    pub line: u32,
}

impl Location {
    /// Names a line of a file.
    #[must_use]
    #[inline]
    pub fn new(file: impl Into<Text>, line: u32) -> Self {
        Self {
            file: file.into(),
            line,
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A mistake in a drawing that does not stop it, but surprises its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Warning {
    /// A stable name for this kind of mistake.
    pub code: Text,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The line of code, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Why a panel could not be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PanelError {
    /// The class of the exception.
    pub exception: String,
    /// The message of the exception.
    pub message: String,
    /// The traceback as Python prints it.
    pub traceback: String,
    /// Where it was raised, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl PanelError {
    /// Describes an exception that was raised at an unknown line; set `location` if it is known.
    pub fn new(
        exception: impl Into<String>,
        message: impl Into<String>,
        traceback: impl Into<String>,
    ) -> Self {
        Self {
            exception: exception.into(),
            message: message.into(),
            traceback: traceback.into(),
            location: None,
        }
    }
}

impl Warning {
    /// Describes a mistake at an unknown line; set `location` if it is known.
    pub fn new(code: impl Into<Text>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            hint: hint.into(),
            location: None,
        }
    }
}
