//! Requests to the front end, for `lfs_plugins._requests`: the functions that plugins call are there.

use crate::calling_plugin;
use crate::convert::from_python;
use crate::current_manager::current;
use crate::draw_limit;
use crate::exception::plugin_error;
use crate::host_api::owner_of;
use lichtfeld_engine::{Outcome, RequestError};
use lichtfeld_panel::{Answer, RequestId, RequestKind};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyModule;

/// The name of an outcome, and the answer: None, a truth value or a text.
fn outcome_to_python(py: Python<'_>, outcome: Outcome) -> PyResult<(&'static str, Py<PyAny>)> {
    Ok(match outcome {
        Outcome::Answered(Answer::Text(text)) => ("answered", text.into_py_any(py)?),
        Outcome::Answered(Answer::Done(done)) => ("answered", done.into_py_any(py)?),
        Outcome::Answered(_) => ("answered", py.None()),
        Outcome::NoFrontEnd => ("no_front_end", py.None()),
        Outcome::Unanswered => ("unanswered", py.None()),
        _ => ("withdrawn", py.None()),
    })
}

fn kind_of(request: &Bound<'_, PyAny>) -> PyResult<RequestKind> {
    let value = from_python(request)?;
    let kind: RequestKind = serde_json::from_value(value)
        .map_err(|error| PyTypeError::new_err(format!("this is not a request: {error}")))?;
    kind.check()
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(kind)
}

fn refused(py: Python<'_>, error: &RequestError) -> PyErr {
    match error {
        RequestError::Bad(bad) => PyValueError::new_err(bad.to_string()),
        _ => plugin_error(
            py,
            "PluginLimitError",
            error.code(),
            &error.to_string(),
            error.hint().unwrap_or_default(),
        ),
    }
}

/// Asks the front end, and calls `done(outcome, value)` once, on any thread. The request belongs to the
/// plugin of the function `of`; if it is None, to the calling plugin. `waits` says that the plugin waits
/// in its own process. Returns the number of the request; 0 if it has ended already.
///
/// Raises TypeError for what is no request, ValueError for one that is too large, PluginLimitError if the
/// plugin has too many.
#[pyfunction]
fn _request(
    py: Python<'_>,
    request: &Bound<'_, PyAny>,
    of: Option<&Bound<'_, PyAny>>,
    waits: bool,
    done: Py<PyAny>,
) -> PyResult<u64> {
    let kind = kind_of(request)?;
    let Some(manager) = current() else {
        done.call1(py, ("no_front_end", py.None()))?;
        return Ok(0);
    };
    let owner = match of {
        Some(of) => owner_of(of)?.0,
        None => calling_plugin::of_caller(py)?,
    };
    let tell = Box::new(move |outcome| {
        // An interpreter that has ended runs no callback.
        Python::try_attach(|py| {
            let called = outcome_to_python(py, outcome).and_then(|told| done.call1(py, told));
            if let Err(error) = called {
                error.write_unraisable(py, Some(done.bind(py)));
            }
            drop(done);
        });
    });
    let asked = py.detach(|| manager.ask(owner, kind, waits, tell));
    asked
        .map(RequestId::number)
        .map_err(|error| refused(py, &error))
}

/// Asks the front end, and waits for the answer without the GIL. Returns the outcome and the value. The
/// time does not count for the drawing that this is a part of.
///
/// Raises as `_request`.
#[pyfunction]
fn _request_and_wait(
    py: Python<'_>,
    request: &Bound<'_, PyAny>,
) -> PyResult<(&'static str, Py<PyAny>)> {
    let kind = kind_of(request)?;
    let Some(manager) = current() else {
        return Ok(("no_front_end", py.None()));
    };
    let owner = calling_plugin::of_caller(py)?;
    let asked = draw_limit::paused(py, || py.detach(|| manager.ask_and_wait(owner, kind)))?;
    let outcome = asked.map_err(|error| refused(py, &error))?;
    outcome_to_python(py, outcome)
}

/// How long a plugin waits for the answer to a request, in seconds.
#[pyfunction]
fn _request_limit() -> f64 {
    let timeouts = current().map(|manager| manager.timeouts().clone());
    timeouts.unwrap_or_default().request.as_secs_f64()
}

/// Takes a request back. Returns whether it was open.
#[pyfunction]
fn _withdraw_request(py: Python<'_>, number: u64) -> bool {
    current()
        .is_some_and(|manager| py.detach(|| manager.requests().withdraw(RequestId::new(number))))
}

/// Adds the functions to `lichtfeld.plugins`.
///
/// # Errors
/// If Python refuses one.
pub(super) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_request, module)?)?;
    module.add_function(wrap_pyfunction!(_request_and_wait, module)?)?;
    module.add_function(wrap_pyfunction!(_request_limit, module)?)?;
    module.add_function(wrap_pyfunction!(_withdraw_request, module)?)
}
