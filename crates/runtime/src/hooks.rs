//! The functions of Python that are wrapped while plugins run: `threading.Thread.start` and its
//! like, the streams of `print`, and `logging`. They are wrapped before the first import and
//! restored at the end. `docs/decisions/0002-wrapped-functions.md` says why.

use crate::bundled_modules::{
    CHILD_PYTHON, CODE_VERSION, OUTPUT, PLUGIN_ENVIRONMENT, PLUGIN_LOADER, PROCESS_CHANGES, STARTED,
};
use crate::import_hook;
use crate::process_changes;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::{Role, Services};
use lichtfeld_system::process::AdoptedChild;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// Installs the hooks, and renews those that other code has replaced meanwhile. Cheap.
pub(super) fn install(py: Python<'_>, services: &Services) -> PyResult<()> {
    let loader = PLUGIN_LOADER.get(py)?;
    let started = STARTED.get(py)?;
    let owner_of = loader.getattr(intern!(py, "owner_of"))?;
    started.call_method1(intern!(py, "install"), (&owner_of,))?;
    guard_children(started)?;
    CODE_VERSION.get(py)?.setattr(
        intern!(py, "starts_something"),
        started.getattr(intern!(py, "wrap_new"))?,
    )?;
    loader.setattr(
        intern!(py, "code_version_of_thread"),
        started.getattr(intern!(py, "code_version_of_thread"))?,
    )?;
    // A worker's own output goes to its host as it is.
    if services.host.role() == Role::Worker {
        return Ok(());
    }
    process_changes::install(py)?;
    let services = services.clone();
    let keep = PyCFunction::new_closure(py, None, None, move |arguments, _| -> PyResult<()> {
        let py = arguments.py();
        let (key, level, text): (String, String, String) = arguments.extract()?;
        let level = match &*level {
            "error" => Level::Error,
            "warn" => Level::Warn,
            "info" => Level::Info,
            _ => Level::Debug,
        };
        py.detach(|| services.printed(&key, level, &text));
        Ok(())
    })?;
    OUTPUT
        .get(py)?
        .call_method1(intern!(py, "install"), (owner_of, keep))?;
    Ok(())
}

/// Kills the child processes of plugins after this process has ended, even after `kill -9`.
fn guard_children(started: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = started.py();
    let guard = PyCFunction::new_closure(py, None, None, |arguments, _| -> PyResult<()> {
        let (id, handle) = arguments.extract()?;
        arguments
            .py()
            .detach(|| AdoptedChild::new(id, handle).kill_on_exit());
        Ok(())
    })?;
    let unguard = PyCFunction::new_closure(py, None, None, |arguments, _| -> PyResult<()> {
        let (id, wait) = arguments.extract()?;
        let child = AdoptedChild::new(id, None);
        if wait {
            arguments.py().detach(|| child.release());
        } else {
            child.release_soon();
        }
        Ok(())
    })?;
    started.setattr(intern!(py, "guard"), guard)?;
    started.setattr(intern!(py, "unguard"), unguard)
}

/// Restores the wrapped functions. Call this only after the last plugin is unloaded; errors are
/// reported as unraisable.
pub fn uninstall(py: Python<'_>) {
    let supports = [
        &OUTPUT,
        &CHILD_PYTHON,
        &STARTED,
        &PROCESS_CHANGES,
        &PLUGIN_ENVIRONMENT,
    ];
    for support in supports {
        let restored = support
            .get(py)
            .and_then(|module| module.call_method0(intern!(py, "uninstall")));
        if let Err(error) = restored {
            error.write_unraisable(py, None);
        }
    }
    if let Err(error) = import_hook::uninstall(py) {
        error.write_unraisable(py, None);
    }
}

/// Ends the child processes of all plugins by force.
pub(super) fn end_children(py: Python<'_>) {
    let ended = STARTED
        .get(py)
        .and_then(|module| module.call_method0(intern!(py, "kill_children")));
    if let Err(error) = ended {
        error.write_unraisable(py, None);
    }
}

/// Begins a reload of this version: nothing is carried over unless the plugin asks again.
pub(super) fn begin_reload(code_version: &Bound<'_, PyAny>) -> PyResult<()> {
    let started = STARTED.get(code_version.py())?;
    started
        .call_method1(
            intern!(code_version.py(), "reset_carry_over"),
            (code_version,),
        )
        .map(drop)
}

/// For `on_before_reload`: the threads, executors and child processes that this version of the
/// plugin has started go on over the reload, and belong to the version after it: they are freed
/// when that one is unloaded, and reported if they cannot be. Code that goes on is the old code.
///
/// Returns True if so. Returns False in a process of the plugin's own, which ends with this version:
/// `on_unload` must then end what runs. Raises RuntimeError if the caller is not a plugin.
#[pyfunction]
pub fn carry_over(py: Python<'_>) -> PyResult<bool> {
    if crate::current_manager::current().is_none_or(|manager| manager.host().role() == Role::Worker)
    {
        return Ok(false);
    }
    STARTED.get(py)?.call_method0(intern!(py, "carry_over"))?;
    Ok(true)
}

/// Returns whether a version of a plugin has registered functions with `atexit`.
pub(super) fn has_at_exit(code_version: &Bound<'_, PyAny>) -> bool {
    let py = code_version.py();
    code_version
        .getattr(intern!(py, "changes"))
        .and_then(|changes| changes.call_method0(intern!(py, "has_at_exit")))
        .and_then(|has| has.is_truthy())
        .unwrap_or_default()
}

/// Calls the functions that a version of a plugin has registered with `atexit`, or passes them on to
/// its successor with all that it carries over. Returns a line for each that has failed.
pub(super) fn call_at_exit(code_version: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let py = code_version.py();
    let changes = code_version.getattr(intern!(py, "changes"))?;
    let successor = STARTED
        .get(py)?
        .call_method1(intern!(py, "takes_over"), (code_version,))?;
    if !successor.is_none() {
        let inherited = successor.getattr(intern!(py, "changes"))?;
        changes.call_method1(intern!(py, "pass_on"), (inherited,))?;
        return Ok(Vec::new());
    }
    changes.call_method0(intern!(py, "call_at_exit"))?.extract()
}

/// Frees what a version of a plugin has started and not ended. Returns what was freed, and the
/// threads and processes that still run.
pub(super) fn release(
    code_version: &Bound<'_, PyAny>,
) -> PyResult<(Vec<String>, Vec<String>, Vec<String>)> {
    let py = code_version.py();
    OUTPUT
        .get(py)?
        .call_method1(intern!(py, "finish"), (code_version,))?;
    STARTED
        .get(py)?
        .call_method1(intern!(py, "release"), (code_version,))?
        .extract()
}
