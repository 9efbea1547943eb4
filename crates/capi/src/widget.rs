//! A widget as C reads it: a tag, and a union by kind. `widget_kinds.rs` fills it.

use crate::given_text::lfp_text;
use crate::widget_values::{lfp_picture, lfp_rgba, lfp_style, lfp_vec2};
use std::fmt;

/// Text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_text {
    /// What the user reads.
    pub text: lfp_text,
    /// An `lfp_text_style`.
    pub style: u32,
    /// Not 0 if `color` is set.
    pub has_color: u32,
    /// The colour.
    pub color: lfp_rgba,
}

/// A button.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_button {
    /// An `lfp_button_style`.
    pub style: u32,
    /// Not 0 if it looks pressed.
    pub selected: u32,
    /// Its size.
    pub size: lfp_vec2,
    /// Not 0 if it shows a picture instead of its label.
    pub has_picture: u32,
    /// The picture.
    pub picture: lfp_picture,
    /// What the picture is multiplied by; white for nothing.
    pub tint: lfp_rgba,
}

/// A field filled with a colour.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_color_button {
    /// The colour.
    pub color: lfp_rgba,
    /// Its size.
    pub size: lfp_vec2,
}

/// A check box.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_checkbox {
    /// Not 0 if it is checked.
    pub value: u32,
}

/// A radio button.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_radio {
    /// The value that the panel receives.
    pub option: i64,
    /// Not 0 if it is chosen.
    pub selected: u32,
}

/// A number, or several. Absent limits are infinite.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_number {
    /// An `lfp_value_kind`.
    pub kind: u32,
    /// An `lfp_number_form`.
    pub form: u32,
    /// The value, if it is an integer.
    pub integer: i64,
    /// The values, if not.
    pub numbers: *const f64,
    /// How many `numbers` there are.
    pub count: usize,
    /// The least value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The change of a step, or a pixel; 0: the front end chooses.
    pub step: f64,
    /// The change of a fast step.
    pub step_fast: f64,
    /// How it is shown, in the syntax of printf; may be empty. It comes from a plugin: check it before it is given to printf.
    pub format: lfp_text,
}

/// A text field.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_text_input {
    /// The text in it.
    pub value: lfp_text,
    /// Shown while it is empty.
    pub hint: lfp_text,
    /// Not 0 if the text reaches the panel when the user presses Enter, 0 if with every change.
    pub on_enter: u32,
    /// Its height; 0: one line.
    pub height: f32,
}

/// A path.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_path_input {
    /// The path.
    pub value: lfp_text,
    /// The title of the dialog.
    pub title: lfp_text,
    /// Not 0 for a file, 0 for a directory.
    pub file: u32,
}

/// One of several items.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_choice {
    /// The position of the chosen item; any other: none.
    pub value: i64,
    /// The items.
    pub items: *const lfp_text,
    /// The number of items.
    pub count: usize,
    /// Not 0 if the list is always visible, 0 if it unfolds.
    pub list: u32,
    /// The number of items of a list that are visible; 0: the front end chooses.
    pub rows: u32,
}

/// A colour field.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_color {
    /// Three, or four with opacity, from 0 to 1.
    pub components: *const f64,
    /// How many.
    pub count: usize,
    /// Not 0 for the picker itself, 0 for a field that opens one.
    pub picker: u32,
}

/// A line.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_selectable {
    /// Not 0 if it is marked as chosen.
    pub selected: u32,
    /// Its height.
    pub height: f32,
}

/// An entry of a menu.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_menu_item {
    /// The keys, as text.
    pub shortcut: lfp_text,
    /// Not 0 if it is marked as chosen.
    pub selected: u32,
}

/// What folds: a header, a tree, a menu.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_fold {
    /// Not 0 if it is unfolded; only then its content follows.
    pub open: u32,
    /// Not 0 for a tree node that cannot be folded.
    pub leaf: u32,
}

