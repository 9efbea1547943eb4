//! The class `DynamicTexture`: pixels that a plugin shows, and changes.

use crate::calling_plugin;
use crate::textures::kept::{all, keep};
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_panel::TextureRef;
use parking_lot::Mutex;
use pyo3::prelude::*;

/// Pixels that panels show: `layout.image_texture(texture, size)`.
///
/// An array of height x width, or height x width x 1, 3 or 4 (grey, RGB, RGBA): of NumPy, torch, Pillow,
/// or anything with the buffer protocol, `__array_interface__` or DLPack. uint8 from 0 to 255, or floats
/// from 0 to 1. It is copied, also from a GPU. The texture ends with the last reference to it, by
/// `destroy()`, and with the plugin. All of it may be used on any thread.
///
/// Raises TypeError and ValueError for what is no image, PluginLimitError if the plugin has too many
/// textures, or too large ones.
#[pyclass(module = "lichtfeld.plugins", name = "DynamicTexture", frozen)]
pub(crate) struct DynamicTexture {
    number: u64,
    owner: Mutex<Option<Owner>>,
}

impl DynamicTexture {
    /// Returns its present version, or `None` if it has no pixels.
    pub(crate) fn info(&self) -> Option<TextureRef> {
        all().info(self.number)
    }

    /// Returns the version of a plugin that it belongs to now: that of the caller, if it is handed over
    /// by a reload.
    fn owner(&self, py: Python<'_>) -> PyResult<Option<Owner>> {
        let caller = calling_plugin::of_caller(py)?;
        let mut owner = self.owner.lock();
        if let (Some(own), Some(caller)) = (owner.as_ref(), caller)
            && own.key == caller.key
            && own.revision < caller.revision
        {
            all().remove(self.number, None);
            *owner = Some(caller);
        }
        Ok(owner.clone())
    }
}

#[pymethods]
impl DynamicTexture {
    #[new]
    #[pyo3(signature = (tensor = None, plugin_name = None))]
    fn new(
        py: Python<'_>,
        tensor: Option<&Bound<'_, PyAny>>,
        plugin_name: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        // The plugin is known by its code.
        let _ = plugin_name;
        let owner = calling_plugin::of_caller(py)?;
        let texture = Self {
            number: all().number(),
            owner: Mutex::new(owner.clone()),
        };
        if let Some(tensor) = tensor {
            keep(owner.as_ref(), texture.number, tensor, "DynamicTexture()")?;
        }
        Ok(texture)
    }

    /// Replaces the pixels. The size may change. If it raises, the texture keeps what it had.
    fn update(&self, tensor: &Bound<'_, PyAny>) -> PyResult<()> {
        let owner = self.owner(tensor.py())?;
        let call = "DynamicTexture.update()";
        keep(owner.as_ref(), self.number, tensor, call).map(drop)
    }

    /// Frees the pixels. `update` gives it new ones.
    fn destroy(&self) {
        all().remove(self.number, None);
    }

    /// The number for `layout.image` and `layout.image_button`; 0 without pixels.
    #[getter]
    fn id(&self) -> u64 {
        self.info().map_or(0, |info| info.id)
    }

    /// The width in pixels; 0 without pixels.
    #[getter]
    fn width(&self) -> u32 {
        self.info().map_or(0, |info| info.width)
    }

    /// The height in pixels; 0 without pixels.
    #[getter]
    fn height(&self) -> u32 {
        self.info().map_or(0, |info| info.height)
    }

    /// Whether it has pixels.
    #[getter]
    fn valid(&self) -> bool {
        self.info().is_some()
    }

    /// Grows whenever the pixels change; 0 without pixels.
    #[getter]
    fn version(&self) -> u32 {
        self.info().map_or(0, |info| info.version)
    }

    /// The lower right corner of the pixels in the texture, for `layout.image_uv`: they fill it.
    #[getter]
    fn uv1(&self) -> (f32, f32) {
        (1.0, 1.0)
    }

    fn __repr__(&self) -> String {
        match self.info() {
            Some(info) => format!(
                "<DynamicTexture {} x {}, version {}>",
                info.width, info.height, info.version
            ),
            None => "<DynamicTexture without pixels>".to_owned(),
        }
    }
}

impl Drop for DynamicTexture {
    fn drop(&mut self) {
        all().remove(self.number, None);
    }
}
