//! What plugins change in the whole process: the part of `process_changes.py` that needs C.

use crate::bundled_modules::{
    OUTPUT, PLUGIN_ENVIRONMENT, PLUGIN_LOADER, PROCESS_CHANGES, PROCESS_SETTINGS,
};
use lichtfeld_system::process::{hide_variable, show_variable};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;
use std::ffi::{OsString, c_int, c_void};

/// Begins to record what plugins change. Cheap if it is recorded already.
///
/// # Errors
/// If the bundled modules cannot be run.
pub(super) fn install(py: Python<'_>) -> PyResult<()> {
    let changes = PROCESS_CHANGES.get(py)?;
    if changes
        .call_method0(intern!(py, "is_installed"))?
        .is_truthy()?
    {
        return Ok(());
    }
    PROCESS_SETTINGS.get(py)?.setattr(
        intern!(py, "unwrapped"),
        OUTPUT.get(py)?.getattr(intern!(py, "unwrapped"))?,
    )?;
    let later = PyCFunction::new_closure(py, None, None, |arguments, _| -> PyResult<()> {
        let (function,): (Bound<'_, PyAny>,) = arguments.extract()?;
        on_main_thread(function);
        Ok(())
    })?;
    watch_environment(py)?;
    changes.setattr(intern!(py, "on_main_thread"), later)?;
    changes.call_method0(intern!(py, "install")).map(drop)
}

/// Hides what plugins set in the environment from what this system starts and downloads.
fn watch_environment(py: Python<'_>) -> PyResult<()> {
    let hide = PyCFunction::new_closure(py, None, None, |arguments, _| -> PyResult<()> {
        let (name, before): (OsString, Option<OsString>) = arguments.extract()?;
        hide_variable(name, before);
        Ok(())
    })?;
    let show = PyCFunction::new_closure(py, None, None, |arguments, _| -> PyResult<()> {
        let (name,): (OsString,) = arguments.extract()?;
        show_variable(&name);
        Ok(())
    })?;
    let environment = PLUGIN_ENVIRONMENT.get(py)?;
    environment.setattr(intern!(py, "hide"), hide)?;
    environment.setattr(intern!(py, "show"), show)?;
    let owner_of = PLUGIN_LOADER.get(py)?.getattr(intern!(py, "owner_of"))?;
    environment
        .call_method1(intern!(py, "install"), (owner_of,))
        .map(drop)
}

/// Calls a Python function on the main thread, before the next bytecode there. A signal handler can
/// be set from there only. Does nothing if 32 such calls are waiting.
fn on_main_thread(function: Bound<'_, PyAny>) {
    let py = function.py();
    let argument = function.unbind().into_ptr();
    // SAFETY: the argument is a reference that `run` owns from now on.
    let added = unsafe { pyo3::ffi::Py_AddPendingCall(Some(run), argument.cast()) };
    if added != 0 {
        // SAFETY: nothing has taken the reference.
        drop(unsafe { Bound::from_owned_ptr(py, argument) });
    }
}

extern "C" fn run(argument: *mut c_void) -> c_int {
    Python::attach(|py| {
        // SAFETY: the reference of `on_main_thread`, which is used once.
        let function = unsafe { Bound::from_owned_ptr(py, argument.cast()) };
        if let Err(error) = function.call0() {
            error.write_unraisable(py, None);
        }
    });
    0
}
