//! The settings and the directories of a plugin.

use crate::gate;
use crate::running::running;
use lichtfeld_runtime::PluginDirectory;
use lichtfeld_runtime::calling_plugin;
use lichtfeld_runtime::codes;
use lichtfeld_runtime::convert::to_python;
use pyo3::prelude::*;

/// Returns the name of the plugin: `plugin_name`, else that of the calling plugin.
fn plugin_of(py: Python<'_>, function: &str, plugin_name: Option<&str>) -> PyResult<String> {
    if let Some(name) = plugin_name {
        return Ok(name.to_owned());
    }
    if let Some(owner) = calling_plugin::of_caller(py)? {
        return Ok(owner.key);
    }
    let message = format!("{function}() was called by code that is not a plugin's");
    let exception = py
        .import("lfs_plugins.errors")?
        .getattr("PluginError")?
        .call1((message,))?;
    exception.setattr("code", codes::NO_CALLING_PLUGIN.code)?;
    exception.setattr("hint", format!("say whose: {function}('my_plugin')"))?;
    Err(PyErr::from_value(exception))
}

/// Returns the settings of a plugin, a `PluginSettings`; without a name those of the calling plugin.
#[pyfunction]
#[pyo3(signature = (plugin_name=None))]
fn settings<'py>(py: Python<'py>, plugin_name: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    let name = plugin_of(py, "settings", plugin_name)?;
    py.import("lfs_plugins.settings")?
        .getattr("PluginSettings")?
        .call1((name,))
}

fn directory<'py>(
    py: Python<'py>,
    function: &str,
    of: PluginDirectory,
    plugin_name: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let name = plugin_of(py, function, plugin_name)?;
    let manager = running(py)?;
    let path = gate::call(py, || manager.directory(&name, of))?;
    py.import("pathlib")?
        .getattr("Path")?
        .call1((path.as_str(),))
}

/// Returns the directory for a plugin's data, as a `pathlib.Path`, and makes it if necessary; without
/// a name that of the calling plugin. It survives updates and uninstalling.
#[pyfunction]
#[pyo3(signature = (plugin_name=None))]
fn data_dir<'py>(py: Python<'py>, plugin_name: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    directory(py, "data_dir", PluginDirectory::Data, plugin_name)
}

/// Returns the directory for data that a plugin can make again, as a `pathlib.Path`, and makes it if
/// necessary; without a name that of the calling plugin. It survives updates, and the user may empty
/// it.
#[pyfunction]
#[pyo3(signature = (plugin_name=None))]
fn cache_dir<'py>(py: Python<'py>, plugin_name: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    directory(py, "cache_dir", PluginDirectory::Cache, plugin_name)
}

/// Returns the progress of loading at the start: a dict with state (idle, running, finished), phase, plugin,
/// detail, attempted, total, failed, progress (0.0 to 1.0) and active.
#[pyfunction]
fn startup_load_status(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let manager = running(py)?;
    let status = gate::free(py, || manager.startup_status())?;
    to_python(py, &status)
}

pub(crate) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(settings, module)?)?;
    module.add_function(wrap_pyfunction!(data_dir, module)?)?;
    module.add_function(wrap_pyfunction!(cache_dir, module)?)?;
    module.add_function(wrap_pyfunction!(startup_load_status, module)?)
}
