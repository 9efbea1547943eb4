//! An exception of a plugin as a [`Failure`].

use crate::bundled_modules::FAILURE;
use crate::missing_module;
use crate::running_calls;
use camino::Utf8Path;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Location, Stage};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

type Described = (
    String,
    String,
    Option<(String, u32, Option<u32>)>,
    Option<String>,
    Option<String>,
);

/// Makes the failure for an exception that the plugin in `root` has raised.
pub(crate) fn from_python(py: Python<'_>, error: &PyErr, stage: Stage, root: &Utf8Path) -> Failure {
    // `into_value` puts the traceback on the exception; `value` alone does not on every version.
    let value = error.clone_ref(py).into_value(py);
    let described = FAILURE
        .get(py)
        .and_then(|module| module.call_method1("describe", (value, root.as_str())))
        .and_then(|described| described.extract::<Described>());
    let kind_by_stage = match stage {
        Stage::Activation => FailureKind::Activation,
        _ => FailureKind::Import,
    };
    let failure = match described {
        Ok((kind, message, location, traceback, missing)) => {
            let kind = match kind.as_str() {
                "syntax" => FailureKind::Syntax,
                "missing_module" => FailureKind::MissingModule,
                _ => kind_by_stage,
            };
            let mut failure = Failure::new(kind, stage, message);
            failure.location =
                location.map(|(file, line, column)| Location::new(file, line, column));
            failure.traceback = traceback;
            failure.hint = missing.and_then(|name| {
                missing_module::hint(py, &name, kind == FailureKind::MissingModule)
            });
            failure
        }
        // The description fails if the exception's own code does; its type is still known.
        Err(_) => {
            let name = error
                .get_type(py)
                .name()
                .map_or_else(|_| "exception".into(), |name| name.to_string());
            Failure::new(kind_by_stage, stage, name)
        }
    };
    if error.is_instance_of::<PyKeyboardInterrupt>(py) {
        return failure.with_kind(FailureKind::Interrupted);
    }
    if running_calls::is_end(py, error) {
        return failure.with_kind(FailureKind::Cancelled);
    }
    failure
}
