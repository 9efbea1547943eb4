//! The threads of a worker that run the host's calls: Python's own threads, so that what a plugin
//! keeps per thread lasts, and as many as there are calls at once.

use lichtfeld_engine::worker::channel::Request;
use parking_lot::{Condvar, Mutex};
use pyo3::prelude::*;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// More threads than this do not wait for work.
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
    /// Says how a request is answered; before the first thread is started.
    pub(crate) fn answer_by(&self, answer: impl Fn(Request) + Send + Sync + 'static) {
        let _ = self.answer.set(Box::new(answer));
    }

    pub(crate) fn put(&self, request: Request) {
        self.queue.lock().requests.push_back(request);
        self.arrived.notify_one();
    }

    /// The next request; and whether nobody is left to take the one after it.
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

/// One thread's work, as Python's `threading` starts it.
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
/// Where Python cannot.
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
