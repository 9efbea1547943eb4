//! An operator that is a Python class in this process.

use crate::bundled_modules::TYPES;
use lichtfeld_engine::error::failure::Failure;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::operators::{OperatorChange, OperatorSource};
use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// An operator's class, and the instance that runs.
pub(crate) struct PyOperator {
    id: String,
    plugin: Option<String>,
    class: Py<PyAny>,
    running: Mutex<Option<Py<PyAny>>>,
}

impl PyOperator {
    pub(crate) fn new(id: String, plugin: Option<String>, class: Py<PyAny>) -> Self {
        Self {
            id,
            plugin,
            class,
            running: Mutex::default(),
        }
    }

    /// Starts the operator with these properties. An exception of it is logged and returned.
    pub(crate) fn invoke<'py>(
        &self,
        py: Python<'py>,
        properties: &Bound<'py, PyDict>,
        event: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // A wrong property is the caller's mistake, not the operator's: it is not logged.
        let instance = TYPES.get(py)?.call_method1(
            intern!(py, "make_operator"),
            (self.class.bind(py), properties),
        )?;
        self.step(py, &instance, "invoke", event)
    }

    /// Passes an event to the instance that runs. Returns `None` if none runs.
    pub(crate) fn modal<'py>(
        &self,
        py: Python<'py>,
        event: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let running = self
            .running
            .lock()
            .as_ref()
            .map(|running| running.clone_ref(py).into_bound(py));
        running
            .map(|instance| self.step(py, &instance, "modal", event))
            .transpose()
    }

    /// Calls `invoke` or `modal`, and keeps the instance if it goes on running.
    fn step<'py>(
        &self,
        py: Python<'py>,
        instance: &Bound<'py, PyAny>,
        method: &str,
        event: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let step = format!("{}: {method}", self.id);
        let result = instance
            .call_method1(method, (py.None(), event))
            .and_then(|value| {
                TYPES
                    .get(py)?
                    .call_method1(intern!(py, "operator_result"), (step, value))
            })
            .inspect_err(|error| self.log(py, error));
        let goes_on = result.as_ref().is_ok_and(|result| {
            result
                .getattr(intern!(py, "status"))
                .and_then(|status| status.extract::<String>())
                .is_ok_and(|status| {
                    // An event that is passed on does not end the work.
                    status == "RUNNING_MODAL" || (status == "PASS_THROUGH" && method == "modal")
                })
        });
        let was_running = self.is_running();
        let before = if goes_on {
            self.running.lock().replace(instance.clone().unbind())
        } else {
            let mut running = self.running.lock();
            let is_this = running.as_ref().is_some_and(|known| known.is(instance));
            if is_this { running.take() } else { None }
        };
        // Without the lock: a Python object may run code when it goes.
        drop(before);
        self.notify_running(py, was_running);
        result
    }

    /// Notifies a host in another process if the operator has begun or ended to run.
    fn notify_running(&self, py: Python<'_>, was_running: bool) {
        let is_running = self.is_running();
        if let Some(manager) =
            crate::current_manager::current().filter(|_| is_running != was_running)
        {
            let change = OperatorChange::Running(&self.id, is_running);
            py.detach(|| manager.operators().tell(change));
        }
    }

    fn log(&self, py: Python<'_>, error: &PyErr) {
        let text = crate::layout::traceback_of(py, error);
        let text = format!("operator '{}' failed\n{text}", self.id);
        if let Some(manager) = crate::current_manager::current() {
            py.detach(|| manager.log(self.plugin.as_deref(), Level::Error, &text));
        }
    }
}

impl OperatorSource for PyOperator {
    fn poll(&self) -> bool {
        Python::attach(|py| {
            let poll = intern!(py, "poll");
            self.class
                .bind(py)
                .call_method1(poll, (py.None(),))?
                .is_truthy()
        })
        .unwrap_or_else(|error: PyErr| {
            Python::attach(|py| self.log(py, &error));
            false
        })
    }

    fn is_running(&self) -> bool {
        self.running.lock().is_some()
    }

    fn cancel(&self) -> Result<bool, Failure> {
        let Some(instance) = self.running.lock().take() else {
            return Ok(false);
        };
        Python::attach(|py| {
            if let Err(error) = instance.call_method1(py, intern!(py, "cancel"), (py.None(),)) {
                self.log(py, &error);
            }
            drop(instance);
            self.notify_running(py, true);
        });
        Ok(true)
    }
}
