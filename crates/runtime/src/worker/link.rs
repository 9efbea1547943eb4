//! How `remote.py` reaches the other process.

use crate::bundled_modules::{ANSWERING, OPERATOR, REMOTE, REMOTE_ERRORS, SHARED};
use crate::exception::plugin_error;
use crate::worker::pickle_check::{self, Refused};
use crate::worker::recorded_calls::{ReadCalls, RecordedCalls};
use crate::worker::waiting;
use lichtfeld_engine::error::failure::FailureKind;
use lichtfeld_engine::worker::body::Body;
use lichtfeld_engine::worker::channel::{Answer, CallError, Channel};
use lichtfeld_engine::worker::wire::Topic;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::time::Duration;

/// The other process, as Python code asks it.
#[pyclass(frozen, module = "lichtfeld.plugins")]
pub(crate) struct Link {
    channel: Arc<Channel>,
    limit: Duration,
    plugin: String,
    /// The id of the other process, if known.
    process: Option<u32>,
    /// Whether the other process is the application, and not a plugin's.
    is_application: bool,
}

impl Link {
    /// The way from a worker to its application, whose functions go on after `limit`.
    pub(crate) fn to_application(channel: Arc<Channel>, limit: Duration, plugin: &str) -> Self {
        Self {
            channel,
            limit,
            plugin: plugin.to_owned(),
            process: Some(std::os::unix::process::parent_id()),
            is_application: true,
        }
    }

    /// The way from an application to a worker.
    pub(crate) fn to_plugin(
        channel: Arc<Channel>,
        process: Option<u32>,
        limit: Duration,
        plugin: &str,
    ) -> Self {
        Self {
            channel,
            limit,
            plugin: plugin.to_owned(),
            process,
            is_application: false,
        }
    }

    fn error(&self, py: Python<'_>, error: &CallError) -> PyErr {
        let class = match error {
            CallError::TimedOut(_) | CallError::Unread(_) => "PluginTimeoutError",
            CallError::TooLarge(_) => "PluginLimitError",
            CallError::Forked => "PluginForkedError",
            _ => "PluginCrashedError",
        };
        self.exception(py, class, &format!("plugin '{}': {error}", self.plugin))
    }

    fn exception(&self, py: Python<'_>, class: &str, message: &str) -> PyErr {
        let made = py
            .import("lfs_plugins.errors")
            .and_then(|errors| errors.getattr(class))
            .and_then(|class| class.call1((message,)));
        match made {
            Ok(exception) => PyErr::from_value(exception),
            // A host without the Python packages of this project.
            Err(_) => pyo3::exceptions::PyConnectionError::new_err(message.to_owned()),
        }
    }
}

#[pymethods]
impl Link {
    /// Asks and waits. Returns whether that succeeded, the answer, and the numbers of the files that
    /// came with it, which the caller owns. The files that are sent are closed here. `question` is what
    /// the body says, for the error.
    #[pyo3(signature = (body, files, question=None))]
    fn call<'py>(
        &self,
        py: Python<'py>,
        body: &[u8],
        files: Vec<RawFd>,
        question: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Answered<'py>> {
        self.ask(py, Topic::Python, body, files, self.limit)
            .map_err(|failed| match failed {
                Failed::Call(CallError::TimedOut(_)) if self.is_application => {
                    self.overdue(py, question)
                }
                other => self.raised(py, other),
            })
    }

    /// As `call`, but answered by the thread of the other process that draws, within these seconds.
    fn operate<'py>(
        &self,
        py: Python<'py>,
        body: &[u8],
        files: Vec<RawFd>,
        limit: Duration,
    ) -> PyResult<Answered<'py>> {
        self.ask(py, Topic::Operator, body, files, limit)
            .map_err(|failed| self.raised(py, failed))
    }

    /// Raises `PluginForkedError` in a forked child of the process that the connection belongs to.
    fn refuse_in_a_fork(&self, py: Python<'_>) -> PyResult<()> {
        if self.channel.is_forked() {
            return Err(self.error(py, &CallError::Forked));
        }
        Ok(())
    }

    /// The longest message, in bytes.
    fn longest(&self) -> u64 {
        self.channel.max_body()
    }

    /// Checks what was received. Returns where its pickle and its buffers are, as pairs of offset
    /// and length.
    ///
    /// Raises PluginLimitError where a bound is exceeded, pickle.UnpicklingError for what may not be
    /// read.
    fn parts(&self, py: Python<'_>, body: &[u8]) -> PyResult<Vec<(usize, usize)>> {
        let most = self.channel.max_body();
        py.detach(|| pickle_check::parts(body, most))
            .map_err(|refused| match refused {
                Refused::Bound(what) => self.exception(
                    py,
                    "PluginLimitError",
                    &format!("plugin '{}': {what}", self.plugin),
                ),
                Refused::Forbidden(what) => {
                    let class = py
                        .import("pickle")
                        .and_then(|pickle| pickle.getattr("UnpicklingError"))
                        .and_then(|class| class.call1((what,)));
                    class.map_or_else(|error| error, PyErr::from_value)
                }
            })
    }

    /// Makes what keeps calls until they are sent.
    fn recorded_calls(&self) -> RecordedCalls {
        RecordedCalls::default()
    }

    /// Reads calls that the other process has recorded. Raises TypeError, and while they are read
    /// ValueError, for what it cannot have recorded.
    fn read_calls(
        &self,
        calls: Bound<'_, PyBytes>,
        targets: &Bound<'_, PyList>,
        names: &Bound<'_, PyList>,
        others: &Bound<'_, PyList>,
    ) -> ReadCalls {
        ReadCalls::new(calls, targets.len(), names.len(), others)
    }

    /// Sends a notice, which is not answered.
    fn notify(&self, py: Python<'_>, body: &[u8]) {
        let body = body.to_vec();
        py.detach(|| self.channel.notify(Topic::Python, body));
    }
}

