//! `lichtfeld.ui.schedule_on_ui_thread`: results of a thread come to the thread that draws.

use crate::current_manager::require_current;
use crate::{calling_plugin, layout, ui_thread};
use lichtfeld_engine::Manager;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::ledger::{EntryId, Ledger, Owner};
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::sync::Arc;

/// Calls `fn(*args)` on the UI thread, and returns a `concurrent.futures.Future` of its result at
/// once. May be called from any thread.
///
/// In a program without a window the function is called at once, or after the scheduled call that
/// runs now. An exception is in the future, and in the plugin's log. If the plugin is unloaded
/// before, or the application's loop has ended, the future is cancelled and the function is not
/// called. Do not wait for the future on the UI thread itself: it would wait for ever.
#[pyfunction]
#[pyo3(signature = (r#fn, *args, **kwargs))]
pub(super) fn schedule_on_ui_thread<'py>(
    py: Python<'py>,
    r#fn: &Bound<'py, PyAny>,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    if !r#fn.is_callable() {
        return Err(PyTypeError::new_err(format!(
            "schedule_on_ui_thread takes a function and its arguments, not {fn}; write \
             schedule_on_ui_thread(f, 1), not schedule_on_ui_thread(f(1))"
        )));
    }
    let manager = require_current()?;
    let owner = calling_plugin::of_object(r#fn)?;
    let future = py
        .import("concurrent.futures")?
        .getattr("Future")?
        .call0()?;
    let call = Call {
        function: r#fn.clone().unbind(),
        args: args.clone().unbind(),
        kwargs: kwargs.map(|kwargs| kwargs.clone().unbind()),
        future: future.clone().unbind(),
        plugin: owner.as_ref().map(|owner| owner.key.clone()),
    };
    let scheduled = Scheduled {
        call: Some(call),
        waits: owner.map(|owner| cancelled_with(&manager, owner, r#fn, &future)),
        ledger: Arc::clone(manager.ledger()),
    };
    py.detach(|| ui_thread::schedule(&manager, Box::new(move || scheduled.run())));
    Ok(future)
}

/// A call on its way to the UI thread.
struct Scheduled {
    /// `None` once it is done.
    call: Option<Call>,
    waits: Option<EntryId>,
    ledger: Arc<Ledger>,
}

impl Scheduled {
    fn run(mut self) {
        let call = self.call.take();
        Python::attach(|py| {
            if let Some(call) = &call
                && let Err(error) = call.run(py)
            {
                error.write_unraisable(py, None);
            }
            drop(call);
        });
    }
}

impl Drop for Scheduled {
    fn drop(&mut self) {
        // An application whose loop has ended drops the job: nobody may wait for it for ever.
        if let Some(call) = self.call.take() {
            Python::try_attach(|py| {
                if let Err(error) = call.future.call_method0(py, "cancel") {
                    error.write_unraisable(py, None);
                }
                drop(call);
            });
        }
        if let Some(entry) = self.waits.take() {
            self.ledger.forget(entry);
        }
    }
}

/// Records that the future is cancelled when this version of the plugin is removed.
fn cancelled_with(
    manager: &Manager,
    owner: Owner,
    function: &Bound<'_, PyAny>,
    future: &Bound<'_, PyAny>,
) -> EntryId {
    let name = function
        .getattr_opt("__qualname__")
        .ok()
        .flatten()
        .map_or_else(|| "a function".to_owned(), |name| name.to_string());
    let future = future.clone().unbind();
    let what = format!("call of {name} on the UI thread");
    manager.ledger().record(owner, what, move || {
        Python::attach(|py| {
            if let Err(error) = future.call_method0(py, "cancel") {
                error.write_unraisable(py, None);
            }
            drop(future);
        });
    })
}

struct Call {
    function: Py<PyAny>,
    args: Py<PyTuple>,
    kwargs: Option<Py<PyDict>>,
    future: Py<PyAny>,
    /// The normalised name of the plugin whose log receives an exception.
    plugin: Option<String>,
}

impl Call {
    fn run(&self, py: Python<'_>) -> PyResult<()> {
        let future = self.future.bind(py);
        if !future
            .call_method0("set_running_or_notify_cancel")?
            .is_truthy()?
        {
            return Ok(());
        }
        let kwargs = self.kwargs.as_ref().map(|kwargs| kwargs.bind(py));
        match self.function.bind(py).call(self.args.bind(py), kwargs) {
            Ok(result) => future.call_method1("set_result", (result,))?,
            Err(error) => {
                // SystemExit and the like are for the waiting caller, not for the log.
                if error.is_instance_of::<PyException>(py)
                    && let Some(manager) = crate::current_manager::current()
                {
                    let text = layout::traceback_of(py, &error);
                    let text = format!("a call on the UI thread failed\n{text}");
                    let plugin = self.plugin.as_deref();
                    py.detach(|| manager.log(plugin, Level::Error, &text));
                }
                future.call_method1("set_exception", (error.into_value(py),))?
            }
        };
        Ok(())
    }
}
