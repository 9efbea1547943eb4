//! The small parts of widgets as C reads them: colours, pictures, styles, numbers.

use crate::given_text::{Arena, pointer_of};
use crate::widget::*;
use crate::widget_enums::*;
use crate::widget_values::*;
use lichtfeld_embed::panel::{ButtonStyle, Flow, Picture, Rgba, TextStyle, Value, Vec2};

/// Keeps a list, and returns what C sees of it.
pub(crate) fn keep<T>(
    lists: &mut Vec<Box<[T]>>,
    list: impl Iterator<Item = T>,
) -> (*const T, usize) {
    let list: Box<[T]> = list.collect();
    let found = (pointer_of(&list), list.len());
    lists.push(list);
    found
}

pub(crate) fn vec2(vec: Vec2) -> lfp_vec2 {
    lfp_vec2 {
        x: vec.x(),
        y: vec.y(),
    }
}

pub(crate) fn rgba(color: Rgba) -> lfp_rgba {
    let [r, g, b, a] = color.components();
    lfp_rgba { r, g, b, a }
}

pub(crate) const WHITE: lfp_rgba = lfp_rgba {
    r: 1.0,
    g: 1.0,
    b: 1.0,
    a: 1.0,
};

/// Returns whether there is a colour, and the colour.
pub(crate) fn optional(color: Option<Rgba>) -> (u32, lfp_rgba) {
    (color.is_some().into(), color.map_or(WHITE, rgba))
}

pub(crate) fn picture(texts: &mut Arena, picture: Option<&Picture>) -> lfp_picture {
    let (texture, name) = match picture {
        Some(Picture::Texture(number)) => (*number, ""),
        Some(Picture::Named(name)) => (0, name.as_str()),
        Some(Picture::Pixels(texture)) => (texture.id, ""),
        _ => (0, ""),
    };
    lfp_picture {
        texture,
        name: texts.keep(name),
    }
}

pub(crate) fn number(value: &Value) -> (lfp_value_kind, i64, &[f64]) {
    match value {
        Value::Int(integer) => (lfp_value_kind::Integer, *integer, &[]),
        Value::Float(number) => (lfp_value_kind::Number, 0, std::slice::from_ref(number)),
        Value::Numbers(numbers) => (lfp_value_kind::Numbers, 0, numbers),
        _ => (lfp_value_kind::None, 0, &[]),
    }
}

pub(crate) fn text_style(style: TextStyle) -> lfp_text_style {
    match style {
        TextStyle::Heading => lfp_text_style::Heading,
        TextStyle::Disabled => lfp_text_style::Disabled,
        TextStyle::Wrapped => lfp_text_style::Wrapped,
        TextStyle::Bullet => lfp_text_style::Bullet,
        TextStyle::Selectable => lfp_text_style::Selectable,
        TextStyle::Centered => lfp_text_style::Centered,
        _ => lfp_text_style::Plain,
    }
}

pub(crate) fn button_style(style: ButtonStyle) -> lfp_button_style {
    match style {
        ButtonStyle::Primary => lfp_button_style::Primary,
        ButtonStyle::Secondary => lfp_button_style::Secondary,
        ButtonStyle::Success => lfp_button_style::Success,
        ButtonStyle::Warning => lfp_button_style::Warning,
        ButtonStyle::Error => lfp_button_style::Error,
        ButtonStyle::Small => lfp_button_style::Small,
        ButtonStyle::Invisible => lfp_button_style::Invisible,
        _ => lfp_button_style::Plain,
    }
}

pub(crate) fn layout(flow: Flow, active: bool, alert: bool, scale: Vec2) -> lfp_as_layout {
    let mut layout = lfp_as_layout {
        flow: lfp_flow::Column as u32,
        factor: 0.0,
        columns: 0,
        even_columns: 0,
        even_rows: 0,
        active: active.into(),
        alert: alert.into(),
        scale: vec2(scale),
    };
    let kind = match flow {
        Flow::Row => lfp_flow::Row,
        Flow::Box => lfp_flow::Box,
        Flow::Split { factor } => {
            layout.factor = factor;
            lfp_flow::Split
        }
        Flow::Grid {
            columns,
            even_columns,
            even_rows,
        } => {
            layout.columns = columns;
            layout.even_columns = even_columns.into();
            layout.even_rows = even_rows.into();
            lfp_flow::Grid
        }
        _ => lfp_flow::Column,
    };
    layout.flow = kind as u32;
    layout
}
