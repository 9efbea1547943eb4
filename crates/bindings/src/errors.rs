//! Errors of the runtime as the exceptions of `lfs_plugins.errors`, and exceptions of the
//! application's callbacks in its log.

use lichtfeld_runtime::{Error, PackageError, RegistryErrorKind, with_causes};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Makes the exception for an error: with `code`, `hint`, and where they apply `incompatibilities`,
/// `file`, `line`, `column`.
pub(crate) fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    if matches!(error, Error::Interrupted { .. }) {
        return PyKeyboardInterrupt::new_err(());
    }
    let class = match error {
        Error::Incompatible { .. } => "PluginVersionError",
        Error::Cancelled { .. } => "PluginLoadCancelled",
        Error::Forked => "PluginForkedError",
        Error::Failed { failure, .. } => match failure.stage {
            lichtfeld_runtime::Stage::Dependencies => "PluginDependencyError",
            _ => "PluginLoadError",
        },
        Error::Package(error) => package_class(error),
        _ => "PluginError",
    };
    build(py, class, error).unwrap_or_else(|broken| broken)
}

/// Returns the name of the exception that stands for an error of installing or of a registry.
fn package_class(error: &PackageError) -> &'static str {
    match error {
        PackageError::Registry(error) => match error.kind() {
            RegistryErrorKind::Offline => "RegistryOfflineError",
            RegistryErrorKind::NoPlugin => "PluginNotFoundError",
            RegistryErrorKind::NoVersion => "VersionNotFoundError",
            _ => "RegistryError",
        },
        _ => "PluginError",
    }
}

/// Logs an exception of the application's own callback, which must not fail its caller.
pub(crate) fn report(py: Python<'_>, error: PyErr, callback: &Bound<'_, PyAny>) {
    let logged = py.import("logging").and_then(|logging| {
        let logger = logging.call_method1("getLogger", ("lichtfeld.plugins",))?;
        let options = pyo3::types::PyDict::new(py);
        options.set_item("exc_info", error.value(py))?;
        logger.call_method("error", ("%r has raised", callback), Some(&options))
    });
    if logged.is_err() {
        error.write_unraisable(py, Some(callback));
    }
}

fn build(py: Python<'_>, class: &str, error: &Error) -> PyResult<PyErr> {
    let exception = py
        .import("lfs_plugins.errors")?
        .getattr(class)?
        .call1((with_causes(error),))?;
    exception.setattr("code", error.code())?;
    exception.setattr("hint", error.hint())?;
    if let Error::Incompatible { found, .. } = error {
        let list: Vec<String> = found.iter().map(ToString::to_string).collect();
        exception.setattr("incompatibilities", list)?;
    }
    if let Error::Failed { failure, .. } = error
        && let Some(location) = &failure.location
    {
        exception.setattr("file", &location.file)?;
        exception.setattr("line", location.line)?;
        exception.setattr("column", location.column)?;
    }
    Ok(PyErr::from_value(exception))
}