/// Whether it succeeded, the answer, and the files that came with it.
type Answered<'py> = (bool, Bound<'py, PyBytes>, Vec<RawFd>);

/// Why a question has no answer.
enum Failed {
    Call(CallError),
    /// A handler of a signal has raised this, for example KeyboardInterrupt.
    Signal(PyErr),
}

impl Link {
    /// Asks and waits.
    fn ask<'py>(
        &self,
        py: Python<'py>,
        topic: Topic,
        body: &[u8],
        files: Vec<RawFd>,
        limit: Duration,
    ) -> Result<Answered<'py>, Failed> {
        let body = Body {
            bytes: body.to_vec(),
            files: owned(files),
        };
        let mut interrupted = None;
        let answer = py.detach(|| {
            waiting::call(&self.channel, self.process, topic, body, limit, &mut || {
                Python::attach(|py| match py.check_signals() {
                    Ok(()) => true,
                    Err(error) => {
                        interrupted = Some(error);
                        false
                    }
                })
            })
        });
        match answer {
            Ok(Ok(body)) => Ok((true, PyBytes::new(py, &body), numbers(body.files))),
            Ok(Err(body)) => Ok((false, PyBytes::new(py, &body), numbers(body.files))),
            Err(error) => Err(interrupted.map_or(Failed::Call(error), Failed::Signal)),
        }
    }

    fn raised(&self, py: Python<'_>, failed: Failed) -> PyErr {
        match failed {
            Failed::Call(error) => self.error(py, &error),
            Failed::Signal(error) => error,
        }
    }

    /// Why the application has not answered a question.
    fn overdue(&self, py: Python<'_>, question: Option<&Bound<'_, PyAny>>) -> PyErr {
        let asked = REMOTE_ERRORS
            .get(py)
            .and_then(|module| {
                module
                    .call_method1("asked", (question,))?
                    .extract::<String>()
            })
            .unwrap_or_else(|_| "a question".to_owned());
        let message = format!(
            "plugin '{}': the application has not answered {asked} within {:.1} s",
            self.plugin,
            self.limit.as_secs_f64()
        );
        let hint = "what it does goes on, and its answer is dropped. If it takes so long, the \
                    application allows more with lichtfeld.plugins.set_limits(callback=...) or \
                    `Timeouts::callback`";
        let code = FailureKind::Unresponsive.code();
        plugin_error(py, "PluginTimeoutError", code, &message, hint)
    }
}

/// What the other process may ask for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serves {
    /// What the application offers as `lichtfeld`.
    Application,
    /// The modules of the plugin.
    Plugin,
}

/// Makes the Python object that calls and is called: `remote.py`'s `Peer`.
pub(crate) fn peer<'py>(
    py: Python<'py>,
    link: Link,
    package: &str,
    serves: Serves,
) -> PyResult<Bound<'py, PyAny>> {
    let plugin = link.plugin.clone();
    let link = Bound::new(py, link)?;
    let modules = match serves {
        Serves::Application => SHARED.get(py)?.getattr("SharedModules")?,
        Serves::Plugin => ANSWERING.get(py)?.getattr("PluginModules")?,
    };
    REMOTE
        .get(py)?
        .call_method1("Peer", (link, plugin, package, modules.call0()?))
}

/// Lets `remote.py`, or for operators `operator.py`, answer a request of the other process.
pub(crate) fn answer(peer: &Py<PyAny>, topic: Topic, body: Body) -> Answer {
    Python::attach(|py| {
        let bytes = PyBytes::new(py, &body);
        let files = numbers(body.files);
        // Not held twice while it is answered.
        drop(body.bytes);
        let answered = match topic {
            Topic::Operator => OPERATOR
                .get(py)
                .and_then(|steps| steps.call_method1("answer", (peer, bytes, files))),
            _ => peer.bind(py).call_method1("answer", (bytes, files)),
        };
        let answered = answered.and_then(|answer| answer.extract::<(bool, Vec<u8>, Vec<RawFd>)>());
        match answered {
            Ok((succeeded, bytes, files)) => {
                let files = owned(files);
                let body = Body { bytes, files };
                if succeeded { Ok(body) } else { Err(body) }
            }
            Err(error) => Err(format!("!{error}").into_bytes().into()),
        }
    })
}

/// Takes ownership of files that Python has sent.
fn owned(numbers: Vec<RawFd>) -> Vec<OwnedFd> {
    let valid = numbers.into_iter().filter(|number| *number >= 0);
    valid
        // SAFETY: `remote.py` has made them for this call, and forgets them with it.
        .map(|number| unsafe { OwnedFd::from_raw_fd(number) })
        .collect()
}

/// Passes ownership of files to Python, which closes them.
fn numbers(files: Vec<OwnedFd>) -> Vec<RawFd> {
    files.into_iter().map(IntoRawFd::into_raw_fd).collect()
}

/// Passes a notice of the other process to `remote.py`. Returns why it was refused, if it was.
pub(crate) fn notice(peer: &Py<PyAny>, body: &[u8]) -> Result<(), String> {
    Python::attach(|py| {
        let body = PyBytes::new(py, body);
        let noticed = peer.bind(py).call_method1("notice", (body,));
        noticed.map(drop).map_err(|error| error.to_string())
    })
}
