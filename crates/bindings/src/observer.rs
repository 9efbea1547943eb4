//! The callbacks of a `load` call, on the caller's thread.

use lichtfeld_runtime::{Observer, Stage};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

/// `on_progress(message)`, `on_stage(phase, detail)`, `should_cancel() -> bool`.
///
/// An exception of a callback is reported, and the load goes on. One that is not an `Exception`
/// (Ctrl-C, `SystemExit`) cancels the load, and is raised when the load has ended.
#[derive(Default)]
pub(crate) struct Callbacks {
    pub(crate) on_progress: Option<Py<PyAny>>,
    pub(crate) on_stage: Option<Py<PyAny>>,
    pub(crate) should_cancel: Option<Py<PyAny>>,
    pub(crate) interrupted: Option<PyErr>,
}

impl Callbacks {
    fn called<T>(&mut self, py: Python<'_>, result: PyResult<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) if error.is_instance_of::<PyException>(py) => {
                error.write_unraisable(py, None);
                None
            }
            Err(error) => {
                self.interrupted.get_or_insert(error);
                None
            }
        }
    }
}

impl Observer for Callbacks {
    fn progress(&mut self, message: &str) {
        Python::attach(|py| {
            if let Some(callback) = &self.on_progress {
                let result = callback.call1(py, (message,));
                self.called(py, result);
            }
        });
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        Python::attach(|py| {
            if let Some(callback) = &self.on_stage {
                let result = callback.call1(py, (stage.name(), detail));
                self.called(py, result);
            }
        });
    }

    fn should_cancel(&mut self) -> bool {
        Python::attach(|py| {
            let signals = py.check_signals();
            self.called(py, signals);
            if self.interrupted.is_some() {
                return true;
            }
            let Some(callback) = &self.should_cancel else {
                return false;
            };
            let asked = callback
                .bind(py)
                .call0()
                .and_then(|answer| answer.is_truthy());
            self.called(py, asked).unwrap_or(false) || self.interrupted.is_some()
        })
    }
}
