//! The main thread of a worker: a manager with one plugin, which does what the host asks.
//!
//! The main thread loads, draws and unloads, as the UI thread of an application would; calls of
//! functions run on threads of their own. The process ends when its host does.

use crate::worker::calls::{self, Calls};
use crate::worker::host_link::{HostLink, MainWork};
use crate::worker::host_watch;
use crate::worker::worker_side::WorkerSide;
use lichtfeld_engine::worker::channel::Channel;
use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long the end of the process waits until its last answers are read.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Serves the host on the socket with this number until the host ends the worker.
///
/// # Errors
/// `OSError` if the number is not that of a socket.
#[pyfunction]
#[pyo3(name = "_serve_worker")]
pub fn serve_worker(py: Python<'_>, socket: i32) -> PyResult<()> {
    if socket < 3 {
        return Err(PyOSError::new_err("only a host calls this"));
    }
    let os_error = |error: std::io::Error| PyOSError::new_err(error.to_string());
    // SAFETY: the host has put the socket there for this process, and no code has run yet that
    // could own it.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)
        .map_err(|error| os_error(error.into()))?;
    let (sender, works) = channel();
    let link = Arc::new(HostLink::new(sender));
    host_watch::watch(Arc::clone(&link)).map_err(os_error)?;
    let calls = Arc::<Calls>::default();
    let side = Arc::new(WorkerSide::new(Arc::clone(&link), Arc::clone(&calls)));
    let answering = Arc::clone(&side);
    calls.answer_by(move |request| answering.answer_now(request));
    calls::start(py, &calls)?;
    let receiver = Arc::clone(&side);
    let opened = Channel::open(UnixStream::from(socket), receiver).map_err(os_error)?;
    if !link.connect(opened) {
        return Err(PyRuntimeError::new_err("the worker runs already"));
    }
    py.detach(move || {
        run(&side, works);
        // The last answers.
        if let Some(channel) = link.channel() {
            channel.flush(LAST_ANSWERS);
        }
    });
    Ok(())
}

fn run(side: &WorkerSide, works: Receiver<MainWork>) {
    for work in works {
        match work {
            MainWork::Answer(request) => side.answer_now(request),
            MainWork::Run(job) => job(),
            MainWork::End => return,
        }
    }
}
