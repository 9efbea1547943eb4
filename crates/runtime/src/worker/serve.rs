//! The worker's own side: a manager with one plugin, which does what the host asks.
//!
//! The main thread loads, draws and unloads, as the UI thread of an application would; calls of
//! functions run on threads of their own. The process ends when its host does.

use crate::in_process::InProcessBackend;
use crate::set_current;
use crate::worker::calls::{self, Calls};
use crate::worker::link::{self, Link};
use lichtfeld_engine::Manager;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::execution::backend::{Deadline, Instance, ReloadState};
use lichtfeld_engine::execution::host::{Host, Job};
use lichtfeld_engine::manager::config::Config;
use lichtfeld_engine::model::home::Home;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::capabilities::CapabilityInfo;
use lichtfeld_engine::registrations::capabilities::{HostSilent, OfferError};
use lichtfeld_engine::registrations::panels::Panels;
use lichtfeld_engine::worker::channel::{Answer, Channel, Receiver, Request};
use lichtfeld_engine::worker::message::{Ask, Shown, Started, Tell, WorkerSetup, pack, unpack};
use lichtfeld_engine::worker::wire::Topic;
use lichtfeld_installer::PythonInfo;
use lichtfeld_manifest::{Host as HostFacts, Version};
use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rustix::process::{Signal, getppid, kill_current_process_group};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver as Jobs, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

/// How often a worker looks whether its host is still there. Its end is noticed at once by the
/// socket; this is for a plugin that has closed the socket.
const LOOK: Duration = Duration::from_millis(300);
/// A callback into the host may take as long as the host likes; the host's end ends it.
const CALLBACK: Duration = Duration::from_secs(365 * 24 * 3600);

enum Work {
    Request(Request),
    Job(Job),
    End,
}

/// What the threads of this process share.
struct Side {
    main: Mutex<Sender<Work>>,
    calls: Arc<Calls>,
    channel: OnceLock<Arc<Channel>>,
    manager: OnceLock<Arc<Manager>>,
    peer: OnceLock<Py<PyAny>>,
    instance: Mutex<Option<Box<dyn Instance>>>,
}

/// The host, as this process sees it.
struct RemoteHost {
    side: Arc<Side>,
    version: Version,
    plugin_api: Version,
    features: Vec<String>,
}

impl Host for RemoteHost {
    fn facts(&self) -> HostFacts {
        HostFacts::from_parts(
            self.version.clone(),
            self.plugin_api.clone(),
            Version::new([0]),
            self.features.clone(),
        )
    }

    fn log(&self, _plugin: Option<&str>, level: Level, message: &str) {
        self.side.tell(&Tell::Log {
            level,
            message: message.to_owned(),
        });
    }

    fn role(&self) -> lichtfeld_engine::Role {
        lichtfeld_engine::Role::Worker
    }

    fn on_ui_thread(&self, job: Job) {
        self.side.on_main(Work::Job(job));
    }

    fn request_redraw(&self) {
        self.side.tell(&Tell::Redraw);
    }

    fn invoke_capability(&self, name: &str, args: &serde_json::Value) -> Option<serde_json::Value> {
        let channel = self.side.channel.get()?;
        crate::worker::capabilities::call(channel, name, args, CALLBACK)
    }

    fn offer_capability(&self, info: &CapabilityInfo) -> Result<(), OfferError> {
        match self.side.channel.get() {
            Some(channel) => crate::worker::capabilities::offer(channel, info),
            None => Ok(()),
        }
    }

    fn capabilities(&self, name: Option<&str>) -> Result<Vec<CapabilityInfo>, HostSilent> {
        match self.side.channel.get() {
            Some(channel) => crate::worker::capabilities::known(channel, name),
            None => Ok(Vec::new()),
        }
    }
}

/// The host looks at the clock, and ends this process.
fn endless(wanted: &mut dyn FnMut() -> bool) -> Deadline<'_> {
    Deadline {
        limit: None,
        wanted,
    }
}

impl Side {
    fn tell(&self, what: &Tell) {
        if let Some(channel) = self.channel.get() {
            channel.notify(Topic::Control, pack(what, &[]));
        }
    }

    fn on_main(&self, work: Work) {
        // A main thread that has ended is at the end of the process.
        let _ = self
            .main
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .send(work);
    }

    fn with_instance<T>(&self, work: impl FnOnce(&mut dyn Instance) -> T) -> Result<T, Failure> {
        let taken = self.lock_instance().take();
        let mut instance = taken.ok_or_else(|| broken("no plugin was imported"))?;
        let result = work(instance.as_mut());
        *self.lock_instance() = Some(instance);
        Ok(result)
    }

