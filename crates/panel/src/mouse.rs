//! Buttons of the mouse.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A button of the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MouseButton {
    /// Usually the left button.
    #[default]
    Primary,
    /// Usually the right button.
    Secondary,
    /// The wheel.
    Middle,
}
