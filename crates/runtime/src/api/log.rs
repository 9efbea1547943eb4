//! `lichtfeld.log`: lines of a plugin, to its own log and to the host.

use crate::calling_plugin;
use lichtfeld_engine::model::level::Level;
use pyo3::prelude::*;
use pyo3::types::{PyModule, PyTuple};

fn write(py: Python<'_>, level: Level, message: &Bound<'_, PyTuple>) -> PyResult<()> {
    let text = message
        .iter()
        .map(|part| Ok(part.str()?.to_string_lossy().into_owned()))
        .collect::<PyResult<Vec<String>>>()?
        .join(" ");
    let Some(manager) = crate::current_manager::current() else {
        return Ok(());
    };
    let owner = calling_plugin::of_caller(py)?;
    py.detach(|| manager.log(owner.as_ref().map(|owner| owner.key.as_str()), level, &text));
    Ok(())
}

/// Writes a line for debugging.
#[pyfunction]
#[pyo3(signature = (*message))]
fn debug(py: Python<'_>, message: &Bound<'_, PyTuple>) -> PyResult<()> {
    write(py, Level::Debug, message)
}

/// Writes a line about what happens.
#[pyfunction]
#[pyo3(signature = (*message))]
fn info(py: Python<'_>, message: &Bound<'_, PyTuple>) -> PyResult<()> {
    write(py, Level::Info, message)
}

/// Writes a line about what may be wrong.
#[pyfunction]
#[pyo3(signature = (*message))]
fn warn(py: Python<'_>, message: &Bound<'_, PyTuple>) -> PyResult<()> {
    write(py, Level::Warn, message)
}

/// Writes a line about what went wrong.
#[pyfunction]
#[pyo3(signature = (*message))]
fn error(py: Python<'_>, message: &Bound<'_, PyTuple>) -> PyResult<()> {
    write(py, Level::Error, message)
}

/// The module `lichtfeld.log`.
///
/// # Errors
/// If Python refuses it.
pub fn module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let module = PyModule::new(py, "lichtfeld.log")?;
    module.setattr(
        "__doc__",
        "Lines for the plugin's own log and for the host.",
    )?;
    module.add_function(wrap_pyfunction!(debug, &module)?)?;
    module.add_function(wrap_pyfunction!(info, &module)?)?;
    let warning = wrap_pyfunction!(warn, &module)?;
    module.add_function(warning.clone())?;
    module.add("warning", warning)?;
    module.add_function(wrap_pyfunction!(error, &module)?)?;
    Ok(module)
}
