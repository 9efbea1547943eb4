//! `Subscription`: a Python callable that is called when the state of a plugin changes.

use crate::{convert, errors, gate};
use lichtfeld_runtime::{
    EventKind, Manager, State, StateChange, Subscriber, SubscriptionId, current,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// A subscription; calling it ends it. Without that it lasts as long as the manager.
#[pyclass(module = "lichtfeld.plugins", frozen)]
pub(crate) struct Subscription {
    manager: Arc<Manager>,
    id: SubscriptionId,
}

#[pymethods]
impl Subscription {
    /// Ends the subscription. It is no error if it has ended already.
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        gate::change(py, &self.manager, || {
            self.manager.events().unsubscribe(self.id);
        })
    }
}

/// A Python callable that receives changes.
struct Listener {
    callback: Py<PyAny>,
    only: Option<Only>,
}

/// Which changes a callback is for, if not for all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Only {
    Loaded,
    Unloaded,
}

impl Listener {
    fn call_and_report(&self, change: &StateChange) {
        Python::attach(|py| {
            if let Err(error) = self.call(py, change) {
                errors::report(py, error, self.callback.bind(py));
            }
        });
    }

    fn call(&self, py: Python<'_>, change: &StateChange) -> PyResult<()> {
        if self.only.is_some() {
            let Some(manager) = current() else {
                return Ok(());
            };
            let Some(info) = manager.info(&change.plugin) else {
                return Ok(());
            };
            self.callback.call1(py, (convert::info(py, &info)?,))?;
            return Ok(());
        }
        let fields = PyDict::new(py);
        fields.set_item("plugin", &change.plugin)?;
        fields.set_item("from_state", convert::state(py, change.from)?)?;
        fields.set_item("to_state", convert::state(py, change.to)?)?;
        fields.set_item("event", change.event.name())?;
        fields.set_item("cause", &change.cause)?;
        let since = change
            .at
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        fields.set_item("time", since.as_secs_f64())?;
        fields.set_item("sequence", change.sequence)?;
        let event = py
            .import("lfs_plugins.plugin")?
            .getattr("StateChange")?
            .call((), Some(&fields))?;
        self.callback.call1(py, (event,))?;
        Ok(())
    }
}

impl Subscriber for Listener {
    fn changed(&self, change: &StateChange) {
        if self.only.is_none() {
            self.call_and_report(change);
        }
    }

    fn settled(&self, change: &StateChange) {
        let wanted = match self.only {
            None => false,
            Some(Only::Loaded) => {
                matches!(change.event, EventKind::Activated | EventKind::Reloaded)
            }
            Some(Only::Unloaded) => {
                change.event == EventKind::Unloaded && change.from == State::Active
            }
        };
        if wanted {
            self.call_and_report(change);
        }
    }
}

impl Subscription {
    /// Calls `callback` from now on: for every change of a state, or for those that `only` names.
    pub(crate) fn new(
        py: Python<'_>,
        manager: &Arc<Manager>,
        callback: Py<PyAny>,
        only: Option<Only>,
    ) -> PyResult<Self> {
        if !callback.bind(py).is_callable() {
            return Err(PyTypeError::new_err("a callback must be callable"));
        }
        let manager = Arc::clone(manager);
        let id = gate::change(py, &manager, || {
            manager
                .events()
                .subscribe(Arc::new(Listener { callback, only }))
        })?;
        Ok(Self { manager, id })
    }
}
