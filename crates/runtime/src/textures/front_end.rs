//! `lichtfeld.ui.texture`: the pixels for a front end in Python.

use crate::calling_plugin;
use crate::textures::dynamic::DynamicTexture;
use crate::textures::kept::all;
use lichtfeld_engine::PluginName;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMemoryView, PyModule};

/// Returns a texture that a frame lists, in its present version: a dict with id, version, width, height,
/// format, and pixels, a memoryview of height x width x 4 bytes (red, green, blue, opacity). None if the
/// texture does not exist any more. For the host, on any thread.
///
/// The pixels are copied: ask once for each version, and keep them while a frame lists the texture.
#[pyfunction]
fn texture<'py>(py: Python<'py>, id: u64) -> PyResult<Option<Bound<'py, PyDict>>> {
    let Some(texture) = all().get(id) else {
        return Ok(None);
    };
    let info = texture.info;
    let bytes = PyBytes::new(py, texture.pixels());
    let pixels = PyMemoryView::from(bytes.as_any())?
        .call_method1("cast", ("B", (info.height, info.width, 4)))?;
    let found = PyDict::new(py);
    found.set_item("id", info.id)?;
    found.set_item("version", info.version)?;
    found.set_item("width", info.width)?;
    found.set_item("height", info.height)?;
    found.set_item("format", "rgba8")?;
    found.set_item("pixels", pixels)?;
    Ok(Some(found))
}

/// Frees all textures of a plugin. A plugin frees its own alone. They are freed with the plugin anyway.
#[pyfunction]
fn free_plugin_textures(py: Python<'_>, plugin_name: &str) -> PyResult<()> {
    let Ok(name) = plugin_name.parse::<PluginName>() else {
        return Ok(());
    };
    match calling_plugin::of_caller(py)? {
        Some(caller) if caller.key == name.normalized() => all().free(&caller),
        Some(_) => {}
        None => all().free_plugin(name.normalized()),
    }
    Ok(())
}

/// Adds the names to `lichtfeld.ui`.
///
/// # Errors
/// If Python refuses one.
pub(crate) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<DynamicTexture>()?;
    module.add_function(wrap_pyfunction!(texture, module)?)?;
    module.add_function(wrap_pyfunction!(free_plugin_textures, module)?)
}
