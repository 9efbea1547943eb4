//! `lichtfeld.ui.ops`: operators invoked by their ids.

use crate::convert::to_python;
use crate::current_manager::asked;
use crate::exception::plugin_error;
use crate::layout::nearest;
use crate::operator_source::lenient_end;
use crate::python_operator::{self, PythonOperator};
use lichtfeld_engine::error::failure::{Failure, FailureKind};
use lichtfeld_engine::registrations::operators::Operator;
use pyo3::exceptions::{PyKeyError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule};
use std::sync::Arc;

fn find(id: &str) -> PyResult<Arc<Operator>> {
    let manager = asked()?;
    let found = manager.as_ref().and_then(|all| all.operators().find(id));
    found.ok_or_else(|| {
        let known = manager.map(|manager| list_of(&manager)).unwrap_or_default();
        let hint = match nearest(known.iter().map(String::as_str), id) {
            Some(meant) => format!("did you mean '{meant}'?"),
            None if known.is_empty() => "none is registered".to_owned(),
            None => format!("there are: {}", known.join(", ")),
        };
        PyKeyError::new_err(format!("no operator is called '{id}'; {hint}"))
    })
}

fn list_of(manager: &lichtfeld_engine::manager::Manager) -> Vec<String> {
    let visible = manager.operators().visible();
    visible
        .iter()
        .map(|operator| operator.info().id.clone())
        .collect()
}

fn python(operator: &Operator) -> PyResult<Arc<dyn PythonOperator>> {
    operator.interface().ok_or_else(|| {
        PyRuntimeError::new_err(format!(
            "operator '{}' cannot be invoked from Python",
            operator.info().id
        ))
    })
}

/// Why there is no answer of a process, as an exception.
fn unanswered(py: Python<'_>, failure: &Failure) -> PyErr {
    let class = match failure.kind {
        FailureKind::Unresponsive => "PluginTimeoutError",
        FailureKind::Crashed => "PluginCrashedError",
        _ => "PluginError",
    };
    let hint = failure.hint.as_deref().unwrap_or_default();
    plugin_error(py, class, failure.code(), &failure.to_string(), hint)
}

/// Refuses an operator whose process is gone or does not answer.
fn reachable(py: Python<'_>, operator: &Operator) -> PyResult<()> {
    let trouble = py.detach(|| operator.source().trouble());
    trouble.map_or(Ok(()), |failure| Err(unanswered(py, &failure)))
}

/// Runs an operator with these properties and gives how it ended, as an `OperatorResult`.
///
/// One that is at work already is replaced: its `cancel` is called, then it starts anew.
///
/// Raises KeyError for an unknown id, TypeError for an unknown property, RuntimeError where its
/// `poll` says no; what the operator itself raises is raised here and logged. For plugins with an older
/// manifest see `lfs_plugins.compat.set_leniency`. Of a plugin in a process of its own: PluginCrashedError where that has ended,
/// PluginTimeoutError where it does not answer.
#[pyfunction]
#[pyo3(signature = (id, /, **properties))]
pub(crate) fn invoke<'py>(
    py: Python<'py>,
    id: &str,
    properties: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let operator = find(id)?;
    reachable(py, &operator)?;
    let possible = py.detach(|| operator.source().check());
    if !possible.map_err(|failure| unanswered(py, &failure))? {
        if let Some(cancelled) = lenient_end(py, operator.info().plugin.as_deref())? {
            return Ok(cancelled);
        }
        return Err(PyRuntimeError::new_err(format!(
            "operator '{id}' is not possible now: its poll() says no; ask with \
             lf.ui.ops.poll('{id}') first"
        )));
    }
    let none = PyDict::new(py);
    let properties = properties.unwrap_or(&none);
    python(&operator)?.invoke(py, properties)
}

/// Gives an event to an operator that is at work: an `Event`, or the type of one with its value and
/// details. None if it is not at work.
#[pyfunction]
#[pyo3(signature = (id, event="NONE".into(), value="NOTHING", /, **details))]
fn modal<'py>(
    py: Python<'py>,
    id: &str,
    event: EventArgument<'py>,
    value: &str,
    details: Option<&Bound<'py, PyDict>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let operator = find(id)?;
    let none = PyDict::new(py);
    let given = match event {
        EventArgument::Type(name) => name.into_pyobject(py)?.into_any(),
        EventArgument::Event(event) => event,
    };
    let event = python_operator::event(py, &given, value, details.unwrap_or(&none))?;
    reachable(py, &operator)?;
    python(&operator)?.modal(py, &event)
}

/// An event, or its type.
#[derive(FromPyObject)]
enum EventArgument<'py> {
    Type(String),
    Event(Bound<'py, PyAny>),
}

impl From<&str> for EventArgument<'_> {
    fn from(name: &str) -> Self {
        Self::Type(name.to_owned())
    }
}

/// Ends an operator that is at work, by its `cancel`; False if it was not.
#[pyfunction]
fn cancel(py: Python<'_>, id: &str) -> PyResult<bool> {
    let operator = find(id)?;
    py.detach(|| operator.source().cancel())
        .map_err(|failure| unanswered(py, &failure))
}

/// Ends all operators that are at work, or the one with this id, by their `cancel`; False if none was.
#[pyfunction]
#[pyo3(signature = (id=None))]
fn cancel_modal(py: Python<'_>, id: Option<&str>) -> PyResult<bool> {
    if let Some(id) = id {
        return cancel(py, id);
    }
    let Some(manager) = asked()? else {
        return Ok(false);
    };
    let operators = manager.operators().visible();
    let running = operators
        .iter()
        .filter(|operator| operator.source().is_running());
    let mut was_running = false;
    for operator in running {
        let ended = py.detach(|| operator.source().cancel());
        was_running |= ended.map_err(|failure| unanswered(py, &failure))?;
    }
    Ok(was_running)
}

/// Whether an operator is possible now. Of one in a process of its own that does not answer within
/// 250 ms, the answer before counts.
#[pyfunction]
fn poll(py: Python<'_>, id: &str) -> PyResult<bool> {
    let operator = find(id)?;
    reachable(py, &operator)?;
    Ok(py.detach(|| operator.source().poll()))
}

/// Whether an operator is at work.
#[pyfunction]
fn is_running(id: &str) -> PyResult<bool> {
    Ok(find(id)?.source().is_running())
}

/// The ids of the operators there are.
#[pyfunction]
fn list() -> PyResult<Vec<String>> {
    Ok(asked()?
        .map(|manager| list_of(&manager))
        .unwrap_or_default())
}

/// What is known of an operator: id, label, description, properties, plugin.
#[pyfunction]
fn info<'py>(py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    to_python(py, find(id)?.info())
}

/// The module `lichtfeld.ui.ops`.
///
/// # Errors
/// Where Python refuses it.
pub(super) fn module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let module = PyModule::new(py, "lichtfeld.ui.ops")?;
    module.setattr("__doc__", "Operators, invoked by their ids.")?;
    module.add_function(wrap_pyfunction!(invoke, &module)?)?;
    module.add_function(wrap_pyfunction!(modal, &module)?)?;
    module.add_function(wrap_pyfunction!(cancel, &module)?)?;
    module.add_function(wrap_pyfunction!(cancel_modal, &module)?)?;
    module.add_function(wrap_pyfunction!(poll, &module)?)?;
    module.add_function(wrap_pyfunction!(is_running, &module)?)?;
    module.add_function(wrap_pyfunction!(list, &module)?)?;
    module.add_function(wrap_pyfunction!(info, &module)?)?;
    Ok(module)
}
