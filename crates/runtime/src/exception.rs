//! Internal errors as the exceptions of `lfs_plugins.errors`, if the host ships that package.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// Makes an exception of `lfs_plugins.errors` with a stable code and a hint, or a `RuntimeError` with
/// the same text if the host has no such package.
pub(crate) fn plugin_error(
    py: Python<'_>,
    class: &str,
    code: &str,
    message: &str,
    hint: &str,
) -> PyErr {
    let made = py
        .import("lfs_plugins.errors")
        .and_then(|errors| errors.getattr(class)?.call1((message,)))
        .and_then(|exception| {
            exception.setattr("code", code)?;
            exception.setattr("hint", hint)?;
            Ok(exception)
        });
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(_) => PyRuntimeError::new_err(format!("{message}; {hint}")),
    }
}
