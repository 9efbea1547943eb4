//! The threads of a worker that run the host's calls: threads of Python, so that thread-local values
//! of a plugin last, and as many as there are calls at once.

use lichtfeld_engine::worker::channel::Request;
use parking_lot::{Condvar, Mutex};
use pyo3::prelude::*;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// The number of threads that wait for work at most.
const IDLE: usize = 4;

#[derive(Default)]
struct Queue {
    requests: VecDeque<Request>,
    idle: usize,
}

/// Requests that wait for a thread.
#[derive(Default)]
pub(crate) struct Calls {
    queue: Mutex<Queue>,
    arrived: Condvar,
    answer: OnceLock<Box<dyn Fn(Request) + Send + Sync>>,
}

impl Calls {
    /// Sets how a request is answered. Call this before the first thread is started.
    pub(crate) fn answer_by(&self, answer: impl Fn(Request) + Send + Sync + 'static) {
        let _ = self.answer.set(Box::new(answer));
    }

    pub(crate) fn put(&self, request: Request) {
        self.queue.lock().requests.push_back(request);
        self.arrived.notify_one();
    }

    /// Waits for the next request. Returns it, and whether no other thread waits for the one after it.
    fn take(&self) -> Option<(Request, bool)> {
        let mut queue = self.queue.lock();
        if queue.idle >= IDLE && queue.requests.is_empty() {
            return None;
        }
        queue.idle += 1;
        self.arrived
            .wait_while(&mut queue, |queue| queue.requests.is_empty());
        queue.idle -= 1;
        let alone = queue.idle == 0;
        queue.requests.pop_front().map(|request| (request, alone))
    }
}

/// The work of one thread, as Python's `threading` starts it.
#[pyclass(frozen, module = "lichtfeld.plugins")]
pub(crate) struct CallThread(Arc<Calls>);

#[pymethods]
impl CallThread {
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        while let Some((request, alone)) = py.detach(|| self.0.take()) {
            if alone {
                start(py, &self.0)?;
            }
            if let Some(answer) = self.0.answer.get() {
                py.detach(|| answer(request));
            }
        }
        Ok(())
    }
}

/// Starts one more thread.
///
/// # Errors
/// If Python cannot start it.
pub(crate) fn start(py: Python<'_>, calls: &Arc<Calls>) -> PyResult<()> {
    let options = pyo3::types::PyDict::new(py);
    options.set_item("target", Bound::new(py, CallThread(Arc::clone(calls)))?)?;
    options.set_item("daemon", true)?;
    options.set_item("name", "lichtfeld-call")?;
    py.import("threading")?
        .getattr("Thread")?
        .call((), Some(&options))?
        .call_method0("start")?;
    Ok(())
}
