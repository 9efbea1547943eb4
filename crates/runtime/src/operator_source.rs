//! An operator whose work is done by a Python class in this process.

use crate::bundled_modules::TYPES;
use crate::draw_limit::{Call, watched};
use crate::python_operator::{PythonOperator, context, event};
use lichtfeld_engine::OperatorSource;
use lichtfeld_engine::error::failure::Failure;
use lichtfeld_engine::model::level::Level;
use parking_lot::{Mutex, MutexGuard};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

/// An operator's class, and the instance that is at work.
pub(crate) struct PyOperator {
    id: String,
    plugin: Option<String>,
    class: Py<PyAny>,
    running: Mutex<Option<Py<PyAny>>>,
    /// When a slow `poll` was logged.
    told_slow: Mutex<Option<Instant>>,
}

impl PyOperator {
    pub(crate) fn new(id: String, plugin: Option<String>, class: Py<PyAny>) -> Self {
        Self {
            id,
            plugin,
            class,
            running: Mutex::default(),
            told_slow: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Py<PyAny>>> {
        self.running.lock()
    }

    fn take_running(&self) -> Option<Py<PyAny>> {
        self.lock().take()
    }

    fn runs(&self, instance: &Bound<'_, PyAny>) -> bool {
        let running = self.lock();
        running.as_ref().is_some_and(|known| known.is(instance))
    }

    /// Calls `cancel` of an instance that is not at work any more.
    fn end(&self, py: Python<'_>, instance: &Py<PyAny>) {
        let ended = context(py)
            .and_then(|context| instance.call_method1(py, intern!(py, "cancel"), (context,)));
        if let Err(error) = ended {
            self.log(py, &error);
        }
    }

    /// Calls `invoke` or `modal`, and keeps the instance if it goes on.
    fn step<'py>(
        &self,
        py: Python<'py>,
        instance: &Bound<'py, PyAny>,
        method: &str,
        event: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let where_ = format!("{}: {method}", self.id);
        let result = instance
            .call_method1(method, (context(py)?, event))
            .and_then(|value| {
                TYPES
                    .get(py)?
                    .call_method1(intern!(py, "operator_result"), (where_, value))
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
        // Cancelled by its own code, or by another thread, while it ran.
        let was_ended = method == "modal" && !self.runs(instance);
        let before = if goes_on && !was_ended {
            self.lock().replace(instance.clone().unbind())
        } else {
            self.lock().take_if(|known| known.is(instance))
        };
        // Without the lock: a Python object may run code when it goes.
        drop(before);
        self.tell_of(py, was_running);
        match result {
            Err(error) if error.is_instance_of::<PyException>(py) => {
                lenient_end(py, self.plugin.as_deref())?.ok_or(error)
            }
            result => result,
        }
    }

    /// Tells a host in another process whether it is at work, where that has changed.
    fn tell_of(&self, py: Python<'_>, was_running: bool) {
        let is_running = self.is_running();
        if let Some(manager) =
            crate::current_manager::current().filter(|_| is_running != was_running)
        {
            py.detach(|| manager.operators().running_changed(&self.id, is_running));
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

/// Returns what the caller of an operator gets in place of an error, if the plugin is treated leniently: a
/// result that says that it was cancelled.
///
/// # Errors
/// If the application cannot be asked.
pub(crate) fn lenient_end<'py>(
    py: Python<'py>,
    plugin: Option<&str>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let types = TYPES.get(py)?;
    let asked = (plugin, intern!(py, "operator_errors"));
    if !types
        .call_method1(intern!(py, "is_lenient"), asked)?
        .is_truthy()?
    {
        return Ok(None);
    }
    let result = types.getattr(intern!(py, "OperatorResult"))?;
    result.call1((intern!(py, "CANCELLED"),)).map(Some)
}

impl PythonOperator for PyOperator {
    fn invoke<'py>(
        &self,
        py: Python<'py>,
        properties: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let nothing = PyDict::new(py);
        let event = event(py, "NONE".into_pyobject(py)?.as_any(), "NOTHING", &nothing)?;
        // A wrong property is the caller's mistake, not the operator's: it is not logged.
        let instance = TYPES.get(py)?.call_method1(
            intern!(py, "make_operator"),
            (self.class.bind(py), properties, self.plugin.as_deref()),
        )?;
        // One that runs is replaced. Before the new one begins: both may use the same handlers.
        if let Some(running) = self.take_running() {
            self.end(py, &running);
        }
        self.step(py, &instance, "invoke", &event)
    }

    fn modal<'py>(
        &self,
        py: Python<'py>,
        event: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let running = self
            .lock()
            .as_ref()
            .map(|running| running.clone_ref(py).into_bound(py));
        running
            .map(|instance| self.step(py, &instance, "modal", event))
            .transpose()
    }
}

impl OperatorSource for PyOperator {
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        Some(Box::new(self as Arc<dyn PythonOperator>))
    }

    fn poll(&self) -> bool {
        Python::attach(|py| {
            // A button asks while it is drawn, so the limit for what draws applies.
            let call = Call {
                what: "poll",
                kind: "operator",
                id: &self.id,
                plugin: self.plugin.as_deref(),
                told: &self.told_slow,
            };
            watched(py, &call, || {
                let poll = intern!(py, "poll");
                self.class
                    .bind(py)
                    .call_method1(poll, (context(py)?,))?
                    .is_truthy()
            })
        })
        .unwrap_or_else(|error: PyErr| {
            Python::attach(|py| self.log(py, &error));
            false
        })
    }

    fn is_running(&self) -> bool {
        self.lock().is_some()
    }

    fn cancel(&self) -> Result<bool, Failure> {
        let Some(instance) = self.take_running() else {
            return Ok(false);
        };
        Python::attach(|py| {
            self.end(py, &instance);
            drop(instance);
            self.tell_of(py, true);
        });
        Ok(true)
    }
}