/// Progress.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_progress {
    /// From 0 to 1.
    pub fraction: f32,
    /// The text on it.
    pub overlay: lfp_text,
    /// Its size.
    pub size: lfp_vec2,
}

/// A curve.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_plot {
    /// The values; NaN is a gap.
    pub values: *const f32,
    /// How many.
    pub count: usize,
    /// The lower edge; NaN: of the values.
    pub min: f32,
    /// The upper edge; NaN: of the values.
    pub max: f32,
    /// Its size.
    pub size: lfp_vec2,
}

/// A part of a picture.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_image {
    /// The picture.
    pub picture: lfp_picture,
    /// Its size.
    pub size: lfp_vec2,
    /// The upper left corner of the part, from 0 to 1.
    pub uv0: lfp_vec2,
    /// The lower right corner of the part.
    pub uv1: lfp_vec2,
    /// What it is multiplied by; white for nothing.
    pub tint: lfp_rgba,
}

/// A position in the content of the panel.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_cursor {
    /// From the left; NaN: unchanged.
    pub x: f32,
    /// From the top; NaN: unchanged.
    pub y: f32,
}

/// Where what was drawn last comes to be.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_scroll_here {
    /// 0 is the upper edge, 1 the lower.
    pub ratio: f32,
}

/// A shape, in coordinates of the window.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_shape {
    /// An `lfp_shape_kind`.
    pub kind: u32,
    /// An `lfp_layer`.
    pub layer: u32,
    /// Its points.
    pub points: *const lfp_vec2,
    /// How many.
    pub count: usize,
    /// The colour.
    pub color: lfp_rgba,
    /// Of a circle, or of the corners of a rectangle.
    pub radius: f32,
    /// The width of the line, if it is not filled.
    pub thickness: f32,
    /// Not 0 if so.
    pub filled: u32,
    /// Not 0 if the last point of a path is joined to the first.
    pub closed: u32,
    /// How many segments a circle has.
    pub segments: u32,
    /// The text.
    pub text: lfp_text,
}

/// A part that scrolls.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_child {
    /// Its size.
    pub size: lfp_vec2,
    /// Not 0 if so.
    pub border: u32,
}

/// An arrangement.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_layout {
    /// An `lfp_flow`.
    pub flow: u32,
    /// Of a split, from 0 to 1.
    pub factor: f32,
    /// Of a grid.
    pub columns: u32,
    /// Not 0 if all columns of a grid are equally wide.
    pub even_columns: u32,
    /// Not 0 if all rows of a grid are equally high.
    pub even_rows: u32,
    /// Not 0 if it looks pressed.
    pub active: u32,
    /// Not 0 if it is red.
    pub alert: u32,
    /// Multiplies sizes.
    pub scale: lfp_vec2,
}

/// A popup.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_popup {
    /// An `lfp_popup_form`.
    pub form: u32,
    /// Not 0 if it is open.
    pub open: u32,
}

/// A window.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_window {
    /// Not 0 if it has a close button.
    pub closable: u32,
    /// Not 0 if `position` is set.
    pub has_position: u32,
    /// Its position.
    pub position: lfp_vec2,
    /// Not 0 if `size` is set.
    pub has_size: u32,
    /// Its size.
    pub size: lfp_vec2,
}

/// A column of a table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_column {
    /// The heading.
    pub label: lfp_text,
    /// Its width; 0: it shares the remaining space.
    pub width: f32,
}

/// A table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_table {
    /// The columns.
    pub columns: *const lfp_column,
    /// How many.
    pub count: usize,
    /// Not 0 if the headings are the first row.
    pub headers: u32,
}

/// A row or a cell of a table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_as_cell {
    /// The column of a cell, from 0.
    pub column: u32,
    /// Not 0 if `color` is set.
    pub has_color: u32,
    /// The background.
    pub color: lfp_rgba,
}

