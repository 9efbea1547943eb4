//! The state that one version of a plugin leaves to the next, as it crosses between processes:
//! pickled.
//!
//! In a process the state is the object that `on_before_reload` returned, and between processes it
//! is bytes. A worker reads what its own plugin has written, or the application. The application
//! reads only plain data, since a worker can send anything.

use crate::bundled_modules::CROSSING;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::execution::backend::ReloadState;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

const HINT: &str = "return plain data: numbers, texts, lists, dicts";

/// Returns the result of `on_before_reload` as bytes for another process; no bytes if there is no
/// result.
///
/// # Errors
/// If it cannot be pickled.
pub(crate) fn pickle(reload_state: Option<&ReloadState>) -> Result<Vec<u8>, Failure> {
    let Some(state) = reload_state.and_then(|state| state.downcast_ref::<Py<PyAny>>()) else {
        return Ok(Vec::new());
    };
    Python::attach(|py| {
        py.import("pickle")?
            .call_method1("dumps", (state, 5))?
            .extract()
    })
    .map_err(|error: PyErr| {
        Failure::new(
            FailureKind::Deactivation,
            Stage::Activation,
            format!("what on_before_reload returned cannot cross to the new process: {error}"),
        )
        .with_hint(HINT)
    })
}

/// Returns the state of the version before, as [`pickle`] has made it. Called in a worker.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn unpickle(bytes: &[u8]) -> Result<Option<ReloadState>, Failure> {
    if bytes.is_empty() {
        return Ok(None);
    }
    Python::attach(|py| {
        let state = py
            .import("pickle")?
            .call_method1("loads", (PyBytes::new(py, bytes),))?;
        Ok(Some(Box::new(state.unbind()) as ReloadState))
    })
    .map_err(|error: PyErr| {
        Failure::new(
            FailureKind::Activation,
            Stage::Activation,
            format!("the state of the version before cannot be read: {error}"),
        )
    })
}

/// Returns the state of a version in the application's process as bytes for a worker, or `None` if
/// it comes from a worker.
///
/// # Errors
/// As [`pickle`].
pub(crate) fn for_worker(reload_state: &ReloadState) -> Result<Option<ReloadState>, Failure> {
    if reload_state.is::<Vec<u8>>() {
        return Ok(None);
    }
    let bytes = pickle(Some(reload_state))?;
    Ok(Some(Box::new(bytes)))
}

/// Returns the state of a version in a worker as an object of this process, or `None` if it is one.
///
/// # Errors
/// If it is not plain data.
pub(crate) fn from_worker(reload_state: &ReloadState) -> Result<Option<ReloadState>, Failure> {
    let Some(bytes) = reload_state.downcast_ref::<Vec<u8>>() else {
        return Ok(None);
    };
    Python::attach(|py| {
        let state = CROSSING
            .get(py)?
            .call_method1("plain", (PyBytes::new(py, bytes),))?;
        Ok(Some(Box::new(state.unbind()) as ReloadState))
    })
    .map_err(|error: PyErr| {
        Failure::new(
            FailureKind::Deactivation,
            Stage::Activation,
            format!(
                "what on_before_reload returned cannot cross to the application's process: {error}"
            ),
        )
        .with_hint(HINT)
    })
}
