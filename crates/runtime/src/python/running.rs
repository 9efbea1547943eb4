//! Threads in which a plugin's function runs for us right now, and how they are ended with the
//! process.
//!
//! A thread that still runs Python code when the interpreter is taken down is ended by it in the
//! middle of everything, frames of ours included, which aborts the process. So it is asked to
//! leave before: by an exception, which Python's code sees before its next bytecode.

use super::support::ENDING;
use pyo3::intern;
use pyo3::prelude::*;
use std::ffi::c_long;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Between two exceptions for code that catches everything.
const AGAIN: Duration = Duration::from_millis(50);

struct Entry {
    thread: u64,
    /// An exception was raised in it that it may not have seen.
    raised: bool,
}

/// Changed with the GIL held alone, as exceptions are raised with the GIL held alone.
static RUNNING: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

fn running() -> MutexGuard<'static, Vec<Entry>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number by which Python knows the calling thread.
pub(super) fn thread(py: Python<'_>) -> PyResult<u64> {
    py.import(intern!(py, "threading"))?
        .call_method0(intern!(py, "get_ident"))?
        .extract()
}

/// Raises an exception in another thread; none takes back one that was not seen yet.
pub(super) fn raise_in(thread: u64, class: Option<&Bound<'_, PyAny>>) {
    let exception = class.map_or(std::ptr::null_mut(), Bound::as_ptr);
    // Python has the number as an unsigned long, the binding as a signed one; the bits are the same.
    // SAFETY: the GIL is held, as `class` shows or the caller's own `py`; Python takes a reference
    // of its own.
    unsafe { pyo3::ffi::PyThreadState_SetAsyncExc(thread as c_long, exception) };
}

/// Calls `function` as one that is ended with the process.
pub(super) fn run<T>(py: Python<'_>, function: impl FnOnce() -> T) -> T {
    let Ok(thread) = thread(py) else {
        return function();
    };
    running().push(Entry {
        thread,
        raised: false,
    });
    let result = function();
    let mut running = running();
    let entry = running.iter().rposition(|entry| entry.thread == thread);
    if entry.is_some_and(|entry| running.remove(entry).raised) {
        raise_in(thread, None);
    }
    result
}

/// Ends the functions that run on other threads, as far as that is possible within `limit`.
pub(super) fn end(limit: Duration) {
    let deadline = Instant::now() + limit;
    loop {
        let left = Python::attach(|py| {
            let me = thread(py)?;
            let class = ENDING.get(py)?.getattr(intern!(py, "ProcessEnds"))?;
            let mut running = running();
            let mut left = 0;
            for entry in running.iter_mut().filter(|entry| entry.thread != me) {
                raise_in(entry.thread, Some(&class));
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

/// Whether an exception is the one of [`end`].
pub(super) fn is_end(py: Python<'_>, error: &PyErr) -> bool {
    let class = ENDING
        .get(py)
        .and_then(|module| module.getattr(intern!(py, "ProcessEnds")));
    class.is_ok_and(|class| error.is_instance(py, &class))
}
