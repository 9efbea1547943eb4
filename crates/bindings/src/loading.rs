//! `Loading`: a load that goes on by itself, for Python.

use crate::{convert, errors, gate};
use lichtfeld_runtime::{Error, Loading as Inner};
use pyo3::exceptions::{PyTimeoutError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::time::{Duration, Instant};

/// How often a waiting thread checks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// A load that is under way or has ended, as `load_async` returns it.
#[pyclass(module = "lichtfeld.plugins", frozen)]
pub(crate) struct Loading(pub(crate) Inner);

impl Loading {
    /// The load; `PluginForkedError` in a forked copy of the process, whose thread loads nothing.
    fn inner(&self, py: Python<'_>) -> PyResult<&Inner> {
        self.0
            .require_own_process()
            .map_err(|error| errors::to_python(py, &error))?;
        Ok(&self.0)
    }
}

/// Every method but `name` raises PluginForkedError in a forked copy of the process.
#[pymethods]
impl Loading {
    /// The plugin's name as the caller wrote it.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The state of the plugin now, or None for an unknown name.
    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let inner = self.inner(py)?;
        let state = gate::free(py, || inner.state())?;
        state.map(|state| convert::state(py, state)).transpose()
    }

    /// The step it is at or ended at: environment, dependencies, import, activation, complete; None
    /// before the first step.
    #[getter]
    fn stage(&self, py: Python<'_>) -> PyResult<Option<&'static str>> {
        Ok(self.inner(py)?.stage().map(|stage| stage.name()))
    }

    /// The last line of progress, for a person; empty before the first.
    #[getter]
    fn message(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.inner(py)?.message())
    }

    /// The progress from 0.0 to 1.0, by its steps. It never decreases, and is 1.0 only for a plugin that
    /// is active.
    #[getter]
    fn progress(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.inner(py)?.progress())
    }

    /// Returns whether it has ended.
    fn done(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.inner(py)?.is_done())
    }

    /// Returns whether it was cancelled.
    fn cancelled(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(matches!(
            self.inner(py)?.result(),
            Some(Err(error)) if matches!(*error, Error::Cancelled { .. })
        ))
    }

    /// Requests its end: installing ends within some tens of milliseconds, and a module that is being
    /// imported is finished first. Returns False if it has ended already.
    fn cancel(&self, py: Python<'_>) -> PyResult<bool> {
        let inner = self.inner(py)?;
        let goes_on = !inner.is_done();
        inner.cancel();
        Ok(goes_on)
    }

    /// Waits until it has ended, at most `timeout` seconds. Returns whether it has. The thread of a
    /// window uses `add_done_callback` instead.
    #[pyo3(signature = (timeout=None))]
    fn wait(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let inner = self.inner(py)?;
        let limit = timeout
            .map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)))
            .transpose()
            .map_err(|error| PyValueError::new_err(format!("timeout: {error}")))?;
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        loop {
            let left = deadline.map_or(LOOK, |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
            if gate::free(py, || inner.wait(Some(left.min(LOOK))))? {
                return Ok(true);
            }
            if left.is_zero() {
                return Ok(false);
            }
            py.check_signals()?;
        }
    }

    /// Returns what `load` returns: True if the plugin is active, False if it failed (see
    /// `get_error`). Waits at most `timeout` seconds.
    ///
    /// Raises what `load` raises, and TimeoutError if the load goes on.
    #[pyo3(signature = (timeout=None))]
    fn result(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        if !self.wait(py, timeout)? {
            return Err(PyTimeoutError::new_err(format!(
                "'{}' is still being loaded",
                self.0.name()
            )));
        }
        match self.0.result() {
            Some(Err(error)) => match *error {
                Error::Failed { .. } => Ok(false),
                _ => Err(errors::to_python(py, &error)),
            },
            _ => Ok(true),
        }
    }

    /// Calls `fn(loading)` when the load has ended: on the thread that loads, or at once if it has
    /// ended. An exception of `fn` is logged.
    fn add_done_callback(slf: &Bound<'_, Self>, r#fn: Py<PyAny>) -> PyResult<()> {
        let py = slf.py();
        if !r#fn.bind(py).is_callable() {
            return Err(PyTypeError::new_err("a callback must be callable"));
        }
        slf.get().inner(py)?;
        let this = slf.clone().unbind();
        gate::free(py, || {
            slf_inner(&this).on_end(move |_| {
                Python::attach(|py| {
                    if let Err(error) = r#fn.call1(py, (&this,)) {
                        errors::report(py, error, r#fn.bind(py));
                    }
                    drop((r#fn, this));
                });
            });
        })
    }

    fn __repr__(&self) -> String {
        if self.0.require_own_process().is_err() {
            return format!("<Loading {}: of another process>", self.0.name());
        }
        let stage = self.0.stage().map_or("waiting", |stage| stage.name());
        let end = if self.0.is_done() { ", done" } else { "" };
        format!("<Loading {}: {stage}{end}>", self.0.name())
    }
}

fn slf_inner(this: &Py<Loading>) -> Inner {
    this.get().0.clone()
}
