//! Fills the union of a widget from its kind.

use crate::given_text::{Arena, lfp_text, pointer_of};
use crate::widget::*;
use crate::widget_enums::*;
use crate::widget_parts::{
    WHITE, button_style, keep, layout, number, optional, picture, rgba, text_style, vec2,
};
use crate::widget_values::*;
use lichtfeld_embed::panel::{
    ChoiceForm, ColorForm, Commit, Layer, NumberForm, PathForm, PopupForm, Rgba, Shape, Style,
    StyleValue, ThemePart, Vec2, WidgetKind,
};

/// Owner of what widgets point to. Nothing in it moves while it grows.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) texts: Arena,
    text_lists: Vec<Box<[lfp_text]>>,
    floats: Vec<Box<[f32]>>,
    points: Vec<Box<[lfp_vec2]>>,
    columns: Vec<Box<[lfp_column]>>,
    styles: Vec<Box<[lfp_style]>>,
}

impl Kept {
    /// Keeps what a plugin has set for a widget.
    pub(crate) fn styles(&mut self, styles: &[Style]) -> (*const lfp_style, usize) {
        let texts = &mut self.texts;
        let styles = styles.iter().map(|style| {
            let mut kept = lfp_style {
                name: texts.keep(&style.name),
                kind: lfp_style_kind::Other as u32,
                color: WHITE,
                values: vec2(Vec2::ZERO),
            };
            let kind = match style.value {
                StyleValue::Color(color) => {
                    kept.color = rgba(color);
                    lfp_style_kind::Color
                }
                StyleValue::Number(number) => {
                    kept.values = vec2(Vec2::new(number, 0.0));
                    lfp_style_kind::Number
                }
                StyleValue::Size(size) => {
                    kept.values = vec2(size);
                    lfp_style_kind::Size
                }
                StyleValue::Theme(ThemePart::Window) => lfp_style_kind::WindowTheme,
                StyleValue::Theme(ThemePart::Modal) => lfp_style_kind::ModalTheme,
                _ => lfp_style_kind::Other,
            };
            kept.kind = kind as u32;
            kept
        });
        keep(&mut self.styles, styles)
    }

    fn text(&mut self, text: &str) -> lfp_text {
        self.texts.keep(text)
    }

    fn shape(&mut self, shape: &Shape, color: Rgba, layer: Layer) -> lfp_as_shape {
        let layer = match layer {
            Layer::Foreground => lfp_layer::Foreground,
            Layer::Background => lfp_layer::Background,
            _ => lfp_layer::Window,
        };
        let mut kept = lfp_as_shape {
            kind: lfp_shape_kind::Path as u32,
            layer: layer as u32,
            points: std::ptr::null(),
            count: 0,
            color: rgba(color),
            radius: 0.0,
            thickness: 0.0,
            filled: 0,
            closed: 0,
            segments: 0,
            text: lfp_text::EMPTY,
        };
        let mut points = |points: &[Vec2]| keep(&mut self.points, points.iter().copied().map(vec2));
        match shape {
            Shape::Path {
                points: corners,
                closed,
                filled,
                thickness,
            } => {
                (kept.points, kept.count) = points(corners);
                (kept.closed, kept.filled) = ((*closed).into(), (*filled).into());
                kept.thickness = *thickness;
            }
            Shape::Rect {
                min,
                max,
                rounding,
                filled,
                thickness,
            } => {
                kept.kind = lfp_shape_kind::Rect as u32;
                (kept.points, kept.count) = points(&[*min, *max]);
                (kept.radius, kept.thickness) = (*rounding, *thickness);
                kept.filled = (*filled).into();
            }
            Shape::Circle {
                centre,
                radius,
                segments,
                filled,
                thickness,
            } => {
                kept.kind = lfp_shape_kind::Circle as u32;
                (kept.points, kept.count) = points(&[*centre]);
                (kept.radius, kept.thickness) = (*radius, *thickness);
                (kept.segments, kept.filled) = (*segments, (*filled).into());
            }
            Shape::Text { at, text } => {
                kept.kind = lfp_shape_kind::Text as u32;
                (kept.points, kept.count) = points(&[*at]);
                kept.text = self.text(text);
            }
            _ => {}
        }
        kept
    }

