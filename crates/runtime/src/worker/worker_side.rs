//! What a worker does for its host: the steps of the plugin, and the answers to its questions.

use crate::bundled_modules::{self, HOST_MODULES};
use crate::current_manager::{current, set_current};
use crate::in_process::InProcessBackend;
use crate::reload_state::{pickle, unpickle};
use crate::worker::calls::Calls;
use crate::worker::host_link::{HostLink, MainWork};
use crate::worker::link::{self, Link, Serves};
use crate::worker::remote_host::RemoteHost;
use crate::worker::textures_sent::SentTextures;
use crate::worker::{capabilities, host_watch, limit, registration_notifier, waiting};
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::execution::backend::{Deadline, Instance};
use lichtfeld_engine::manager::config::Config;
use lichtfeld_engine::model::home::Home;
use lichtfeld_engine::registrations::panel_table::Panels;
use lichtfeld_engine::worker::body::Body;
use lichtfeld_engine::worker::channel::{Answer, Receiver, Request};
use lichtfeld_engine::worker::message::{Ask, Shown, Started, WorkerSetup, pack, unpack};
use lichtfeld_engine::worker::wire::Topic;
use lichtfeld_engine::{Level, Manager};
use lichtfeld_installer::PythonInfo;
use lichtfeld_panel::{Frame, TextMetrics};
use parking_lot::Mutex;
use pyo3::prelude::*;
use std::sync::{Arc, OnceLock};

/// What the threads of this process share.
pub(super) struct WorkerSide {
    link: Arc<HostLink>,
    calls: Arc<Calls>,
    manager: OnceLock<Arc<Manager>>,
    peer: OnceLock<Py<PyAny>>,
    instance: Mutex<Option<Box<dyn Instance>>>,
    textures: Arc<SentTextures>,
}

/// The code of the plugin while a step of it runs; it goes back whatever becomes of the step.
struct TakenInstance<'a> {
    side: &'a WorkerSide,
    instance: Option<Box<dyn Instance>>,
}

impl Drop for TakenInstance<'_> {
    fn drop(&mut self) {
        *self.side.instance.lock() = self.instance.take();
    }
}

impl WorkerSide {
    pub(super) fn new(link: Arc<HostLink>, calls: Arc<Calls>) -> Self {
        Self {
            link,
            calls,
            manager: OnceLock::new(),
            peer: OnceLock::new(),
            instance: Mutex::default(),
            textures: Arc::default(),
        }
    }

    /// Answers a request of the host on this thread.
    pub(super) fn answer_now(&self, request: Request) {
        let answer = |topic, body: Body| -> Answer {
            match topic {
                Topic::Control => match self.control(&body) {
                    Ok(bytes) => Ok(bytes.into()),
                    Err(failure) => Err(pack(&failure, &[]).into()),
                },
                Topic::Capability => match self.manager.get() {
                    Some(manager) => capabilities::answer(manager.capabilities(), None, &body),
                    None => Err(Vec::new().into()),
                },
                Topic::Texture => Err(b"!only the application keeps textures".to_vec().into()),
                Topic::Python | Topic::Operator => match self.peer.get() {
                    Some(peer) => link::answer(peer, topic, body),
                    None => Err(b"!the plugin is not imported".to_vec().into()),
                },
            }
        };
        match self.link.channel() {
            Some(channel) => waiting::asker(channel).during(|| request.work(answer)),
            None => request.work(answer),
        }
    }

    /// Runs a step of the plugin, with its code taken out for the time of the step: no lock is held
    /// while the plugin's code runs.
    fn with_instance<T>(&self, step: impl FnOnce(&mut dyn Instance) -> T) -> Result<T, Failure> {
        let taken = self.instance.lock().take();
        let instance = taken.ok_or_else(|| broken("no plugin was imported"))?;
        let mut taken = TakenInstance {
            side: self,
            instance: Some(instance),
        };
        match &mut taken.instance {
            Some(instance) => Ok(step(instance.as_mut())),
            None => Err(broken("no plugin was imported")),
        }
    }

    /// Sends the calls that the plugin's code has recorded in a step: the application expects them
    /// before the step has ended.
    fn flush(&self) {
        let Some(peer) = self.peer.get() else {
            return;
        };
        let flushed = Python::attach(|py| peer.call_method0(py, "flush").map(drop));
        if let (Err(error), Some(manager)) = (flushed, self.manager.get()) {
            manager.log(None, Level::Error, &error.to_string());
        }
    }

    fn manager(&self) -> Result<&Arc<Manager>, Failure> {
        self.manager
            .get()
            .ok_or_else(|| broken("the worker was not started"))
    }

    fn control(&self, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let (ask, bytes) = unpack::<Ask>(body).map_err(broken)?;
        if matches!(ask, Ask::Ping) {
            // Answered without Python, which another thread may hold.
            return Ok(Vec::new());
        }
        let answer = self.step(ask, bytes);
        self.flush();
        answer
    }

