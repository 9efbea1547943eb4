//! The state that one version of a plugin leaves to the next, as it crosses between processes.

use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::execution::backend::ReloadState;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Returns the result of `on_before_reload` as bytes for the next process; no bytes if there is no
/// result.
///
/// # Errors
/// If it cannot be pickled.
pub(super) fn pickle(reload_state: Option<&ReloadState>) -> Result<Vec<u8>, Failure> {
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
        .with_hint("return plain data: numbers, texts, lists, dicts")
    })
}

/// Returns the state of the version before, as [`pickle`] has made it.
///
/// # Errors
/// If it cannot be read.
pub(super) fn unpickle(bytes: &[u8]) -> Result<Option<ReloadState>, Failure> {
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
