//! Whose code is calling: found by the frames that are running, not by luck.

use crate::bundled_modules::PLUGIN_LOADER;
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

/// The plugin whose code is nearest on the stack of this thread: its functions called by a timer,
/// a thread or a callback included. None for the host's own code.
pub fn of_caller(py: Python<'_>) -> PyResult<Option<Owner>> {
    // With no Python code below (a native callback) there is no frame to ask.
    let Ok(frame) = py.import("sys")?.call_method0("_getframe") else {
        return Ok(None);
    };
    owner_from(&PLUGIN_LOADER.get(py)?.call_method1("owner_of", (frame,))?)
}

/// The plugin that a class or function was defined in, else the one that is calling.
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
