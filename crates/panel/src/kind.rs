//! Every kind of widget, as data.
//!
//! A kind holds what a front end must know to draw the widget, and no more: no callbacks, no
//! references. Serialized, the variant's name is the field `kind`.

use crate::text_value::Text;
use crate::value::{Layer, Picture, Rgba, Shape, Value, Vec2};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a text is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextStyle {
    /// One line.
    #[default]
    Plain,
    /// The title of a section.
    Heading,
    /// Greyed out.
    Disabled,
    /// Broken into lines at the edge of the panel.
    Wrapped,
    /// After a bullet.
    Bullet,
    /// The user can select and copy it.
    Selectable,
    /// In the middle of the line.
    Centered,
}

/// What a button means to the user, which a theme turns into colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ButtonStyle {
    /// Nothing special.
    #[default]
    Plain,
    /// What the user most likely wants.
    Primary,
    /// Beside the primary one.
    Secondary,
    /// It finishes something well.
    Success,
    /// Take care.
    Warning,
    /// It destroys something.
    Error,
    /// No frame around it: as high as a line of text.
    Small,
    /// Not drawn at all; a place that can be clicked.
    Invisible,
}

/// How a number is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// A handle between `min` and `max`.
    Slider,
    /// Dragging changes it, by `speed` a pixel.
    Drag,
    /// Typed, or changed by `step`.
    Input,
}

/// When typed text reaches the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Commit {
    /// With every change.
    #[default]
    Edit,
    /// When the user presses Enter.
    Enter,
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PathForm {
    /// A directory.
    Folder,
    /// A file.
    File,
}

/// How one of several is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceForm {
    /// A list that unfolds.
    Combo,
    /// A list that is always there, `rows` high; 0 rows: as the front end likes.
    List {
        /// How many items are seen at a time.
        rows: u32,
    },
}

/// How a colour is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColorForm {
    /// A field that opens a picker.
    Edit,
    /// The picker itself.
    Picker,
}

/// How content is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Flow {
    /// Side by side.
    Row,
    /// One below the other.
    Column,
    /// One below the other, in a frame.
    Box,
    /// The first item takes `factor` of the width, the others share the rest.
    Split {
        /// From 0 to 1.
        factor: f32,
    },
    /// In as many columns as said; 0: as many as fit.
    Grid {
        /// How many.
        columns: u32,
        /// Whether all are equally wide.
        even_columns: bool,
        /// Whether all rows are equally high.
        even_rows: bool,
    },
}

/// A window over the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PopupForm {
    /// A click beside it closes it.
    Plain,
    /// Nothing else can be used until it is closed.
    Modal,
    /// Opened by the secondary mouse button on what comes before it.
    Context,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableColumn {
    /// Its heading.
    pub label: Text,
    /// In pixels; 0: shares what is left.
    #[serde(default)]
    pub width: f32,
}

