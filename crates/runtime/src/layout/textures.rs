//! Images of pixels: arrays, and textures that a plugin keeps.

use crate::calling_plugin;
use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::textures::{DynamicTexture, all, keep};
use lichtfeld_panel::{Kind, Picture, Rgba, TextureRef, Vec2};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

impl Layout {
    fn pixels(&self, texture: TextureRef, size: Vec2, tint: Option<Rgba>) -> PyResult<()> {
        self.with(|recorder| {
            recorder.place(Kind::Image {
                picture: Picture::Pixels(texture),
                size,
                uv0: Vec2::ZERO,
                uv1: Vec2::new(1.0, 1.0),
                tint,
            });
        })
    }
}

#[pymethods]
impl Layout {
    /// An image of an array: height x width, or height x width x 1, 3 or 4, with uint8 from 0 to 255 or
    /// floats from 0 to 1. `label` is its name in the panel: the texture is kept under it while the panel
    /// shows it, and changes only if the numbers do.
    #[pyo3(signature = (label, tensor, size, tint = None))]
    fn image_tensor(
        &self,
        label: Any<'_, '_>,
        tensor: Any<'_, '_>,
        size: Any<'_, '_>,
        tint: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let label = Call::new("image_tensor").text("label", label)?;
        let call = Call::labelled("image_tensor", &label);
        let size = call.point("size", size)?;
        let tint = tint.map(|tint| call.color("tint", tint)).transpose()?;
        let owner = calling_plugin::of_caller(tensor.py())?;
        let panel = self.with(|recorder| recorder.panel().id.clone())?;
        let number = all().labelled(owner.as_ref(), &panel, &label);
        let texture = keep(owner.as_ref(), number, tensor, &call.name())?;
        self.pixels(texture, size, tint)
    }

    /// An image of a `DynamicTexture`; `tint` multiplies its colours. Nothing, if it has no pixels.
    #[pyo3(signature = (texture, size, tint = None))]
    fn image_texture(
        &self,
        texture: Any<'_, '_>,
        size: Any<'_, '_>,
        tint: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("image_texture");
        let Ok(texture) = texture.cast::<DynamicTexture>() else {
            let expected = "a lichtfeld.ui.DynamicTexture; for an array there is image_tensor";
            return Err(call.wrong_type("texture", expected, texture));
        };
        let size = call.point("size", size)?;
        let tint = tint.map(|tint| call.color("tint", tint)).transpose()?;
        match texture.get().info() {
            Some(texture) => self.pixels(texture, size, tint),
            // Whoever keeps a layout too long is told of that first.
            None => self.with(|_| ()),
        }
    }
}
