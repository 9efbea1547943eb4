//! The textures of a frame as C reads them: pixels that stay as long as the frame.

use lichtfeld_embed::panel::Frame;
use lichtfeld_embed::{Texture, textures};
use std::ptr;

/// Textures of plugins have numbers from this one on, as `lfp_picture.texture`: `lfp_texture_of` finds
/// one. Smaller numbers are those of textures of the application.
pub const LFP_FIRST_TEXTURE: u64 = 4_503_599_627_370_496;

/// How the pixels of a texture lie in memory.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_texture_format {
    /// Red, green, blue and opacity, a byte each, in sRGB and not multiplied by the opacity. Rows from
    /// the top, without gaps.
    Rgba8 = 0,
}

/// A texture that a frame shows: pixels of a plugin. Copy those of a version once, to the GPU for
/// example, and keep the copy until no frame of any panel has the texture.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_texture {
    /// Its number: the same as long as the texture exists, and never used again.
    pub id: u64,
    /// Grows when the pixels change.
    pub version: u32,
    /// An `lfp_texture_format`. Leave out what you do not know.
    pub format: u32,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The pixels, which stay and do not change as long as the frame has a reference. Any thread,
    /// without the GIL. Null if the plugin has destroyed the texture since.
    pub pixels: *const u8,
    /// The size of the pixels in bytes.
    pub pixel_bytes: usize,
}

/// The textures of a frame, with what keeps their pixels.
pub(crate) struct HeldTextures {
    pub(crate) shown: Box<[lfp_texture]>,
    _kept: Vec<Texture>,
}

impl HeldTextures {
    /// Takes the pixels of the textures of a frame, in their present versions.
    pub(crate) fn of(frame: &Frame) -> Self {
        let mut kept = Vec::with_capacity(frame.textures.len());
        let mut shown = Vec::with_capacity(frame.textures.len());
        for listed in &frame.textures {
            let found = textures().get(listed.id);
            let info = found.as_ref().map_or(*listed, |found| found.info);
            let pixels = found.as_ref().map_or(&[][..], Texture::pixels);
            shown.push(lfp_texture {
                id: info.id,
                version: info.version,
                format: lfp_texture_format::Rgba8 as u32,
                width: info.width,
                height: info.height,
                pixels: match pixels {
                    [] => ptr::null(),
                    pixels => pixels.as_ptr(),
                },
                pixel_bytes: pixels.len(),
            });
            // The pixels do not move with it.
            kept.extend(found);
        }
        Self {
            shown: shown.into(),
            _kept: kept,
        }
    }
}

const _: () = assert!(LFP_FIRST_TEXTURE == lichtfeld_embed::panel::FIRST_TEXTURE);
