//! The end of the process: a hook of Python's that ends the manager before threads are joined.

use crate::bundled_modules::{EXIT_HOOK, STARTED};
use crate::current_manager::current;
use crate::running_calls;
use crate::thread;
use lichtfeld_engine::Manager;
use lichtfeld_engine::manager::shutdown::Afterwards;
use lichtfeld_engine::model::level::Level;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How long the end of the interpreter waits for threads of the manager to leave it.
const THREADS: Duration = Duration::from_secs(2);

/// Installs the hook that ends the current manager with the process.
pub(super) fn install(py: Python<'_>) -> PyResult<()> {
    let end = PyCFunction::new_closure(py, None, None, |arguments, _| {
        let py = arguments.py();
        // A panic here would interrupt the interpreter's own shutdown.
        let ended = || {
            end();
            thread::wait_for_all(THREADS);
        };
        let _ = py.detach(|| catch_unwind(AssertUnwindSafe(ended)));
    })?;
    let ending = EXIT_HOOK.get(py)?;
    ending.call_method1(intern!(py, "install"), (end,))?;
    let started = STARTED.get(py)?;
    started.setattr(
        intern!(py, "starters_changed"),
        ending.getattr(intern!(py, "renew"))?,
    )?;
    started.setattr(
        intern!(py, "left_running"),
        ending.getattr(intern!(py, "leave"))?,
    )
}

/// Ends a manager at the end of the application: loads and installations under way are ended, the
/// watcher stops, and all plugins are unloaded. Nothing is loaded after that.
pub fn end_manager(manager: &Manager) {
    manager.begin_end(Afterwards::GoesOn);
    running_calls::end(manager.timeouts().unload);
    manager.end();
}

fn end() {
    let Some(manager) = current() else {
        return;
    };
    manager.begin_end(Afterwards::ProcessEnds);
    running_calls::end(manager.timeouts().unload);
    manager.end();
    match Python::attach(|py| end_threads(py, &manager)) {
        Ok(left) if left.is_empty() => {}
        Ok(left) => {
            let left = left.join("', '");
            manager.end_by_force(
                None,
                &format!("the thread '{left}' of a plugin does not end"),
            );
        }
        Err(error) => manager.log(None, Level::Warn, &error.to_string()),
    }
}

fn end_threads(py: Python<'_>, manager: &Manager) -> PyResult<Vec<String>> {
    let class = EXIT_HOOK
        .get(py)?
        .getattr(intern!(py, "ProcessEnds"))?
        .unbind();
    let raise_in = PyCFunction::new_closure(py, None, None, move |arguments, _| -> PyResult<()> {
        let py = arguments.py();
        let (thread,): (u64,) = arguments.extract()?;
        running_calls::raise_in(thread, class.bind(py));
        Ok(())
    })?;
    EXIT_HOOK
        .get(py)?
        .call_method1(
            intern!(py, "end_threads"),
            (manager.timeouts().unload.as_secs_f64(), raise_in),
        )?
        .extract()
}
