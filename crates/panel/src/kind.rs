//! Every kind of widget, as data.
//!
//! A kind contains only what a front end needs to draw the widget: no callbacks, no references.
//! Serialized, the variant's name is the field `kind`.

use crate::text_value::Text;
use crate::value::{Layer, Picture, Rgba, Shape, Value, Vec2};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How text is displayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextStyle {
    /// One line.
    #[default]
    Plain,
    /// The heading of a section.
    Heading,
    /// Greyed out.
    Disabled,
    /// Wrapped at the edge of the panel.
    Wrapped,
    /// After a bullet.
    Bullet,
    /// Text that the user can select and copy.
    Selectable,
    /// Centred on the line.
    Centered,
}

/// What a button means to the user; a theme turns this into colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ButtonStyle {
    /// A button without a special meaning.
    #[default]
    Plain,
    /// The action that the user most likely wants.
    Primary,
    /// An alternative to the primary action.
    Secondary,
    /// Confirms or completes something.
    Success,
    /// Needs the user's attention.
    Warning,
    /// Destroys something.
    Error,
    /// Without a frame, as high as a line of text.
    Small,
    /// Not drawn: an area that can be clicked.
    Invisible,
}

/// How a number is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NumberForm {
    /// A handle between `min` and `max`.
    Slider,
    /// Dragging changes it, by `speed` a pixel.
    Drag,
    /// The user types it, or changes it by `step`.
    Input,
}

/// When typed text reaches the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Commit {
    /// With every change.
    #[default]
    Edit,
    /// When the user presses Enter.
    Enter,
}

/// Whether a path names a file or a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PathForm {
    /// A directory.
    Folder,
    /// A file.
    File,
}

/// How one of several items is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChoiceForm {
    /// A list that unfolds.
    Combo,
    /// A list that is always visible, `rows` high; with 0 rows the front end chooses.
    List {
        /// The number of items visible at a time.
        rows: u32,
    },
}

/// How a colour is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColorForm {
    /// A field that opens a colour picker.
    Edit,
    /// The colour picker itself.
    Picker,
}

/// How content is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flow {
    /// Side by side.
    Row,
    /// One below the other.
    Column,
    /// One below the other, with a frame around them.
    Box,
    /// The first item takes `factor` of the width, the others share the rest.
    Split {
        /// From 0 to 1.
        factor: f32,
    },
    /// In columns; with 0 columns, as many as fit.
    Grid {
        /// The number of columns.
        columns: u32,
        /// Whether all columns are equally wide.
        even_columns: bool,
        /// Whether all rows are equally high.
        even_rows: bool,
    },
}

/// How a window above the panel behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PopupForm {
    /// Closed by a click outside it.
    Plain,
    /// Blocks everything else until it is closed.
    Modal,
    /// Opened by a click of the secondary mouse button on the widget before it.
    Context,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct TableColumn {
    /// The heading of the column.
    pub label: Text,
    /// Its width in pixels; with 0 it shares the remaining space.
    #[serde(default)]
    pub width: f32,
}

