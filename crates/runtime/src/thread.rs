//! Threads that run plugins' code for the manager, as threads that Python knows.

use lichtfeld_engine::execution::host::Job;
use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict};
use std::sync::Arc;

/// Starts `work`, without the GIL, on a `threading.Thread` with this name: it has one thread state
/// for all it does (thread-local values of a plugin last from its import to its `on_load`), is in
/// `threading.enumerate()`, and is a daemon, so that it cannot keep the application from ending.
///
/// If the thread cannot be started, `work` is dropped.
pub(super) fn spawn(name: String, work: Job) {
    // From a thread without a plugin on its stack: otherwise the new thread would belong to the
    // plugin whose code has caused it.
    let start = move || {
        Python::attach(|py| {
            if let Err(error) = start(py, &name, work) {
                error.write_unraisable(py, None);
            }
        });
    };
    let builder = std::thread::Builder::new().name("lichtfeld-spawn".into());
    drop(builder.spawn(start));
}

fn start(py: Python<'_>, name: &str, work: Job) -> PyResult<()> {
    let work = Arc::new(Mutex::new(Some(work)));
    let take = {
        let work = Arc::clone(&work);
        move || work.lock().take()
    };
    let started = start_thread(py, name, take);
    if started.is_err() {
        // The manager waits for the end of the work, and the exception may keep the thread's object
        // alive.
        let dropped = work.lock().take();
        py.detach(|| drop(dropped));
    }
    started
}

fn start_thread(
    py: Python<'_>,
    name: &str,
    take: impl Fn() -> Option<Job> + Send + Sync + 'static,
) -> PyResult<()> {
    let target = PyCFunction::new_closure(py, None, None, move |args, _| {
        let work = take();
        args.py().detach(|| {
            if let Some(work) = work {
                work();
            }
        });
    })?;
    let options = PyDict::new(py);
    options.set_item("target", target)?;
    options.set_item("name", name)?;
    options.set_item("daemon", true)?;
    py.import("threading")?
        .getattr("Thread")?
        .call((), Some(&options))?
        .call_method0("start")?;
    Ok(())
}
