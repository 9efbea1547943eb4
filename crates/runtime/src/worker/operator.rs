//! An operator whose work is done in a worker, on its thread that draws.
//!
//! Whether it is at work the worker tells by itself, in the order of its answers, so that a button
//! need not ask. Whether it is possible is asked, and waited for as long as a frame is; a hanging
//! `poll` costs the host one such wait, and then a millisecond each time.

use crate::bundled_modules::{OPERATOR, TYPES};
use crate::python_operator::PythonOperator;
use crate::worker::process::Worker;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::registrations::operators::OperatorSource;
use lichtfeld_engine::worker::channel::{CallError, Pending};
use lichtfeld_engine::worker::message::{Ask, unpack};
use parking_lot::{Mutex, MutexGuard};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long an answer that is late already is waited for once more.
const LATE: Duration = Duration::from_millis(1);

/// Stands for an operator of a worker's plugin.
pub(crate) struct RemoteOperator {
    id: String,
    worker: Arc<Worker>,
    running: Arc<AtomicBool>,
    /// A `poll` that has not been answered yet.
    polling: Mutex<Option<Pending>>,
    /// What the last `poll` said. One that was never answered is not known to be possible.
    possible: AtomicBool,
}

impl RemoteOperator {
    pub(super) fn new(worker: Arc<Worker>, id: &str, running: Arc<AtomicBool>) -> Self {
        Self {
            id: id.to_owned(),
            worker,
            running,
            polling: Mutex::default(),
            possible: AtomicBool::new(false),
        }
    }

    fn polling(&self) -> MutexGuard<'_, Option<Pending>> {
        self.polling.lock()
    }

    fn late(&self, method: &str, waited: Duration) -> Failure {
        self.unresponsive(&format!("{method} of operator '{}'", self.id), waited)
    }

    fn unresponsive(&self, what: &str, waited: Duration) -> Failure {
        Failure::new(
            FailureKind::Unresponsive,
            Stage::Complete,
            format!(
                "plugin '{}': {what} has not answered for {:.1} s",
                self.worker.owner.key,
                waited.as_secs_f64()
            ),
        )
        .with_hint("wait, or unload the plugin: that ends its process")
    }

    /// Asks for `poll` and waits. None where no answer has come by then; the question stays.
    fn ask_poll(&self, limit: Duration) -> Result<Option<bool>, Failure> {
        let taken = self.polling().take();
        let pending = match taken {
            Some(pending) => pending,
            None => self.worker.begin(&Ask::PollOperator {
                id: self.id.clone(),
            })?,
        };
        match pending.wait(limit, &mut || self.worker.serve()) {
            Ok(Ok(body)) => {
                let possible = unpack::<bool>(&body).is_ok_and(|(possible, _)| possible);
                self.possible.store(possible, Ordering::Release);
                Ok(Some(possible))
            }
            Ok(Err(body)) => Err(crate::worker::process::failure_in(&body)),
            Err(CallError::TimedOut(_)) => {
                *self.polling() = Some(pending);
                Ok(None)
            }
            Err(_) => Err(self.worker.gone()),
        }
    }

    fn step<'py>(
        &self,
        py: Python<'py>,
        what: &Bound<'py, pyo3::types::PyString>,
        given: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(peer) = self.worker.peer.get() else {
            return Ok(None);
        };
        let limit = self.worker.services.workers.operator;
        let ended = OPERATOR
            .get(py)?
            .call_method1(intern!(py, "ask"), (peer, limit, what, &self.id, given))?;
        if ended.is_none() {
            return Ok(None);
        }
        let (status, data): (Bound<'py, PyAny>, Bound<'py, PyAny>) = ended.extract()?;
        let class = TYPES.get(py)?.getattr(intern!(py, "OperatorResult"))?;
        class.call1((status, data)).map(Some)
    }
}

impl PythonOperator for RemoteOperator {
    fn invoke<'py>(
        &self,
        py: Python<'py>,
        properties: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.step(py, intern!(py, "invoke"), properties.as_any())? {
            Some(result) => Ok(result),
            None => Ok(py.None().into_bound(py)),
        }
    }

    fn modal<'py>(
        &self,
        py: Python<'py>,
        event: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if !self.is_running() {
            return Ok(None);
        }
        let class = TYPES.get(py)?.getattr(intern!(py, "Event"))?;
        // One of the host's own kind stays here, and is asked from there.
        let given = if event.is_instance(&class)? {
            event.getattr(intern!(py, "__dict__"))?
        } else {
            event.clone()
        };
        self.step(py, intern!(py, "modal"), &given)
    }
}

impl OperatorSource for RemoteOperator {
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        Some(Box::new(self as Arc<dyn PythonOperator>))
    }

    fn poll(&self) -> bool {
        if self.trouble().is_some() {
            return false;
        }
        let limit = match &*self.polling() {
            Some(_) => LATE,
            None => self.worker.services.workers.draw,
        };
        match self.ask_poll(limit) {
            Ok(Some(possible)) => possible,
            Ok(None) => self.possible.load(Ordering::Acquire),
            Err(_) => false,
        }
    }

    fn check(&self) -> Result<bool, Failure> {
        if let Some(trouble) = self.trouble() {
            return Err(trouble);
        }
        let limit = self.worker.services.workers.silence;
        self.ask_poll(limit)?
            .ok_or_else(|| self.late("poll()", limit))
    }

    fn is_running(&self) -> bool {
        self.running.load(Ordering::Acquire) && self.worker.death().is_none()
    }

    fn cancel(&self) -> Result<bool, Failure> {
        if let Some(trouble) = self.trouble() {
            return Err(trouble);
        }
        if !self.is_running() {
            return Ok(false);
        }
        let asked = self.worker.begin(&Ask::CancelOperator {
            id: self.id.clone(),
        })?;
        let limit = self.worker.services.workers.silence;
        match asked.wait(limit, &mut || self.worker.serve()) {
            Ok(Ok(body)) => Ok(unpack::<bool>(&body).is_ok_and(|(was, _)| was)),
            Ok(Err(body)) => Err(crate::worker::process::failure_in(&body)),
            Err(CallError::TimedOut(_)) => Err(self.late("cancel()", limit)),
            Err(_) => Err(self.worker.gone()),
        }
    }

    fn removed(&self) {
        if self.is_running() {
            // Not waited for: this may be the thread that reads the answers.
            let _ = self.worker.begin(&Ask::CancelOperator {
                id: self.id.clone(),
            });
        }
    }

    fn trouble(&self) -> Option<Failure> {
        if self.worker.death().is_some() {
            return Some(self.worker.gone());
        }
        let limit = self.worker.services.workers.silence;
        let asked = self.polling().as_ref().map(Pending::age);
        if let Some(age) = asked.filter(|age| *age >= limit) {
            // It may have been answered meanwhile, and nobody has looked.
            let answered = matches!(self.ask_poll(Duration::ZERO), Ok(Some(_)) | Err(_));
            return (!answered).then(|| self.late("poll()", age));
        }
        self.worker
            .is_silent()
            .then(|| self.unresponsive("its process", limit))
    }
}
