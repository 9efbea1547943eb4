//! What is replaced in Python while plugins run: `threading.Thread.start` and its like, the
//! streams of `print`, the door of `logging`. Put in place before the first import, given back at
//! the end. Why they are wrapped at all: `docs/decisions/0002-wrapped-functions.md`.

use super::support::{BELONGINGS, IMPORTER, OUTPUT};
use crate::host::Level;
use crate::manager::Shared;
use lichtfeld_installer::process::Foreign;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// Puts the hooks in place, or renews those that somebody has replaced meanwhile. Cheap.
pub(super) fn install(py: Python<'_>, shared: &Shared) -> PyResult<()> {
    let importer = IMPORTER.get(py)?;
    let belongings = BELONGINGS.get(py)?;
    let owner_of = importer.getattr(intern!(py, "owner_of"))?;
    belongings.call_method1(intern!(py, "install"), (&owner_of,))?;
    guard_children(belongings)?;
    importer.setattr(
        intern!(py, "starts_something"),
        belongings.getattr(intern!(py, "look"))?,
    )?;
    importer.setattr(
        intern!(py, "thread_unit"),
        belongings.getattr(intern!(py, "unit_of_thread"))?,
    )?;
    // A worker's own output goes to its host as it is.
    if shared.host.keeps_logs() {
        return Ok(());
    }
    let shared = shared.clone();
    let keep = PyCFunction::new_closure(py, None, None, move |arguments, _| -> PyResult<()> {
        let py = arguments.py();
        let (key, level, text): (String, String, String) = arguments.extract()?;
        let level = match &*level {
            "error" => Level::Error,
            "warn" => Level::Warn,
            "info" => Level::Info,
            _ => Level::Debug,
        };
        py.detach(|| shared.printed(&key, level, &text));
        Ok(())
    })?;
    OUTPUT
        .get(py)?
        .call_method1(intern!(py, "install"), (owner_of, keep))?;
    Ok(())
}

/// Children of plugins end with this process, however it ends.
fn guard_children(belongings: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = belongings.py();
    let guard = PyCFunction::new_closure(py, None, None, |arguments, _| -> PyResult<()> {
        let (id, handle) = arguments.extract()?;
        arguments.py().detach(|| Foreign { id, handle }.guard());
        Ok(())
    })?;
    let unguard = PyCFunction::new_closure(py, None, None, |arguments, _| -> PyResult<()> {
        let (id, wait) = arguments.extract()?;
        let child = Foreign { id, handle: None };
        if wait {
            arguments.py().detach(|| child.unguard());
        } else {
            child.unguard_soon();
        }
        Ok(())
    })?;
    belongings.setattr(intern!(py, "guard"), guard)?;
    belongings.setattr(intern!(py, "unguard"), unguard)
}

/// Gives back what was replaced. Only where no plugin is left; errors are of no use to anybody.
pub fn uninstall(py: Python<'_>) {
    for support in [&OUTPUT, &BELONGINGS] {
        let given_back = support
            .get(py)
            .and_then(|module| module.call_method0(intern!(py, "uninstall")));
        if let Err(error) = given_back {
            error.write_unraisable(py, None);
        }
    }
}

/// Ends the child processes of all plugins by force.
pub(super) fn end_children(py: Python<'_>) {
    let ended = BELONGINGS
        .get(py)
        .and_then(|module| module.call_method0(intern!(py, "kill_children")));
    if let Err(error) = ended {
        error.write_unraisable(py, None);
    }
}

/// A reload of this version begins: nothing is carried over unless it says so again.
pub(super) fn begin_reload(unit: &Bound<'_, PyAny>) -> PyResult<()> {
    let belongings = BELONGINGS.get(unit.py())?;
    belongings
        .call_method1(intern!(unit.py(), "keep"), (unit,))
        .map(drop)
}

/// For `on_before_reload`: the threads, executors and child processes that this version of the
/// plugin has started go on over the reload, and belong to the version after it: they are freed
/// when that one is unloaded, and reported if they cannot be. Code that goes on is the old code.
///
/// Gives whether it is so. In a process of its own a plugin ends with the process: then, False, and
/// what runs is to be ended by `on_unload`. Raises RuntimeError where no plugin calls.
#[pyfunction]
pub fn carry_over(py: Python<'_>) -> PyResult<bool> {
    if super::current().is_none_or(|manager| manager.host().keeps_logs()) {
        return Ok(false);
    }
    BELONGINGS.get(py)?.call_method0(intern!(py, "carry"))?;
    Ok(true)
}

/// What a version of a plugin has started and forgot: freed, threads, processes.
pub(super) fn release(
    unit: &Bound<'_, PyAny>,
) -> PyResult<(Vec<String>, Vec<String>, Vec<String>)> {
    let py = unit.py();
    OUTPUT
        .get(py)?
        .call_method1(intern!(py, "finish"), (unit,))?;
    BELONGINGS
        .get(py)?
        .call_method1(intern!(py, "release"), (unit,))?
        .extract()
}
