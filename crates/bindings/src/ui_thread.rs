//! The UI thread of a Python application, and its own way to run a function there.

use crate::{errors, gate};
use lichtfeld_runtime::Job;
use parking_lot::{Mutex, RwLock};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, ThreadId};

struct UiThread {
    id: ThreadId,
    post: Py<PyAny>,
}

static UI: RwLock<Option<UiThread>> = RwLock::new(None);
/// The process that has a UI thread, or 0. A forked copy has none, and its copy of the lock may be
/// held for ever by a thread that it does not have.
static PROCESS: AtomicU32 = AtomicU32::new(0);

fn is_set() -> bool {
    PROCESS.load(Ordering::Acquire) == process::id()
}

/// Whether the calling thread is the UI thread; true if there is none.
pub(crate) fn is_here() -> bool {
    !is_set() || (UI.read().as_ref()).is_none_or(|ui| ui.id == thread::current().id())
}

/// Gives the job to the application, or runs it at once if there is no UI thread.
pub(crate) fn run(job: Job) {
    let Some(post) = post() else {
        return job();
    };
    Python::attach(|py| {
        let post = post.into_bound(py);
        let job = Arc::new(Mutex::new(Some(job)));
        if let Err(error) = give(&post, &job) {
            // The exception may keep the function alive, and with it the job.
            let job = job.lock().take();
            py.detach(|| drop(job));
            errors::report(py, error, &post);
        }
    });
}

fn post() -> Option<Py<PyAny>> {
    if !is_set() {
        return None;
    }
    Python::attach(|py| (UI.read().as_ref()).map(|ui| ui.post.clone_ref(py)))
}

fn give(post: &Bound<'_, PyAny>, job: &Arc<Mutex<Option<Job>>>) -> PyResult<()> {
    let job = Arc::clone(job);
    let function = PyCFunction::new_closure(post.py(), None, None, move |arguments, _| {
        let job = job.lock().take();
        gate::free(arguments.py(), || {
            if let Some(job) = job {
                job();
            }
        })
    })?;
    post.call1((function,)).map(drop)
}

/// Makes the calling thread the UI thread, or takes it back.
pub(crate) fn set(py: Python<'_>, post: Option<Py<PyAny>>) {
    let ui = post.map(|post| UiThread {
        id: thread::current().id(),
        post,
    });
    let process = if ui.is_some() { process::id() } else { 0 };
    // Without the GIL: whoever reads may wait for it.
    let old = py.detach(|| {
        let mut current = UI.write();
        PROCESS.store(process, Ordering::Release);
        std::mem::replace(&mut *current, ui)
    });
    // After the lock: its end may run Python code.
    drop(old);
}

/// Makes the calling thread the UI thread of the application. Call this on it, before or after the
/// manager is made.
///
/// `post(job)` is the application's own way to run a function on that thread: it must return at once
/// and call `job()` there soon. It is called on any thread. From now on `schedule_on_ui_thread`,
/// reloads after a save, the function of `set_change_handler` and capabilities with `requires_gui` run
/// on the UI thread. If `post` raises, the application's log says so, and the job is not done.
///
/// A second call replaces the first; None takes it back, and `shutdown()` does so too. Then such work
/// runs at once on the thread that asks for it, as in a program without a window. In forked copies of
/// the process it always does.
///
/// Raises TypeError if `post` cannot be called.
#[pyfunction]
pub(crate) fn set_ui_thread(py: Python<'_>, post: Option<Bound<'_, PyAny>>) -> PyResult<()> {
    if let Some(post) = &post
        && !post.is_callable()
    {
        return Err(PyTypeError::new_err(format!(
            "set_ui_thread takes a function that runs a job on this thread, not {post}"
        )));
    }
    set(py, post.map(Bound::unbind));
    Ok(())
}