    fn lock_instance(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Instance>>> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manager(&self) -> Result<&Arc<Manager>, Failure> {
        self.manager
            .get()
            .ok_or_else(|| broken("the worker was not started"))
    }

    fn control(self: &Arc<Self>, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let (ask, bytes) = unpack::<Ask>(body).map_err(broken)?;
        match ask {
            Ask::Start(start) => {
                self.start(start.check()?, bytes)?;
                Ok(Started::packed())
            }
            Ask::Import { code_version } => {
                let manager = self.manager()?;
                let instance = manager
                    .backends()
                    .shared
                    .import(&code_version, &mut endless(&mut || true))?;
                *self.lock_instance() = Some(instance);
                self.make_peer(&code_version.key, &code_version.module)?;
                Ok(Vec::new())
            }
            Ask::Activate => {
                let reload_state = unpickle(bytes)?;
                self.with_instance(|instance| {
                    instance.activate(reload_state.as_ref(), &mut endless(&mut || true))
                })??;
                Ok(Vec::new())
            }
            Ask::HandOver => {
                let reload_state = self.with_instance(|instance| instance.hand_over())??;
                pickle(reload_state.as_ref())
            }
            Ask::Deactivate => {
                self.with_instance(|instance| instance.deactivate(&mut endless(&mut || true)))??;
                Ok(Vec::new())
            }
            Ask::Remove => {
                let instance = self.lock_instance().take();
                let report = instance.map(Instance::remove).unwrap_or_default();
                Ok(pack(&report, &[]))
            }
            Ask::FilesChanged { paths } => {
                let dealt = self.with_instance(|instance| instance.files_changed(&paths))?;
                Ok(pack(&dealt, &[]))
            }
            Ask::Draw {
                kind,
                id,
                inputs,
                surface,
            } => {
                let panel = self
                    .shown(kind)?
                    .find(&id)
                    .ok_or_else(|| broken("it is gone"))?;
                panel.set_surface(surface.into());
                for input in inputs {
                    panel.push_input(input);
                }
                // The host draws it on its interval; whether that is over is known here as well.
                let _ = panel.due(std::time::Instant::now());
                serde_json::to_vec(&*panel.draw()).map_err(|error| broken(error.to_string()))
            }
            Ask::Poll { kind, id } => {
                let panel = self.shown(kind)?.find(&id);
                Ok(pack(&panel.is_some_and(|panel| panel.poll()), &[]))
            }
            Ask::PollOperator { id } => {
                let operator = self.manager()?.operators().find(&id);
                let possible = operator.is_some_and(|operator| operator.source().poll());
                Ok(pack(&possible, &[]))
            }
            Ask::CancelOperator { id } => {
                let operator = self.manager()?.operators().find(&id);
                let cancelled = match operator {
                    Some(operator) => operator.source().cancel()?,
                    None => false,
                };
                Ok(pack(&cancelled, &[]))
            }
            Ask::Ping => Ok(Vec::new()),
            Ask::End => {
                self.on_main(Work::End);
                Ok(Vec::new())
            }
        }
    }

    fn shown(&self, kind: Shown) -> Result<&Arc<Panels>, Failure> {
        let manager = self.manager()?;
        Ok(match kind {
            Shown::Panel => manager.panels(),
            Shown::Menu => manager.menus(),
        })
    }

    fn start(self: &Arc<Self>, start: WorkerSetup, compiled: &[u8]) -> Result<(), Failure> {
        let parsed = |text: &str| {
            text.parse::<Version>()
                .map_err(|error| broken(format!("'{text}': {error}")))
        };
        let host = RemoteHost {
            side: Arc::clone(self),
            version: parsed(&start.version)?,
            plugin_api: parsed(&start.plugin_api)?,
            features: start.features,
        };
        crate::worker::limit::apply(&start.limits)
            .map_err(|error| broken(format!("the limits of the process cannot be set: {error}")))?;
        // Environments are the host's business: what they are made from takes time to find out.
        let version = Python::attach(|py| {
            // What cannot be used is compiled here.
            let _ = crate::bundled_modules::take_compiled(py, compiled);
            let version = py.version_info();
            (version.major, version.minor, version.patch)
        });
        let python = PythonInfo {
            executable: "python".into(),
            version,
            abi: String::new(),
            platform: String::new(),
        };
        let home = Home::with_plugins_dir(start.plugins)
            .with_root(start.home)
            .with_cache_dir(start.cache);
        let manager = Manager::new(Config::new(home, python, host), |services| {
            Box::new(InProcessBackend::new(services.clone())) as Box<dyn lichtfeld_engine::Backend>
        });
        let side = Arc::clone(self);
        crate::worker::registration_notifier::listen(&manager, move |what| side.tell(what));
        set_current(Some(Arc::clone(&manager)));
        let _ = self.manager.set(manager);
        Ok(())
    }

    fn make_peer(&self, key: &str, module: &str) -> Result<(), Failure> {
        let Some(channel) = self.channel.get() else {
            return Ok(());
        };
        let link = Link::new(Arc::clone(channel), CALLBACK, key);
        let peer = Python::attach(|py| {
            link::peer(py, link, &format!("lfs_plugins.{module}")).map(Bound::unbind)
        })
        .map_err(|error| broken(error.to_string()))?;
        let _ = self.peer.set(peer);
        Ok(())
    }
}

/// A mistake of ours, not of the plugin's.
fn broken(what: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Crashed, Stage::Import, what)
}

