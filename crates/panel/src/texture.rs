//! Textures: pixels that a plugin has made, which frames refer to.
//!
//! A frame contains no pixels. It names a texture by its number and its version; the front end asks
//! the application for the pixels of a version once, and keeps them until no frame lists the texture.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Textures of plugins have numbers from this one on. It is above all addresses and handles of an
/// application's own textures, and JSON keeps all numbers up to twice of it exact.
pub const FIRST_TEXTURE: u64 = 1 << 52;

/// The largest width and height of a texture, in pixels: what every graphics driver of today takes.
pub const MAX_TEXTURE_SIDE: u32 = 16_384;

/// How the pixels of a texture lie in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextureFormat {
    /// Red, green, blue and opacity, a byte each, in sRGB and not multiplied by the opacity. Rows
    /// from the top, without gaps.
    #[default]
    Rgba8,
}

/// One version of a texture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct TextureRef {
    /// Its number: the same as long as the texture exists, and never used again.
    pub id: u64,
    /// Grows when its pixels change.
    pub version: u32,
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
    /// How its pixels lie in memory.
    #[serde(default)]
    pub format: TextureFormat,
}

impl TextureRef {
    /// Names a version of a texture of this size.
    #[must_use]
    pub const fn new(id: u64, version: u32, width: u32, height: u32) -> Self {
        Self {
            id,
            version,
            width,
            height,
            format: TextureFormat::Rgba8,
        }
    }

    /// Returns the size of its pixels in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.width as u64 * self.height as u64 * 4
    }

    /// Returns whether its width and its height are from 1 to [`MAX_TEXTURE_SIDE`].
    #[must_use]
    pub fn has_possible_size(&self) -> bool {
        let possible = 1..=MAX_TEXTURE_SIDE;
        possible.contains(&self.width) && possible.contains(&self.height)
    }
}
