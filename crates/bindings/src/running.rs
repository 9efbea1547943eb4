//! The manager of this interpreter, made when it is first needed.

use crate::{embedding, gate, host, registry_url, timeouts, workers};
use lichtfeld_runtime::{Error, Manager, current, interpreter, start_once};
use pyo3::prelude::*;
use std::sync::Arc;

/// Returns the manager that runs, or starts one.
pub(crate) fn running(py: Python<'_>) -> PyResult<Arc<Manager>> {
    match current() {
        Some(manager) => Ok(manager),
        None => gate::call(py, running_without_gil),
    }
}

/// Returns the manager that runs, or starts one; for a caller that does not hold the GIL.
///
/// # Errors
/// If there is no home directory, or no interpreter is known; [`Error::NoManager`] in a Rust
/// application, which makes its manager itself.
pub(crate) fn running_without_gil() -> Result<Arc<Manager>, Error> {
    if let Some(manager) = current() {
        return Ok(manager);
    }
    if embedding::is_embedded() {
        return Err(Error::NoManager);
    }
    let mut config = Python::attach(|py| {
        interpreter::default_config(py, host::PythonHost, host::python().as_deref())
    })?;
    config.timeouts = timeouts::timeouts();
    config.registry = config.registry.or_else(registry_url::registry_url);
    config.workers.limits = workers::limits();
    Ok(start_once(config))
}
