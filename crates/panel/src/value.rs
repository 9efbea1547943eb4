//! The small values that widgets are made of: numbers, sizes, colours.
//!
//! JSON has no NaN and no infinity, and a front end in C has no use for them, so every type here
//! holds finite numbers alone.

use crate::text_value::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a value widget shows, and what the user sets it to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// A check box.
    Bool(bool),
    /// A whole number; the position of an item in a choice.
    Int(i64),
    /// A number, finite.
    Float(f64),
    /// Text, a path.
    Text(Text),
    /// Several numbers, finite: a vector, a colour with components from 0 to 1.
    Numbers(Vec<f64>),
}

impl Value {
    /// A number; NaN becomes 0 and infinity the largest number there is.
    #[must_use]
    pub fn float(number: f64) -> Self {
        Self::Float(finite(number))
    }

    /// Several numbers, each as by [`Value::float`].
    pub fn numbers(numbers: impl IntoIterator<Item = f64>) -> Self {
        Self::Numbers(numbers.into_iter().map(finite).collect())
    }

    /// What it is, for messages.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a truth value",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Numbers(_) => "a list of numbers",
        }
    }
}

/// The number, or the nearest finite one.
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
/// As a size, 0 means "as much as the content needs" and a negative length "all there is".
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vec2(f32, f32);

impl Vec2 {
    /// The natural size; the origin.
    pub const ZERO: Self = Self(0.0, 0.0);

    /// From its two numbers.
    #[must_use]
    pub fn new(x: f32, y: f32) -> Self {
        Self(finite32(x), finite32(y))
    }

    /// The first: a width, or a distance from the left.
    #[must_use]
    pub fn x(self) -> f32 {
        self.0
    }

    /// The second: a height, or a distance from the top.
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
    /// From its components; those below 0 become 0, those above 1 become 1.
    #[must_use]
    pub fn new(red: f32, green: f32, blue: f32, alpha: f32) -> Self {
        let clean = |component: f32| finite32(component).clamp(0.0, 1.0);
        Self(clean(red), clean(green), clean(blue), clean(alpha))
    }

    /// Red, green, blue and opacity.
    #[must_use]
    pub fn components(self) -> [f32; 4] {
        [self.0, self.1, self.2, self.3]
    }
}

/// What an image shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// A texture the host has, by its number.
    Texture(u64),
    /// A file, or a name the host knows.
    Named(Text),
}

/// What can be drawn at a place of one's own choice. Coordinates are those of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Shape {
    /// Corners joined by lines; two of them are a line, three and `closed` a triangle.
    Path {
        /// The corners.
        points: Vec<Vec2>,
        /// Whether the last is joined to the first.
        closed: bool,
        /// Whether the inside is filled; otherwise `thickness` counts.
        filled: bool,
        /// In pixels.
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
        /// Whether the inside is filled; otherwise `thickness` counts.
        filled: bool,
        /// In pixels.
        thickness: f32,
    },
    /// A circle.
    Circle {
        /// Its middle.
        centre: Vec2,
        /// In pixels.
        radius: f32,
        /// How many straight pieces it is drawn with.
        segments: u32,
        /// Whether the inside is filled; otherwise `thickness` counts.
        filled: bool,
        /// In pixels.
        thickness: f32,
    },
    /// Text.
    Text {
        /// The upper left corner.
        at: Vec2,
        /// What it says.
        text: Text,
    },
}

/// Where shapes are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Over the panel's widgets, clipped by its window.
    #[default]
    Window,
    /// Over everything.
    Foreground,
    /// Behind all panels.
    Background,
}
