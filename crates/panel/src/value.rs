//! The small values that widgets are made of: numbers, sizes, colours, shapes.
//!
//! JSON has no NaN and no infinity, so every type here holds only finite numbers.

use crate::text_value::Text;
use crate::texture::TextureRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of a widget, which the user can set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Value {
    /// The state of a check box.
    Bool(bool),
    /// An integer; for a choice, the position of the item.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// Text, or a path.
    Text(Text),
    /// Several finite numbers: a vector, or a colour with components from 0 to 1.
    Numbers(Vec<f64>),
}

impl Value {
    /// Makes a number; NaN becomes 0 and infinity becomes the largest finite number.
    #[must_use]
    pub fn float(number: f64) -> Self {
        Self::Float(finite(number))
    }

    /// Makes a list of numbers, each converted as by [`Value::float`].
    pub fn numbers(numbers: impl IntoIterator<Item = f64>) -> Self {
        Self::Numbers(numbers.into_iter().map(finite).collect())
    }

    /// Returns its numbers: one, several, or none if it is not made of numbers.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<f64> {
        match self {
            Self::Int(number) => vec![*number as f64],
            Self::Float(number) => vec![*number],
            Self::Numbers(numbers) => numbers.clone(),
            Self::Bool(_) | Self::Text(_) => Vec::new(),
        }
    }

    /// Returns a value of the same type with these numbers, which are as many as
    /// [`Value::to_numbers`] returns. An integer is rounded.
    #[must_use]
    pub fn with_numbers(&self, numbers: &[f64]) -> Self {
        match (self, numbers) {
            (Self::Int(_), [number]) => Self::Int(number.round() as i64),
            (Self::Float(_), [number]) => Self::float(*number),
            (Self::Numbers(_), numbers) => Self::numbers(numbers.iter().copied()),
            _ => self.clone(),
        }
    }

    /// Returns the type's name for messages, with its article.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Numbers(_) => "a list of numbers",
        }
    }
}

/// Returns the number, or the nearest finite one.
pub(crate) fn finite(number: f64) -> f64 {
    if number.is_nan() {
        0.0
    } else {
        number.clamp(f64::MIN, f64::MAX)
    }
}

fn finite32(number: f32) -> f32 {
    if number.is_nan() {
        0.0
    } else {
        number.clamp(f32::MIN, f32::MAX)
    }
}

/// Two lengths or coordinates, in pixels before scaling by the display's factor.
///
/// In a size, 0 means "what the content needs" and a negative length means "all available space".
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vec2(f32, f32);

impl Vec2 {
    /// The natural size, or the origin.
    pub const ZERO: Self = Self(0.0, 0.0);

    /// Makes it from two finite constants.
    pub(crate) const fn of(x: f32, y: f32) -> Self {
        Self(x, y)
    }

    /// Makes it from its two numbers; NaN becomes 0.
    #[must_use]
    pub fn new(x: f32, y: f32) -> Self {
        Self(finite32(x), finite32(y))
    }

    /// Returns the width, or the distance from the left.
    #[must_use]
    pub fn x(self) -> f32 {
        self.0
    }

    /// Returns the height, or the distance from the top.
    #[must_use]
    pub fn y(self) -> f32 {
        self.1
    }

    pub(crate) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

/// A colour: red, green, blue and opacity, each from 0 to 1, in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rgba(f32, f32, f32, f32);

impl Rgba {
    /// Makes a colour; components below 0 become 0, those above 1 become 1.
    #[must_use]
    pub fn new(red: f32, green: f32, blue: f32, alpha: f32) -> Self {
        let clean = |component: f32| finite32(component).clamp(0.0, 1.0);
        Self(clean(red), clean(green), clean(blue), clean(alpha))
    }

    /// Returns red, green, blue and opacity.
    #[must_use]
    pub fn components(self) -> [f32; 4] {
        [self.0, self.1, self.2, self.3]
    }
}

/// What an image shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Picture {
    /// A texture of the host, by its number.
    Texture(u64),
    /// A file, or a name that the host knows.
    Named(Text),
    /// Pixels that a plugin has made: ask for those of a version once, and keep them.
    Pixels(TextureRef),
}

/// A shape drawn at any position. Coordinates are those of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Shape {
    /// Points joined by lines: two are a line; three, if `closed`, are a triangle.
    Path {
        /// The corners.
        points: Vec<Vec2>,
        /// Whether the last point is joined to the first.
        closed: bool,
        /// Whether the inside is filled; if not, `thickness` is used.
        filled: bool,
        /// The width of the line, in pixels.
        thickness: f32,
    },
    /// A rectangle with its sides along the axes.
    Rect {
        /// The upper left corner.
        min: Vec2,
        /// The lower right corner.
        max: Vec2,
        /// The radius of the corners, in pixels.
        rounding: f32,
        /// Whether the inside is filled; if not, `thickness` is used.
        filled: bool,
        /// The width of the line, in pixels.
        thickness: f32,
    },
    /// A circle.
    Circle {
        /// The centre.
        centre: Vec2,
        /// The radius, in pixels.
        radius: f32,
        /// The number of straight segments that approximate it.
        segments: u32,
        /// Whether the inside is filled; if not, `thickness` is used.
        filled: bool,
        /// The width of the line, in pixels.
        thickness: f32,
    },
    /// Text.
    Text {
        /// The upper left corner.
        at: Vec2,
        /// The text.
        text: Text,
    },
}

/// Where shapes are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Layer {
    /// Above the panel's widgets, clipped to its window.
    #[default]
    Window,
    /// Above everything.
    Foreground,
    /// Behind all panels.
    Background,
}

/// What a dragged widget carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Payload {
    /// Its type: only widgets that accept this type receive it.
    #[serde(rename = "type")]
    pub kind: Text,
    /// The data, whose meaning the plugin defines.
    pub data: Text,
}

impl Payload {
    /// Makes a payload of this type.
    pub fn new(kind: impl Into<Text>, data: impl Into<Text>) -> Self {
        Self {
            kind: kind.into(),
            data: data.into(),
        }
    }
}