fn pickle(reload_state: Option<&ReloadState>) -> Result<Vec<u8>, Failure> {
    let Some(state) = reload_state.and_then(|state| state.downcast_ref::<Py<PyAny>>()) else {
        return Ok(Vec::new());
    };
    Python::attach(|py| {
        py.import("pickle")?
            .call_method1("dumps", (state, 5))?
            .extract()
    })
    .map_err(|error: PyErr| {
        Failure::new(
            FailureKind::Deactivation,
            Stage::Activation,
            format!("what on_before_reload returned cannot cross to the new process: {error}"),
        )
        .with_hint("return plain data: numbers, texts, lists, dicts")
    })
}

fn unpickle(bytes: &[u8]) -> Result<Option<ReloadState>, Failure> {
    if bytes.is_empty() {
        return Ok(None);
    }
    Python::attach(|py| {
        let state = py
            .import("pickle")?
            .call_method1("loads", (PyBytes::new(py, bytes),))?;
        Ok(Some(Box::new(state.unbind()) as ReloadState))
    })
    .map_err(|error: PyErr| {
        Failure::new(
            FailureKind::Activation,
            Stage::Activation,
            format!("the state of the version before cannot be read: {error}"),
        )
    })
}

struct WorkerSide(Arc<Side>);

impl Receiver for WorkerSide {
    fn dispatch(&self, request: Request) {
        match request.topic {
            Topic::Control | Topic::Operator => self.0.on_main(Work::Request(request)),
            Topic::Python | Topic::Capability => self.0.calls.put(request),
        }
    }

    fn answer(&self, request: Request) {
        answer(&self.0, request);
    }

    fn notice(&self, topic: Topic, body: Vec<u8>) {
        if topic == Topic::Python
            && let Some(peer) = self.0.peer.get()
        {
            link::notice(peer, &body);
        }
    }

    fn closed(&self) -> String {
        die()
    }
}

fn answer(side: &Arc<Side>, request: Request) {
    request.work(|topic, body| -> Answer {
        match topic {
            Topic::Control => match side.control(&body) {
                Ok(bytes) => Ok(bytes.into()),
                Err(failure) => Err(pack(&failure, &[]).into()),
            },
            Topic::Capability => match side.manager.get() {
                Some(manager) => {
                    crate::worker::capabilities::answer(manager.capabilities(), None, &body)
                }
                None => Err(Vec::new().into()),
            },
            Topic::Python | Topic::Operator => match side.peer.get() {
                Some(peer) => link::answer(peer, topic, body),
                None => Err(b"!the plugin is not imported".to_vec().into()),
            },
        }
    });
}

/// The host is gone: so is everything that was started for it.
fn die() -> ! {
    let _ = kill_current_process_group(Signal::KILL);
    std::process::abort();
}

fn watch_host() -> std::io::Result<()> {
    let host = getppid();
    // The system would kill this process alone; we also end what it has started.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(None)?;
    thread::Builder::new()
        .name("worker-host".into())
        .spawn(move || {
            while getppid() == host {
                thread::sleep(LOOK);
            }
            die();
        })?;
    Ok(())
}

/// Serves the host on the socket with this number until the host has enough.
///
/// # Errors
/// `OSError` where the socket is none.
#[pyfunction]
#[pyo3(name = "_serve_worker")]
pub fn serve_worker(py: Python<'_>, socket: i32) -> PyResult<()> {
    if socket < 3 {
        return Err(PyOSError::new_err("this is called by a host alone"));
    }
    let os_error = |error: std::io::Error| PyOSError::new_err(error.to_string());
    // SAFETY: the host has put the socket there for us, and nothing of this process has run yet
    // that could own it.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)
        .map_err(|error| os_error(error.into()))?;
    watch_host().map_err(os_error)?;
    let (sender, works) = channel();
    let side = Arc::new(Side {
        main: Mutex::new(sender),
        calls: Arc::default(),
        channel: OnceLock::new(),
        manager: OnceLock::new(),
        peer: OnceLock::new(),
        instance: Mutex::default(),
    });
    let answering = Arc::clone(&side);
    side.calls
        .answer_by(move |request| answer(&answering, request));
    calls::start(py, &side.calls)?;
    let receiver = Arc::new(WorkerSide(Arc::clone(&side)));
    let opened = Channel::open(UnixStream::from(socket), receiver).map_err(os_error)?;
    side.channel
        .set(opened)
        .map_err(|_| PyRuntimeError::new_err("the worker runs already"))?;
    py.detach(move || run(&side, works));
    Ok(())
}

fn run(side: &Arc<Side>, works: Jobs<Work>) {
    for work in works {
        match work {
            Work::Request(request) => answer(side, request),
            Work::Job(job) => job(),
            Work::End => return,
        }
    }
}