/// What a widget is, with its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields mean the same throughout and are described once, below")]
#[rustfmt::skip]
// `label`: what the user reads. `value`: what it shows. `size`: see `Vec2`. `open`: whether it is
// unfolded; only then its content follows. `selected`: whether it is marked as chosen.
#[non_exhaustive]
pub enum WidgetKind {
    /// Text.
    Text { text: Text, style: TextStyle, #[serde(default, skip_serializing_if = "Option::is_none")] color: Option<Rgba> },
    /// A button. With a picture, it shows the picture, multiplied by `tint`, instead of the label.
    Button {
        label: Text, style: ButtonStyle,
        #[serde(default, skip_serializing_if = "Vec2::is_zero")] size: Vec2,
        #[serde(default, skip_serializing_if = "Option::is_none")] picture: Option<Picture>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")] selected: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")] tint: Option<Rgba>,
    },
    /// A clickable field filled with a colour.
    ColorButton { label: Text, color: Rgba, size: Vec2 },
    /// A check box.
    Checkbox { label: Text, value: bool },
    /// A radio button; `option` is the value that the panel receives when it is chosen.
    Radio { label: Text, option: i64, selected: bool },
    /// One number or several. `min` and `max` limit it; `format` has printf's syntax.
    Number {
        label: Text, value: Value, form: NumberForm,
        #[serde(default, skip_serializing_if = "Option::is_none")] min: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")] max: Option<f64>,
        /// The change for a step, a fast step, or a pixel of dragging; with 0 the front end chooses.
        step: f64, step_fast: f64,
        #[serde(default, skip_serializing_if = "Text::is_empty")] format: Text,
    },
    /// A text field; `hint` is shown while it is empty. A `height` of 0 means one line.
    TextInput { label: Text, value: Text, hint: Text, commit: Commit, height: f32 },
    /// A path that the user types, or chooses in a dialog with this `title`.
    PathInput { label: Text, value: Text, form: PathForm, title: Text },
    /// One of `items`, by its position; any other position means that none is chosen.
    Choice { label: Text, value: i64, items: Vec<Text>, form: ChoiceForm },
    /// A colour field with three components, or four with opacity.
    Color { label: Text, value: Vec<f64>, form: ColorForm },
    /// A line that the user can select.
    Selectable { label: Text, selected: bool, height: f32 },
    /// An entry of a menu.
    MenuItem { label: Text, shortcut: Text, selected: bool },
    /// A header that unfolds what follows it; the content is not inside it.
    Header { label: Text, open: bool },
    /// Progress from 0 to 1, with the text `overlay` on it.
    Progress { fraction: f32, overlay: Text, size: Vec2 },
    /// A curve; a missing value is a gap. Without `min` and `max` the values set the range.
    Plot { label: Text, values: Vec<Option<f32>>, min: Option<f32>, max: Option<f32>, size: Vec2 },
    /// The part of a picture from `uv0` to `uv1` (0 to 1), multiplied by `tint`.
    Image { picture: Picture, size: Vec2, uv0: Vec2, uv1: Vec2, tint: Option<Rgba> },
    /// A horizontal line.
    Separator,
    /// A small vertical space.
    Spacing,
    /// Ends the line.
    NewLine,
    /// Moves what follows to this position, in pixels from the corner of the panel's content; an
    /// absent coordinate does not change.
    Cursor { x: Option<f32>, y: Option<f32> },
    /// Scrolls until what was drawn last is visible: at the upper edge with 0, the lower with 1.
    ScrollHere { ratio: f32 },
    /// A shape drawn by the plugin.
    Draw { shape: Shape, color: Rgba, #[serde(default)] layer: Layer },

    /// Container: a tree node that folds. A `leaf` cannot be folded.
    Tree { label: Text, open: bool, leaf: bool },
    /// Container: several widgets that count as one.
    Group,
    /// Container: a part of the panel that scrolls separately.
    Child { label: Text, size: Vec2, border: bool },
    /// Container: an arrangement; `active` looks pressed, `alert` is red, `scale` multiplies sizes.
    Layout { flow: Flow, active: bool, alert: bool, scale: Vec2 },
    /// Container: a window above the panel. One of the form `context` is in the frame even while
    /// it is closed, so that the front end can open it.
    Popup { label: Text, form: PopupForm, open: bool },
    /// Container: a separate window. It has a close button only if `closable`.
    Window { label: Text, closable: bool, position: Option<Vec2>, size: Option<Vec2> },
    /// Container: content shown while the pointer is over the widget before it.
    Tooltip,
    /// Container: a bar of menus.
    MenuBar,
    /// Container: a menu that unfolds.
    Menu { label: Text, open: bool },
    /// Container of rows. With `headers`, the columns' labels are the first row.
    Table { label: Text, columns: Vec<TableColumn>, headers: bool },
    /// Container of the cells of one row.
    TableRow { #[serde(default, skip_serializing_if = "Option::is_none")] color: Option<Rgba> },
    /// Container: the content of one column of a row.
    TableCell { column: u32, #[serde(default, skip_serializing_if = "Option::is_none")] color: Option<Rgba> },
    /// Container: content that follows the pointer while the widget before it is dragged.
    DragPreview,
}

impl WidgetKind {
    /// Returns whether other widgets can be inside it in its present state.
    #[must_use]
    pub fn is_container(&self) -> bool {
        match self {
            Self::Tree { open, leaf, .. } => *open && !leaf,
            Self::Menu { open, .. } | Self::Popup { open, .. } => *open,
            Self::Group
            | Self::Child { .. }
            | Self::Layout { .. }
            | Self::Window { .. }
            | Self::Tooltip
            | Self::MenuBar
            | Self::Table { .. }
            | Self::TableRow { .. }
            | Self::TableCell { .. }
            | Self::DragPreview => true,
            _ => false,
        }
    }

    /// Returns the text that the user reads on it, or `None` for kinds without a label.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Button { label, .. }
            | Self::ColorButton { label, .. }
            | Self::Checkbox { label, .. }
            | Self::Radio { label, .. }
            | Self::Number { label, .. }
            | Self::TextInput { label, .. }
            | Self::PathInput { label, .. }
            | Self::Choice { label, .. }
            | Self::Color { label, .. }
            | Self::Selectable { label, .. }
            | Self::MenuItem { label, .. }
            | Self::Header { label, .. }
            | Self::Plot { label, .. }
            | Self::Tree { label, .. }
            | Self::Child { label, .. }
            | Self::Popup { label, .. }
            | Self::Window { label, .. }
            | Self::Menu { label, .. }
            | Self::Table { label, .. } => Some(label),
            _ => None,
        }
    }

    /// Returns a number for each kind, so that widgets of different kinds may share a label. It is
    /// part of every id, so it must never change.
    pub(crate) fn tag(&self) -> u8 {
        match self {
            Self::Button { .. } | Self::ColorButton { .. } => 1,
            Self::Checkbox { .. } => 2,
            Self::Radio { .. } => 3,
            Self::Number { .. } => 4,
            Self::TextInput { .. } => 5,
            Self::PathInput { .. } => 6,
            Self::Choice { .. } => 7,
            Self::Color { .. } => 8,
            Self::Selectable { .. } => 9,
            Self::MenuItem { .. } => 10,
            Self::Header { .. } => 11,
            Self::Tree { .. } => 12,
            Self::Child { .. } => 13,
            Self::Popup { .. } => 14,
            Self::Window { .. } => 15,
            Self::Menu { .. } => 16,
            Self::Table { .. } => 17,
            _ => 0,
        }
    }

    /// Returns the plural name of the widgets with this tag.
    pub(crate) fn plural_of_tag(tag: u8) -> &'static str {
        const PLURALS: [&str; 18] = [
            "widgets",
            "buttons",
            "check boxes",
            "radio buttons",
            "numbers",
            "text fields",
            "path fields",
            "choices",
            "colour fields",
            "selectable lines",
            "menu items",
            "headers",
            "trees",
            "child areas",
            "popups",
            "windows",
            "menus",
            "tables",
        ];
        PLURALS.get(usize::from(tag)).unwrap_or(&PLURALS[0])
    }

    /// Returns the kind's name as it is serialized.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Button { .. } => "button",
            Self::ColorButton { .. } => "color_button",
            Self::Checkbox { .. } => "checkbox",
            Self::Radio { .. } => "radio",
            Self::Number { .. } => "number",
            Self::TextInput { .. } => "text_input",
            Self::PathInput { .. } => "path_input",
            Self::Choice { .. } => "choice",
            Self::Color { .. } => "color",
            Self::Selectable { .. } => "selectable",
            Self::MenuItem { .. } => "menu_item",
            Self::Header { .. } => "header",
            Self::Progress { .. } => "progress",
            Self::Plot { .. } => "plot",
            Self::Image { .. } => "image",
            Self::Separator => "separator",
            Self::Spacing => "spacing",
            Self::NewLine => "new_line",
            Self::Cursor { .. } => "cursor",
            Self::ScrollHere { .. } => "scroll_here",
            Self::Draw { .. } => "draw",
            Self::Tree { .. } => "tree",
            Self::Group => "group",
            Self::Child { .. } => "child",
            Self::Layout { .. } => "layout",
            Self::Popup { .. } => "popup",
            Self::Window { .. } => "window",
            Self::Tooltip => "tooltip",
            Self::MenuBar => "menu_bar",
            Self::Menu { .. } => "menu",
            Self::Table { .. } => "table",
            Self::TableRow { .. } => "table_row",
            Self::TableCell { .. } => "table_cell",
            Self::DragPreview => "drag_preview",
        }
    }
}