    /// Returns the kind and the content of a widget. Numbers stay in the widget itself, which must
    /// live as long.
    pub(crate) fn content(&mut self, kind: &WidgetKind) -> (lfp_kind, lfp_content) {
        let nothing = lfp_content { nothing: 0 };
        match kind {
            WidgetKind::Text { text, style, color } => {
                let (has_color, color) = optional(*color);
                let text = lfp_as_text {
                    text: self.text(text),
                    style: text_style(*style) as u32,
                    has_color,
                    color,
                };
                (lfp_kind::Text, lfp_content { text })
            }
            WidgetKind::Button {
                style,
                size,
                picture: shown,
                selected,
                tint,
                ..
            } => {
                let button = lfp_as_button {
                    style: button_style(*style) as u32,
                    selected: (*selected).into(),
                    size: vec2(*size),
                    has_picture: shown.is_some().into(),
                    picture: picture(&mut self.texts, shown.as_ref()),
                    tint: tint.map_or(WHITE, rgba),
                };
                (lfp_kind::Button, lfp_content { button })
            }
            WidgetKind::ColorButton { color, size, .. } => {
                let color_button = lfp_as_color_button {
                    color: rgba(*color),
                    size: vec2(*size),
                };
                (lfp_kind::ColorButton, lfp_content { color_button })
            }
            WidgetKind::Checkbox { value, .. } => {
                let checkbox = lfp_as_checkbox {
                    value: (*value).into(),
                };
                (lfp_kind::Checkbox, lfp_content { checkbox })
            }
            WidgetKind::Radio {
                option, selected, ..
            } => {
                let radio = lfp_as_radio {
                    option: *option,
                    selected: (*selected).into(),
                };
                (lfp_kind::Radio, lfp_content { radio })
            }
            WidgetKind::Number {
                value,
                form,
                min,
                max,
                step,
                step_fast,
                format,
                ..
            } => {
                let (kind, integer, numbers) = number(value);
                let form = match form {
                    NumberForm::Slider => lfp_number_form::Slider,
                    NumberForm::Drag => lfp_number_form::Drag,
                    _ => lfp_number_form::Input,
                };
                let number = lfp_as_number {
                    kind: kind as u32,
                    form: form as u32,
                    integer,
                    numbers: pointer_of(numbers),
                    count: numbers.len(),
                    min: min.unwrap_or(f64::NEG_INFINITY),
                    max: max.unwrap_or(f64::INFINITY),
                    step: *step,
                    step_fast: *step_fast,
                    format: self.text(format),
                };
                (lfp_kind::Number, lfp_content { number })
            }
            WidgetKind::TextInput {
                value,
                hint,
                commit,
                height,
                ..
            } => {
                let text_input = lfp_as_text_input {
                    value: self.text(value),
                    hint: self.text(hint),
                    on_enter: matches!(commit, Commit::Enter).into(),
                    height: *height,
                };
                (lfp_kind::TextInput, lfp_content { text_input })
            }
            WidgetKind::PathInput {
                value, form, title, ..
            } => {
                let path_input = lfp_as_path_input {
                    value: self.text(value),
                    title: self.text(title),
                    file: matches!(form, PathForm::File).into(),
                };
                (lfp_kind::PathInput, lfp_content { path_input })
            }
            WidgetKind::Choice {
                value, items, form, ..
            } => {
                let texts = &mut self.texts;
                let items = items.iter().map(|item| texts.keep(item));
                let (items, count) = keep(&mut self.text_lists, items);
                let rows = match form {
                    ChoiceForm::List { rows } => Some(*rows),
                    _ => None,
                };
                let choice = lfp_as_choice {
                    value: *value,
                    items,
                    count,
                    list: rows.is_some().into(),
                    rows: rows.unwrap_or(0),
                };
                (lfp_kind::Choice, lfp_content { choice })
            }
            WidgetKind::Color { value, form, .. } => {
                let color = lfp_as_color {
                    components: pointer_of(value),
                    count: value.len(),
                    picker: matches!(form, ColorForm::Picker).into(),
                };
                (lfp_kind::Color, lfp_content { color })
            }
            WidgetKind::Selectable {
                selected, height, ..
            } => {
                let selectable = lfp_as_selectable {
                    selected: (*selected).into(),
                    height: *height,
                };
                (lfp_kind::Selectable, lfp_content { selectable })
            }
            WidgetKind::MenuItem {
                shortcut, selected, ..
            } => {
                let menu_item = lfp_as_menu_item {
                    shortcut: self.text(shortcut),
                    selected: (*selected).into(),
                };
                (lfp_kind::MenuItem, lfp_content { menu_item })
            }
            WidgetKind::Header { open, .. } => (lfp_kind::Header, fold(*open, false)),
            WidgetKind::Tree { open, leaf, .. } => (lfp_kind::Tree, fold(*open, *leaf)),
            WidgetKind::Menu { open, .. } => (lfp_kind::Menu, fold(*open, false)),
            WidgetKind::Progress {
                fraction,
                overlay,
                size,
            } => {
                let progress = lfp_as_progress {
                    fraction: *fraction,
                    overlay: self.text(overlay),
                    size: vec2(*size),
                };
                (lfp_kind::Progress, lfp_content { progress })
            }
            WidgetKind::Plot {
                values,
                min,
                max,
                size,
                ..
            } => {
                let values = values.iter().map(|value| value.unwrap_or(f32::NAN));
                let (values, count) = keep(&mut self.floats, values);
                let plot = lfp_as_plot {
                    values,
                    count,
                    min: min.unwrap_or(f32::NAN),
                    max: max.unwrap_or(f32::NAN),
                    size: vec2(*size),
                };
                (lfp_kind::Plot, lfp_content { plot })
            }
            WidgetKind::Image {
                picture: shown,
                size,
                uv0,
                uv1,
                tint,
            } => {
                let image = lfp_as_image {
                    picture: picture(&mut self.texts, Some(shown)),
                    size: vec2(*size),
                    uv0: vec2(*uv0),
                    uv1: vec2(*uv1),
                    tint: tint.map_or(WHITE, rgba),
                };
                (lfp_kind::Image, lfp_content { image })
            }
            WidgetKind::Separator => (lfp_kind::Separator, nothing),
            WidgetKind::Spacing => (lfp_kind::Spacing, nothing),
            WidgetKind::NewLine => (lfp_kind::NewLine, nothing),
            WidgetKind::Cursor { x, y } => {
                let cursor = lfp_as_cursor {
                    x: x.unwrap_or(f32::NAN),
                    y: y.unwrap_or(f32::NAN),
                };
                (lfp_kind::Cursor, lfp_content { cursor })
            }
            WidgetKind::ScrollHere { ratio } => {
                let scroll_here = lfp_as_scroll_here { ratio: *ratio };
                (lfp_kind::ScrollHere, lfp_content { scroll_here })
            }
            WidgetKind::Draw {
                shape,
                color,
                layer,
            } => {
                let shape = self.shape(shape, *color, *layer);
                (lfp_kind::Draw, lfp_content { shape })
            }
            WidgetKind::Group => (lfp_kind::Group, nothing),
            WidgetKind::Child { size, border, .. } => {
                let child = lfp_as_child {
                    size: vec2(*size),
                    border: (*border).into(),
                };
                (lfp_kind::Child, lfp_content { child })
            }
            WidgetKind::Layout {
                flow,
                active,
                alert,
                scale,
            } => {
                let layout = layout(*flow, *active, *alert, *scale);
                (lfp_kind::Layout, lfp_content { layout })
            }
            WidgetKind::Popup { form, open, .. } => {
                let form = match form {
                    PopupForm::Modal => lfp_popup_form::Modal,
                    PopupForm::Context => lfp_popup_form::Context,
                    _ => lfp_popup_form::Plain,
                };
                let popup = lfp_as_popup {
                    form: form as u32,
                    open: (*open).into(),
                };
                (lfp_kind::Popup, lfp_content { popup })
            }
            WidgetKind::Window {
                closable,
                position,
                size,
                ..
            } => {
                let window = lfp_as_window {
                    closable: (*closable).into(),
                    has_position: position.is_some().into(),
                    position: vec2(position.unwrap_or_default()),
                    has_size: size.is_some().into(),
                    size: vec2(size.unwrap_or_default()),
                };
                (lfp_kind::Window, lfp_content { window })
            }
            WidgetKind::Tooltip => (lfp_kind::Tooltip, nothing),
            WidgetKind::MenuBar => (lfp_kind::MenuBar, nothing),
            WidgetKind::DragPreview => (lfp_kind::DragPreview, nothing),
            WidgetKind::Table {
                columns, headers, ..
            } => {
                let texts = &mut self.texts;
                let columns = columns.iter().map(|column| lfp_column {
                    label: texts.keep(&column.label),
                    width: column.width,
                });
                let (columns, count) = keep(&mut self.columns, columns);
                let table = lfp_as_table {
                    columns,
                    count,
                    headers: (*headers).into(),
                };
                (lfp_kind::Table, lfp_content { table })
            }
            WidgetKind::TableRow { color } => (lfp_kind::TableRow, cell(0, *color)),
            WidgetKind::TableCell { column, color } => (lfp_kind::TableCell, cell(*column, *color)),
            _ => (lfp_kind::Unknown, nothing),
        }
    }
}

fn fold(open: bool, leaf: bool) -> lfp_content {
    let fold = lfp_as_fold {
        open: open.into(),
        leaf: leaf.into(),
    };
    lfp_content { fold }
}

fn cell(column: u32, color: Option<Rgba>) -> lfp_content {
    let (has_color, color) = optional(color);
    let cell = lfp_as_cell {
        column,
        has_color,
        color,
    };
    lfp_content { cell }
}
