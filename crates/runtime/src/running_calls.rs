//! Threads in which the manager calls a plugin's function right now, and how they are ended with the
//! process.
//!
//! The interpreter ends a thread that still runs Python code at its own end, in the middle of a Rust
//! frame too, which aborts the process. So an exception is raised in the thread before, which
//! Python code sees before its next bytecode.

use crate::bundled_modules::EXIT_HOOK;
use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use std::ffi::c_long;
use std::time::{Duration, Instant};

/// The interval between two exceptions, for code that catches everything.
const AGAIN: Duration = Duration::from_millis(50);

struct Entry {
    thread: u64,
    /// Whether an exception was raised in it that it may not have seen.
    raised: bool,
}

/// Changed with the GIL held alone, as exceptions are raised with the GIL held alone.
static RUNNING: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// Returns the number by which Python knows the calling thread.
pub(super) fn thread(py: Python<'_>) -> PyResult<u64> {
    py.import(intern!(py, "threading"))?
        .call_method0(intern!(py, "get_ident"))?
        .extract()
}

/// Raises an exception in a thread, before its next bytecode.
pub(super) fn raise_in(thread: u64, class: &Bound<'_, PyAny>) {
    // Python has the number as an unsigned long, the binding as a signed one; the bits are the same.
    // SAFETY: the GIL is held, as `class` shows; Python takes a reference of its own.
    unsafe { pyo3::ffi::PyThreadState_SetAsyncExc(thread as c_long, class.as_ptr()) };
}

/// Takes back an exception that was raised in the calling thread and may not have been seen.
/// Call this without a lock: it runs Python code.
///
/// Python can take one back itself, by raising a null one. But up to 3.12 the interpreter is then
/// left looking for an exception at every step, for ever, on all threads: slower, and under a
/// debugger of 3.11 without getting any further. So another exception replaces it, and is seen.
pub(super) fn take_back(py: Python<'_>, thread: u64) {
    let settled = EXIT_HOOK.get(py).and_then(|module| {
        raise_in(thread, &module.getattr(intern!(py, "Settled"))?);
        module.call_method0(intern!(py, "settle"))
    });
    // It may have been seen before `settle` could catch it.
    drop(settled);
}

/// Calls `function`, which is ended with the process.
pub(super) fn run<T>(py: Python<'_>, function: impl FnOnce() -> T) -> T {
    let Ok(thread) = thread(py) else {
        return function();
    };
    RUNNING.lock().push(Entry {
        thread,
        raised: false,
    });
    let result = function();
    let mine = {
        let mut running = RUNNING.lock();
        let entry = running.iter().rposition(|entry| entry.thread == thread);
        entry.map(|entry| running.remove(entry))
    };
    if mine.is_some_and(|entry| entry.raised) {
        take_back(py, thread);
    }
    result
}

/// Ends the functions that run on other threads, as far as possible within `limit`.
pub(super) fn end(limit: Duration) {
    let deadline = Instant::now() + limit;
    loop {
        let left = Python::attach(|py| {
            let me = thread(py)?;
            let class = EXIT_HOOK.get(py)?.getattr(intern!(py, "ProcessEnds"))?;
            let mut running = RUNNING.lock();
            let mut left = 0;
            for entry in running.iter_mut().filter(|entry| entry.thread != me) {
                raise_in(entry.thread, &class);
                entry.raised = true;
                left += 1;
            }
            PyResult::Ok(left)
        });
        if matches!(left, Ok(0) | Err(_)) || Instant::now() > deadline {
            return;
        }
        std::thread::sleep(AGAIN);
    }
}

/// Returns whether an exception is the one of [`end`].
pub(super) fn is_end(py: Python<'_>, error: &PyErr) -> bool {
    let class = EXIT_HOOK
        .get(py)
        .and_then(|module| module.getattr(intern!(py, "ProcessEnds")));
    class.is_ok_and(|class| error.is_instance(py, &class))
}
