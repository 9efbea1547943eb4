//! The small values that widgets are made of, as C reads them: sizes, colours, pictures, styles.

use crate::given_text::lfp_text;

/// Two lengths, in pixels before scaling. In a size, 0 is what the content needs, and a negative length all available space.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_vec2 {
    /// The width, or the distance from the left.
    pub x: f32,
    /// The height, or the distance from the top.
    pub y: f32,
}

/// A colour in sRGB, each component from 0 to 1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_rgba {
    /// Red.
    pub r: f32,
    /// Green.
    pub g: f32,
    /// Blue.
    pub b: f32,
    /// Opacity.
    pub a: f32,
}

/// What a picture shows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_picture {
    /// The number of a texture, if `name` is empty: from `LFP_FIRST_TEXTURE` on one of a plugin, whose
    /// pixels `lfp_texture_of` finds in the frame, else one of the application.
    pub texture: u64,
    /// A file, or a name that the application knows.
    pub name: lfp_text,
}

/// A colour or measure that a plugin has set for a widget.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_style {
    /// Its name in Dear ImGui, such as `Text` or `FrameRounding`, in the spelling of the plugin. Leave out what you do not know.
    pub name: lfp_text,
    /// An `lfp_style_kind`.
    pub kind: u32,
    /// The colour.
    pub color: lfp_rgba,
    /// The measures.
    pub values: lfp_vec2,
}