/// The content of a widget, by its kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lfp_content {
    /// `LFP_KIND_TEXT`.
    pub text: lfp_as_text,
    /// `LFP_KIND_BUTTON`.
    pub button: lfp_as_button,
    /// `LFP_KIND_COLOR_BUTTON`.
    pub color_button: lfp_as_color_button,
    /// `LFP_KIND_CHECKBOX`.
    pub checkbox: lfp_as_checkbox,
    /// `LFP_KIND_RADIO`.
    pub radio: lfp_as_radio,
    /// `LFP_KIND_NUMBER`.
    pub number: lfp_as_number,
    /// `LFP_KIND_TEXT_INPUT`.
    pub text_input: lfp_as_text_input,
    /// `LFP_KIND_PATH_INPUT`.
    pub path_input: lfp_as_path_input,
    /// `LFP_KIND_CHOICE`.
    pub choice: lfp_as_choice,
    /// `LFP_KIND_COLOR`.
    pub color: lfp_as_color,
    /// `LFP_KIND_SELECTABLE`.
    pub selectable: lfp_as_selectable,
    /// `LFP_KIND_MENU_ITEM`.
    pub menu_item: lfp_as_menu_item,
    /// `LFP_KIND_HEADER`, `LFP_KIND_TREE`, `LFP_KIND_MENU`.
    pub fold: lfp_as_fold,
    /// `LFP_KIND_PROGRESS`.
    pub progress: lfp_as_progress,
    /// `LFP_KIND_PLOT`.
    pub plot: lfp_as_plot,
    /// `LFP_KIND_IMAGE`.
    pub image: lfp_as_image,
    /// `LFP_KIND_CURSOR`.
    pub cursor: lfp_as_cursor,
    /// `LFP_KIND_SCROLL_HERE`.
    pub scroll_here: lfp_as_scroll_here,
    /// `LFP_KIND_DRAW`.
    pub shape: lfp_as_shape,
    /// `LFP_KIND_CHILD`.
    pub child: lfp_as_child,
    /// `LFP_KIND_LAYOUT`.
    pub layout: lfp_as_layout,
    /// `LFP_KIND_POPUP`.
    pub popup: lfp_as_popup,
    /// `LFP_KIND_WINDOW`.
    pub window: lfp_as_window,
    /// `LFP_KIND_TABLE`.
    pub table: lfp_as_table,
    /// `LFP_KIND_TABLE_ROW`, `LFP_KIND_TABLE_CELL`.
    pub cell: lfp_as_cell,
    /// Kinds without content.
    pub nothing: u8,
}

impl fmt::Debug for lfp_content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lfp_content")
    }
}

/// A widget of a frame. Texts are never null; those that are absent are empty.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_widget {
    /// Sent back by `lfp_input`. The same in every drawing.
    pub id: u64,
    /// An `lfp_kind`.
    pub kind: u32,
    /// The number of containers around it.
    pub depth: u16,
    /// `LFP_DISABLED` and others.
    pub flags: u16,
    /// What the user reads on it.
    pub label: lfp_text,
    /// The content, by `kind`.
    pub content: lfp_content,
    /// Its distance from the left edge, in pixels.
    pub indent: f32,
    /// Its width in pixels; a negative width leaves that much space at the right edge.
    pub width: f32,
    /// The distance from the left edge; 0: after the widget before.
    pub same_line_offset: f32,
    /// The space to the widget before; negative: the front end chooses.
    pub same_line_spacing: f32,
    /// Shown while the pointer is over it.
    pub tooltip: lfp_text,
    /// The type of what it carries while it is dragged.
    pub drag_type: lfp_text,
    /// What it carries.
    pub drag_data: lfp_text,
    /// The type of what can be dropped on it.
    pub accepts: lfp_text,
    /// The name of the icon before its label, as the plugin wrote it.
    pub icon: lfp_text,
    /// Colours and measures that the plugin has set for it.
    pub styles: *const lfp_style,
    /// How many `styles` there are.
    pub style_count: usize,
}
