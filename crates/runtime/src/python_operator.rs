//! An operator as Python code invokes it, wherever its work is done.

use crate::bundled_modules::CONTEXT;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The interface of an operator for Python callers: `Operator::interface::<Arc<dyn PythonOperator>>`.
pub(crate) trait PythonOperator: Send + Sync {
    /// Starts it with these properties. Returns how it ended, an `OperatorResult`.
    ///
    /// # Errors
    /// What the operator raises; of a plugin in a process of its own also `PluginCrashedError` and
    /// `PluginTimeoutError`.
    fn invoke<'py>(
        &self,
        py: Python<'py>,
        properties: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// Passes an `Event` to the operator. Returns `None` if it is not at work.
    ///
    /// # Errors
    /// As [`PythonOperator::invoke`].
    fn modal<'py>(
        &self,
        py: Python<'py>,
        event: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>>;
}

/// What `poll` and the methods of an operator receive as `context`.
///
/// # Errors
/// If the bundled module cannot be run.
pub(crate) fn context(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    CONTEXT
        .get(py)?
        .call_method0(pyo3::intern!(py, "get_context"))
}

/// The event that starts an operator.
///
/// # Errors
/// Where Python refuses to make it.
pub(crate) fn event<'py>(
    py: Python<'py>,
    event: &Bound<'py, PyAny>,
    value: &str,
    details: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    crate::bundled_modules::TYPES
        .get(py)?
        .call_method1("make_event", (event, value, details))
}
