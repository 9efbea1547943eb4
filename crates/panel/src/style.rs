//! Colours, lengths and sizes that a plugin sets for a part of its panel, by the names that it uses.

use crate::text_value::Text;
use crate::value::{Rgba, Vec2};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One colour or measure. The names are those of Dear ImGui, such as `Text`, `Button`, `FrameRounding`
/// or `FramePadding`, in the spelling of the plugin; a front end leaves out what it does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Style {
    /// What is set.
    pub name: Text,
    /// To what.
    #[serde(flatten)]
    pub value: StyleValue,
}

/// The value of a [`Style`]. Serialized, it is a field with the name of the variant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StyleValue {
    /// A colour.
    Color(Rgba),
    /// A length in pixels, or a factor.
    Number(f32),
    /// Two lengths in pixels.
    Size(Vec2),
    /// The look that the application gives to its own windows or dialogs: only the front end knows it.
    Theme(ThemePart),
}

/// A part of the application's look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThemePart {
    /// Its windows.
    Window,
    /// Its dialogs, which block everything else.
    Modal,
}

impl Style {
    /// Sets something by its name.
    pub fn new(name: impl Into<Text>, value: StyleValue) -> Self {
        Self {
            name: name.into(),
            value,
        }
    }
}

/// What is set for a widget: each name once. Widgets that are drawn with the same share it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Vec<Style>", into = "Vec<Style>")]
#[schemars(with = "Vec<Style>")]
pub struct Styles(Arc<Vec<Style>>);

impl Styles {
    /// Returns all of them, in the order in which they were set.
    #[must_use]
    pub fn all(&self) -> &[Style] {
        &self.0
    }

    /// Returns the part of the application's look that was set last.
    #[must_use]
    pub fn theme(&self) -> Option<ThemePart> {
        self.0.iter().rev().find_map(|style| match style.value {
            StyleValue::Theme(part) => Some(part),
            _ => None,
        })
    }

    /// Returns what this name is set to.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<StyleValue> {
        let found = self.0.iter().find(|style| style.name == name);
        found.map(|style| style.value)
    }
}

impl From<Vec<Style>> for Styles {
    fn from(styles: Vec<Style>) -> Self {
        Self(Arc::new(styles))
    }
}

impl From<Styles> for Vec<Style> {
    fn from(styles: Styles) -> Self {
        Arc::unwrap_or_clone(styles.0)
    }
}