/// What a widget is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields mean the same throughout and are told once, here below")]
#[rustfmt::skip]
// `label`: what the user reads. `value`: what it shows. `size`: see `Vec2`. `open`: unfolded;
// the content follows only then. `selected`: marked as the chosen one.
pub enum Kind {
    /// Text.
    Text { text: Text, style: TextStyle, #[serde(default, skip_serializing_if = "Option::is_none")] color: Option<Rgba> },
    /// Click it. With a picture it shows that instead of the label.
    Button {
        label: Text, style: ButtonStyle,
        #[serde(default, skip_serializing_if = "Vec2::is_zero")] size: Vec2,
        #[serde(default, skip_serializing_if = "Option::is_none")] picture: Option<Picture>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")] selected: bool,
    },
    /// A field of a colour that can be clicked.
    ColorButton { label: Text, color: Rgba, size: Vec2 },
    /// True or false.
    Checkbox { label: Text, value: bool },
    /// One of several; `option` is what the panel gets when this one is chosen.
    Radio { label: Text, option: i64, selected: bool },
    /// One number or several. `min` and `max` where it is limited; `format` is printf's.
    Number {
        label: Text, value: Value, form: NumberForm,
        #[serde(default, skip_serializing_if = "Option::is_none")] min: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")] max: Option<f64>,
        /// How much a step, a fast step, or a pixel of dragging changes it; 0: as the front end likes.
        step: f64, step_fast: f64,
        #[serde(default, skip_serializing_if = "Text::is_empty")] format: Text,
    },
    /// Text to edit; `hint` is shown while it is empty. A `height` of 0 is one line.
    TextInput { label: Text, value: Text, hint: Text, commit: Commit, height: f32 },
    /// A path to type, or to choose in a dialog called `title`.
    PathInput { label: Text, value: Text, form: PathForm, title: Text },
    /// One of `items`, by its position; a position outside of them means none.
    Choice { label: Text, value: i64, items: Vec<Text>, form: ChoiceForm },
    /// Three components, or four with opacity.
    Color { label: Text, value: Vec<f64>, form: ColorForm },
    /// A line that can be chosen.
    Selectable { label: Text, selected: bool, height: f32 },
    /// An entry of a menu.
    MenuItem { label: Text, shortcut: Text, selected: bool },
    /// Unfolds what follows it, which is not inside of it.
    Header { label: Text, open: bool },
    /// How far something is, from 0 to 1, with `overlay` written upon it.
    Progress { fraction: f32, overlay: Text, size: Vec2 },
    /// A curve; a missing value is a gap. Without `min` and `max`, as the values need.
    Plot { label: Text, values: Vec<Option<f32>>, min: Option<f32>, max: Option<f32>, size: Vec2 },
    /// A picture, the part from `uv0` to `uv1` of it (0 to 1), multiplied by `tint`.
    Image { picture: Picture, size: Vec2, uv0: Vec2, uv1: Vec2, tint: Option<Rgba> },
    /// A line across.
    Separator,
    /// A little room.
    Spacing,
    /// Ends the line.
    NewLine,
    /// What follows is put here, in pixels from the panel's content; none: where it would be.
    Cursor { x: Option<f32>, y: Option<f32> },
    /// Scrolls so that what was drawn last is seen; 0 is the upper edge, 1 the lower.
    ScrollHere { ratio: f32 },
    /// Something drawn by hand.
    Draw { shape: Shape, color: Rgba, #[serde(default)] layer: Layer },

    /// Container: a branch that folds. A `leaf` cannot be folded.
    Tree { label: Text, open: bool, leaf: bool },
    /// Container: several that count as one.
    Group,
    /// Container: a part of the panel that scrolls by itself.
    Child { label: Text, size: Vec2, border: bool },
    /// Container: `active` is pressed in, `alert` is red; `scale` multiplies the sizes.
    Layout { flow: Flow, active: bool, alert: bool, scale: Vec2 },
    /// Container: a window over the panel. One of the form `context` is there also while it is
    /// closed, so that the front end knows what to open.
    Popup { label: Text, form: PopupForm, open: bool },
    /// Container: a window of its own. Without `closable` it has no cross.
    Window { label: Text, closable: bool, position: Option<Vec2>, size: Option<Vec2> },
    /// Container: what the pointer shows over the widget before.
    Tooltip,
    /// Container: menus side by side.
    MenuBar,
    /// Container: a menu.
    Menu { label: Text, open: bool },
    /// Container of rows. With `headers` the columns' labels are shown.
    Table { label: Text, columns: Vec<TableColumn>, headers: bool },
    /// Container of cells.
    TableRow { #[serde(default, skip_serializing_if = "Option::is_none")] color: Option<Rgba> },
    /// Container: what is in one column of a row.
    TableCell { column: u32, #[serde(default, skip_serializing_if = "Option::is_none")] color: Option<Rgba> },
    /// Container: what follows the pointer while the widget before is dragged.
    DragPreview,
}

impl Kind {
    /// Whether other widgets can be inside.
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

    /// What the user reads on it, where it has a label.
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

    /// A number for each kind, by which widgets of different kinds may share a label. It is part
    /// of every id, so a number once given stays.
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

    /// What several widgets with this tag are called.
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
            "children",
            "popups",
            "windows",
            "menus",
            "tables",
        ];
        PLURALS.get(usize::from(tag)).unwrap_or(&PLURALS[0])
    }

    /// The kind's name as it is serialized.
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
