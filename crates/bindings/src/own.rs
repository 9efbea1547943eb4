//! The settings, the directories and the Python of a plugin.

use crate::gate;
use crate::running::running;
use lichtfeld_runtime::codes;
use lichtfeld_runtime::convert::to_python;
use lichtfeld_runtime::{PluginDirectory, StartupStatus, has_ended};
use lichtfeld_runtime::{calling_plugin, child_python};
use pyo3::prelude::*;

/// Returns the name of the plugin: `plugin_name`, else that of the calling plugin.
fn plugin_of(py: Python<'_>, function: &str, plugin_name: Option<&str>) -> PyResult<String> {
    if let Some(name) = plugin_name {
        return Ok(name.to_owned());
    }
    if let Some(owner) = calling_plugin::of_caller(py)? {
        return Ok(owner.key);
    }
    let hint = format!("say whose: {function}('my_plugin')");
    Err(no_plugin_calls(py, function, &hint)?)
}

/// Makes the exception for a caller that is not a plugin.
fn no_plugin_calls(py: Python<'_>, function: &str, hint: &str) -> PyResult<PyErr> {
    let message = format!("{function}() was called by code that is not a plugin's");
    let exception = py
        .import("lfs_plugins.errors")?
        .getattr("PluginError")?
        .call1((message,))?;
    exception.setattr("code", codes::NO_CALLING_PLUGIN.code)?;
    exception.setattr("hint", hint)?;
    Ok(PyErr::from_value(exception))
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

/// For `python` and `environment`, which have no name to be given.
const CALL_IT_FROM_A_PLUGIN: &str = "Call it from the code of the plugin that starts the process.";

/// Returns the path of the calling plugin's interpreter: of its environment, or, if it has no
/// dependencies, the one that environments are made for. `sys.executable` may be the application.
///
/// Raises PluginError if the caller is not a plugin.
#[pyfunction]
fn python(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    match child_python::python(py)? {
        Some(path) => Ok(path),
        None => Err(no_plugin_calls(py, "python", CALL_IT_FROM_A_PLUGIN)?),
    }
}

/// Returns the environment variables for a child process that runs `python()`, a new dict: those of
/// this process, with the programs of the plugin's environment first on PATH, its VIRTUAL_ENV, and a
/// PYTHONPATH from which the child can import `lichtfeld` and `lfs_plugins.<the plugin>`. Variables
/// that would send Python elsewhere are left out (PYTHONHOME).
///
/// Raises PluginError if the caller is not a plugin.
#[pyfunction]
fn environment(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    match child_python::environment(py)? {
        Some(variables) => Ok(variables),
        None => Err(no_plugin_calls(py, "environment", CALL_IT_FROM_A_PLUGIN)?),
    }
}

/// Returns the progress of loading at the start: a dict with state (not_started, discovering,
/// loading, completed, cancelled), phase (idle if no plugin is being loaded), plugin, detail, attempted, total, failed, progress (0.0 to 1.0) and active.
#[pyfunction]
fn startup_load_status(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    if has_ended() {
        return to_python(py, &StartupStatus::default());
    }
    let manager = running(py)?;
    let status = gate::read(py, &manager, || manager.startup_status())?;
    to_python(py, &status)
}

pub(crate) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(settings, module)?)?;
    module.add_function(wrap_pyfunction!(data_dir, module)?)?;
    module.add_function(wrap_pyfunction!(cache_dir, module)?)?;
    module.add_function(wrap_pyfunction!(python, module)?)?;
    module.add_function(wrap_pyfunction!(environment, module)?)?;
    module.add_function(wrap_pyfunction!(startup_load_status, module)?)
}