    fn step(&self, ask: Ask, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        match ask {
            Ask::Start(start) => {
                self.start(start.check()?, bytes)?;
                Ok(Started::packed())
            }
            Ask::Import { code_version } => {
                let manager = self.manager()?;
                // The plugin may use the application while it is imported.
                self.make_peer(&code_version.key, &code_version.module)?;
                let instance = manager
                    .backends()
                    .shared
                    .import(&code_version, &mut endless(&mut || true))?;
                *self.instance.lock() = Some(instance);
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
                let instance = self.instance.lock().take();
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
                document,
                font,
            } => {
                let panel = self
                    .shown(kind)?
                    .find(&id)
                    .ok_or_else(|| broken("it is gone"))?;
                panel.set_surface(surface.into());
                if let Some(font) = font {
                    panel.set_text_metrics(TextMetrics::of_table(font));
                }
                for input in inputs {
                    panel.push_input(input);
                }
                // The host draws the panel on its interval; this resets the interval here.
                let _ = panel.wants(std::time::Instant::now());
                let frame = without_known(panel.draw(), document);
                if let Some(channel) = self.link.channel() {
                    // Before the frame, so that whoever gets that finds them.
                    self.textures.send(channel, &frame, |line| {
                        panel_log(self.manager.get(), line);
                    });
                }
                serde_json::to_vec(&*frame).map_err(|error| broken(error.to_string()))
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
                self.link.on_main(MainWork::End);
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

    fn start(&self, start: WorkerSetup, compiled: &[u8]) -> Result<(), Failure> {
        let host = RemoteHost::new(Arc::clone(&self.link), &start)
            .map_err(|error| broken(format!("the host's version cannot be read: {error}")))?;
        if let (Some(channel), Some(most)) = (self.link.channel(), start.limits.message) {
            channel.set_max_body(most);
        }
        limit::apply(&start.limits)
            .map_err(|error| broken(format!("the limits of the process cannot be set: {error}")))?;
        // The host makes the environments; finding out what they are made from takes time.
        let version = Python::attach(|py| {
            // Code that cannot be used is compiled here.
            let _ = bundled_modules::take_compiled(py, compiled);
            let version = py.version_info();
            (version.major, version.minor, version.patch)
        });
        let python = PythonInfo::new("python", version, "", "");
        let home = Home::with_plugins_dir(start.plugins)
            .with_root(start.home)
            .with_cache_dir(start.cache);
        let mut config = Config::new(home, python, host);
        config.timeouts = config
            .timeouts
            .with_ui_thread(start.ui_thread)
            .with_callback(start.callback)
            .with_request(start.request);
        let manager = Manager::new(config, |services| {
            Box::new(InProcessBackend::new(services.clone())) as Box<dyn lichtfeld_engine::Backend>
        });
        let link = Arc::clone(&self.link);
        registration_notifier::listen(&manager, move |what| link.report(what));
        self.textures.begin(&self.link, start.textures);
        set_current(Some(Arc::clone(&manager)));
        let _ = self.manager.set(manager);
        Ok(())
    }

    fn make_peer(&self, key: &str, module: &str) -> Result<(), Failure> {
        let Some(channel) = self.link.channel() else {
            return Ok(());
        };
        let limit = self.manager()?.timeouts().callback;
        let link = Link::to_application(Arc::clone(channel), limit, key);
        let peer = Python::attach(|py| {
            let package = format!("lfs_plugins.{module}");
            let peer = link::peer(py, link, &package, Serves::Plugin)?;
            HOST_MODULES.get(py)?.call_method1("enter", (&peer,))?;
            PyResult::Ok(peer.unbind())
        })
        .map_err(|error| broken(error.to_string()))?;
        let _ = self.peer.set(peer);
        Ok(())
    }
}

impl Receiver for WorkerSide {
    fn dispatch(&self, request: Request) {
        match request.topic {
            Topic::Control | Topic::Operator => self.link.on_main(MainWork::Answer(request)),
            Topic::Python | Topic::Capability | Topic::Texture => self.calls.put(request),
        }
    }

    fn answer(&self, request: Request) {
        self.answer_now(request);
    }

    fn notice(&self, topic: Topic, body: Vec<u8>) {
        if topic == Topic::Python
            && let Some(peer) = self.peer.get()
            && let Err(reason) = link::notice(peer, &body)
            && let Some(manager) = current()
        {
            let line = format!("a message of the application was refused: {reason}");
            manager.log(None, Level::Warn, &line);
        }
    }

    fn closed(&self) -> String {
        match self.link.channel() {
            Some(channel) if !channel.is_intact() => host_watch::end_without_connection(),
            _ => host_watch::die(),
        }
    }
}

/// Returns a frame without the content of its document, if the host has this version.
fn without_known(frame: Arc<Frame>, known: u64) -> Arc<Frame> {
    match &frame.document {
        Some(document) if document.version == known => {
            let document = Some(Arc::new(document.known()));
            let mut frame = (*frame).clone();
            frame.document = document;
            Arc::new(frame)
        }
        _ => frame,
    }
}

fn panel_log(manager: Option<&Arc<Manager>>, line: &str) {
    if let Some(manager) = manager {
        manager.log(None, Level::Error, line);
    }
}

/// Returns a deadline without a limit: the host watches the time, and ends this process.
fn endless(wanted: &mut dyn FnMut() -> bool) -> Deadline<'_> {
    Deadline {
        limit: None,
        wanted,
    }
}

/// Makes a failure of the worker itself, not of the plugin.
fn broken(what: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Crashed, Stage::Import, what)
}
