//! The one way from Python into the runtime: without the GIL, and with panics as exceptions.

use crate::errors;
use lichtfeld_runtime::{Error, Manager};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work` without the GIL.
///
/// # Errors
/// `RuntimeError` for a panic, as an internal error.
pub(crate) fn free<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| catch_unwind(AssertUnwindSafe(work)))
        .map_err(|panic| {
            let what = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            PyRuntimeError::new_err(format!("internal error in the plugin runtime: {what}"))
        })
}

/// Runs `work`, which reads the state of plugins, without the GIL.
///
/// # Errors
/// `PluginForkedError` in a forked copy of the process if reading would wait for a thread that it
/// does not have; or as [`free`].
pub(crate) fn read<T: Send>(
    py: Python<'_>,
    manager: &Manager,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    call(py, || {
        manager.require_readable()?;
        Ok(work())
    })
}

/// Runs `work`, which changes what `manager` runs and cannot fail, without the GIL.
///
/// # Errors
/// `PluginForkedError` in a forked copy of the process; or as [`free`].
pub(crate) fn change<T: Send>(
    py: Python<'_>,
    manager: &Manager,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    call(py, || {
        manager.require_own_process()?;
        Ok(work())
    })
}

/// Runs work that can fail without the GIL, and turns its error into an exception.
///
/// # Errors
/// The exception for the error, or as [`free`].
pub(crate) fn call<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    free(py, work)?.map_err(|error| errors::to_python(py, &error))
}
