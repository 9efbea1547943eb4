//! Threads that run plugins' code for the manager, as threads that Python knows.

use lichtfeld_engine::execution::host::Job;
use parking_lot::{Condvar, Mutex};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict};
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The process that has started threads, or 0. A forked copy of it has none of them.
static PROCESS: Mutex<u32> = Mutex::new(0);
/// How many threads are about to start another one.
static STARTING: Mutex<usize> = Mutex::new(0);
static STARTED_ONE: Condvar = Condvar::new();
/// Threads that were started, as Python's objects, until the next one is started after their end.
static RUNNING: Mutex<Vec<Py<PyAny>>> = Mutex::new(Vec::new());

/// A thread that starts another one. Dropped when it has left Python.
struct Starting;

impl Starting {
    fn begin() -> Self {
        *PROCESS.lock() = process::id();
        *STARTING.lock() += 1;
        Self
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        *STARTING.lock() -= 1;
        STARTED_ONE.notify_all();
    }
}

/// Waits until the threads that [`spawn`] has started have left Python, at most `limit` for all. The
/// interpreter must not end under them: their work has ended, but they still hold a state of it. Call
/// this without the GIL.
pub(super) fn wait_for_all(limit: Duration) {
    if *PROCESS.lock() != process::id() {
        return;
    }
    let deadline = Instant::now() + limit;
    let mut starting = STARTING.lock();
    while *starting > 0 && !STARTED_ONE.wait_until(&mut starting, deadline).timed_out() {}
    drop(starting);
    let threads = std::mem::take(&mut *RUNNING.lock());
    Python::attach(|py| {
        for thread in threads {
            let left = deadline.saturating_duration_since(Instant::now());
            // The calling thread may be one of them, which cannot wait for itself.
            let _ = thread.call_method1(py, "join", (left.as_secs_f64(),));
        }
    });
}

/// Starts `work`, without the GIL, on a `threading.Thread` with this name: it has one thread state
/// for all it does (thread-local values of a plugin last from its import to its `on_load`), is in
/// `threading.enumerate()`, and is a daemon, so that it cannot keep the application from ending.
///
/// If the thread cannot be started, `work` is dropped.
pub(super) fn spawn(name: String, work: Job) {
    // From a thread without a plugin on its stack: otherwise the new thread would belong to the
    // plugin whose code has caused it.
    let starting = Starting::begin();
    let start = move || {
        Python::attach(|py| {
            if let Err(error) = start(py, &name, work) {
                error.write_unraisable(py, None);
            }
        });
        drop(starting);
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
    let thread = py
        .import("threading")?
        .getattr("Thread")?
        .call((), Some(&options))?;
    thread.call_method0("start")?;
    remember(&thread);
    Ok(())
}

/// Keeps a thread for [`wait_for_all`], and forgets those that have ended.
fn remember(thread: &Bound<'_, PyAny>) {
    let py = thread.py();
    let mut known = std::mem::take(&mut *RUNNING.lock());
    let is_alive = |thread: &Py<PyAny>| {
        let answer = thread.call_method0(py, "is_alive");
        answer
            .and_then(|answer| answer.is_truthy(py))
            .unwrap_or(false)
    };
    known.retain(is_alive);
    known.push(thread.clone().unbind());
    RUNNING.lock().extend(known);
}
