//! The plugin whose code is calling, found by the frames that are running.

use crate::bundled_modules::PLUGIN_LOADER;
use crate::python_frame;
use lichtfeld_engine::registrations::ledger::Owner;
use pyo3::prelude::*;

fn owner_from(code_version: &Bound<'_, PyAny>) -> PyResult<Option<Owner>> {
    if code_version.is_none() {
        return Ok(None);
    }
    Ok(Some(Owner {
        key: code_version.getattr("key")?.extract()?,
        revision: code_version.getattr("revision")?.extract()?,
    }))
}

/// Returns the plugin whose code is nearest on the stack of this thread, also if a timer, a thread or
/// a callback has called it. Returns `None` for the host's own code.
///
/// # Errors
/// If Python fails to look at the stack.
pub fn of_caller(py: Python<'_>) -> PyResult<Option<Owner>> {
    // A native callback has no Python frame.
    let Some(frame) = python_frame::current(py) else {
        return Ok(None);
    };
    owner_from(&PLUGIN_LOADER.get(py)?.call_method1("owner_of", (frame,))?)
}

/// Returns the plugin that a class or function was defined in, else the calling plugin.
///
/// # Errors
/// As [`of_caller`].
pub fn of_object(value: &Bound<'_, PyAny>) -> PyResult<Option<Owner>> {
    let py = value.py();
    let code_version = PLUGIN_LOADER
        .get(py)?
        .call_method1("owner_of_object", (value,))?;
    match owner_from(&code_version)? {
        Some(owner) => Ok(Some(owner)),
        None => of_caller(py),
    }
}
