//! One worker, as its host sees it: started, watched, asked, ended.

use crate::worker::mirrored_registrations::Mirrored;
use crate::worker::{death, link};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::Services;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_engine::worker::channel::{CallError, Channel, Pending, Receiver, Request};
use lichtfeld_engine::worker::health::HealthChange;
use lichtfeld_engine::worker::message::{Ask, SOCKET, Start, Started, WorkerSetup, pack, unpack};
use lichtfeld_engine::worker::wire::Topic;
use lichtfeld_system::process::{Child, Command, Line};
use pyo3::prelude::*;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

const BOOT: &str = include_str!("boot.py");
/// How often a worker is asked whether its main thread is alive.
const PING: Duration = Duration::from_secs(1);
/// How long the reason of an end may take to be known after the socket has closed.
const REASON: Duration = Duration::from_secs(2);

/// How much longer than its socket a process may live: the system closes both at its end.
const AFTER_SOCKET: Duration = Duration::from_millis(50);

/// What is needed to start one.
pub(super) struct Program<'a> {
    pub(super) python: &'a Utf8Path,
    pub(super) package: &'a Utf8Path,
    /// The plugin's directory.
    pub(super) root: &'a Utf8Path,
    pub(super) bytecode: Bytecode,
}

/// Whether Python keeps compiled code, as it does in the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytecode {
    Written,
    NotWritten,
}

/// A running worker, or what is known of one that has ended.
pub(super) struct Worker {
    pub(super) owner: Owner,
    root: Utf8PathBuf,
    pub(super) services: Services,
    pub(super) peer: OnceLock<Py<PyAny>>,
    channel: OnceLock<Arc<Channel>>,
    child: OnceLock<Child>,
    /// It was asked to end: its end is no crash.
    ending: AtomicBool,
    /// How many of its long steps are under way, in which its main thread may be silent.
    busy: AtomicUsize,
    silent: AtomicBool,
    death: Mutex<Option<Failure>>,
    pub(super) mirrored: Mirrored,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Worker {
    /// Starts a process and waits until it answers.
    ///
    /// # Errors
    /// Why it cannot be started, or what it said before it ended.
    pub(super) fn start(
        services: &Services,
        owner: Owner,
        program: &Program<'_>,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Result<Arc<Self>, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            // No crash: its code has not run.
            Failure::new(
                FailureKind::Environment,
                Stage::Import,
                format!("the plugin's process cannot be started: {error}"),
            )
        };
        let facts = services.host.facts();
        let (mine, theirs) = UnixStream::pair().map_err(|error| failed(&error))?;
        let mut command = Command::new(program.python)
            .args(["-I", "-u", "-X", "faulthandler"])
            .scrub_python();
        if program.bytecode == Bytecode::NotWritten {
            command = command.arg("-B");
        }
        let command = command
            .args(["-c", BOOT, &SOCKET.to_string()])
            .arg(program.package.as_str())
            .arg(facts.version.to_string())
            // For processes that the plugin starts: they import it by its name.
            .env("LFS_RESOLVED_PLUGIN_DIR", services.home.plugins())
            .inherit_fd(theirs.into(), SOCKET);
        let (logs, key) = (Arc::clone(&services.logs), owner.key.clone());
        let child = command
            .spawn(move |line: Line| logs.write(&key, Level::Info, &line.text))
            .map_err(|error| failed(&error))?;
        let worker = Arc::new(Self {
            owner,
            root: program.root.to_path_buf(),
            services: services.clone(),
            peer: OnceLock::new(),
            channel: OnceLock::new(),
            child: OnceLock::new(),
            ending: AtomicBool::new(false),
            busy: AtomicUsize::new(0),
            silent: AtomicBool::new(false),
            death: Mutex::default(),
            mirrored: Mirrored::default(),
        });
        let _ = worker.child.set(child);
        let receiver = Arc::new(HostSide(Arc::clone(&worker)));
        let opened = Channel::open(mine, receiver).map_err(|error| failed(&error))?;
        let _ = worker.channel.set(opened);
        let start = Start::new(&WorkerSetup {
            key: worker.owner.key.clone(),
            home: services.home.root().to_path_buf(),
            plugins: services.home.plugins().to_path_buf(),
            cache: services.home.cache_root().to_path_buf(),
            version: facts.version.to_string(),
            plugin_api: facts.plugin_api.to_string(),
            features: facts.features,
            limits: services.workers.limits.of(&worker.owner.key),
        });
        // While the process starts. Without it the worker compiles for itself.
        let compiled = Python::attach(crate::bundled_modules::give_compiled).unwrap_or_default();
        let limit = services.workers.start;
        let started = worker
            .ask(&Ask::Start(start), &compiled, limit, wanted)
            .and_then(|answer| Ok(Started::check(&answer)?));
        if let Err(failure) = started {
            // It answered, and would wait for questions for ever.
            worker.end();
            return Err(failure);
        }
        Self::watch(&worker).map_err(|error| failed(&error))?;
        Ok(worker)
    }

    pub(super) fn channel(&self) -> Result<&Arc<Channel>, Failure> {
        self.channel.get().ok_or_else(|| self.died(REASON))
    }

    /// Asks for one step and waits for it.
    ///
    /// # Errors
    /// The plugin's failure; or that its process ended, did not answer or is not wanted any more,
    /// in which cases it is killed.
    pub(super) fn ask(
        &self,
        ask: &Ask,
        bytes: &[u8],
        limit: Duration,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Result<Vec<u8>, Failure> {
        let channel = self.channel()?;
        self.busy.fetch_add(1, Ordering::AcqRel);
        let answer = channel.call(Topic::Control, pack(ask, bytes), limit, wanted);
        self.busy.fetch_sub(1, Ordering::AcqRel);
        match answer {
            Ok(Ok(body)) => Ok(body.bytes),
            Ok(Err(body)) => Err(failure_in(&body)),
            Err(CallError::TimedOut(limit)) => {
                self.kill();
                Err(Failure::new(
                    FailureKind::Unresponsive,
                    Stage::Import,
                    format!(
                        "the plugin's process did not answer within {:.0} s and was ended",
                        limit.as_secs_f64()
                    ),
                ))
            }
            Err(CallError::Interrupted) => {
                self.kill();
                Err(Failure::new(
                    FailureKind::Cancelled,
                    Stage::Import,
                    "it was cancelled, and the plugin's process was ended",
                ))
            }
            Err(_) => Err(self.died(REASON)),
        }
    }

    /// Asks and does not wait.
    pub(super) fn begin(&self, ask: &Ask) -> Result<Pending, Failure> {
        self.channel()?
            .ask(Topic::Control, pack(ask, &[]))
            .map_err(|_| self.died(REASON))
    }

    /// Why it cannot be reached any more.
    pub(super) fn gone(&self) -> Failure {
        self.died(REASON)
    }

    /// Why it has ended, if it has.
    pub(super) fn death(&self) -> Option<Failure> {
        lock(&self.death).clone()
    }

    /// Whether its main thread does not answer.
    pub(super) fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Acquire)
    }

    /// Whether its main thread is free for the next step, or soon. One that hangs in a drawing
    /// would keep the step waiting as long as a step may take.
    pub(super) fn answers(&self) -> bool {
        let limit = self.services.workers.silence;
        let asked = self.begin(&Ask::Ping);
        let answer = asked.map(|asked| asked.wait(limit, &mut || true));
        !matches!(answer, Ok(Err(CallError::TimedOut(_))))
    }

    /// Ends one that does not answer.
    pub(super) fn given_up(&self) -> Failure {
        self.ending.store(true, Ordering::Release);
        self.kill();
        Failure::new(
            FailureKind::Unresponsive,
            Stage::Activation,
            "the plugin's process did not answer, and was ended without its on_unload",
        )
    }

    pub(super) fn kill(&self) {
        if let Some(child) = self.child.get() {
            child.kill();
        }
    }

    /// Waits for its end and says why.
    fn died(&self, limit: Duration) -> Failure {
        if let Some(known) = self.death() {
            return known;
        }
        let exit = self.child.get().and_then(|child| {
            child.wait_timeout(limit).or_else(|| {
                // It has closed the socket and lives on: nobody can reach it any more.
                child.kill();
                child.wait_timeout(REASON)
            })
        });
        let tail = self.child.get().map(Child::tail).unwrap_or_default();
        let failure = death::describe(exit, &tail, &self.root, self.ending.load(Ordering::Acquire));
        lock(&self.death).get_or_insert(failure).clone()
    }

    /// Takes no more calls, and lets those under way end.
    pub(super) fn retire(&self) {
        let Some(channel) = self.channel.get() else {
            return;
        };
        channel.retire("the plugin was unloaded or reloaded");
        let (started, limit) = (std::time::Instant::now(), self.services.workers.end);
        while channel.calls() > 0 && started.elapsed() < limit && channel.closed().is_none() {
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks it to end, and kills it where it does not.
    pub(super) fn end(&self) {
        let limit = self.services.workers.end;
        self.ending.store(true, Ordering::Release);
        self.mirrored.unregister_all(self);
        let (Some(child), Some(channel)) = (self.child.get(), self.channel.get()) else {
            return;
        };
        if let Ok(asked) = channel.ask(Topic::Control, pack(&Ask::End, &[])) {
            let _ = asked.wait(limit, &mut || true);
        }
        if child.wait_timeout(limit).is_none() {
            child.kill();
            child.wait();
        }
        channel.close("the plugin was unloaded or reloaded");
    }

    /// Hears of its end at once, and asks it now and then whether it is alive.
    fn watch(worker: &Arc<Self>) -> std::io::Result<()> {
        let worker = Arc::clone(worker);
        thread::Builder::new()
            .name("worker-watch".into())
            .spawn(move || {
                let Some(child) = worker.child.get() else {
                    return;
                };
                let mut ping = None;
                while child.wait_timeout(PING).is_none() {
                    worker.listen_for_answer(&mut ping);
                }
                let failure = worker.died(REASON);
                if let Some(channel) = worker.channel.get() {
                    channel.close(&failure.message);
                }
                if !worker.ending.load(Ordering::Acquire) {
                    let told = HealthChange::Died(failure);
                    worker.services.health.tell(&worker.owner, told);
                }
            })?;
        Ok(())
    }

    fn listen_for_answer(&self, ping: &mut Option<Pending>) {
        let answered = match ping.take() {
            Some(pending) => match pending.wait(Duration::ZERO, &mut || true) {
                Err(CallError::TimedOut(_)) => {
                    let silence = pending.age();
                    *ping = Some(pending);
                    let is_long = silence >= self.services.workers.silence;
                    // Loading may take its time: a limit of its own ends it.
                    if is_long && self.busy.load(Ordering::Acquire) == 0 {
                        self.fall_silent(silence);
                    }
                    false
                }
                Err(_) => false,
                Ok(_) => true,
            },
            None => false,
        };
        if answered && self.silent.swap(false, Ordering::AcqRel) {
            let told = HealthChange::Responsive;
            self.services.health.tell(&self.owner, told);
        }
        if ping.is_none() && self.busy.load(Ordering::Acquire) == 0 {
            *ping = self.begin(&Ask::Ping).ok();
        }
    }

    /// Marks it as unresponsive, and tells so once.
    fn fall_silent(&self, silence: Duration) {
        if !self.silent.swap(true, Ordering::AcqRel) {
            let told = HealthChange::Unresponsive(format!(
                "the plugin's process has not answered for {:.0} s",
                silence.as_secs_f64()
            ));
            self.services.health.tell(&self.owner, told);
        }
    }
}

/// A plugin's failure as its worker has sent it.
pub(super) fn failure_in(body: &[u8]) -> Failure {
    match unpack::<Failure>(body) {
        Ok((failure, _)) => failure,
        Err(reason) => Failure::new(FailureKind::Crashed, Stage::Import, reason),
    }
}

/// What a worker asks and tells its host.
struct HostSide(Arc<Worker>);

impl Receiver for HostSide {
    fn dispatch(&self, request: Request) {
        // A callback that no call waits for: the plugin's thread calls, and waits, on its own.
        let worker = Arc::clone(&self.0);
        let started = thread::Builder::new()
            .name("worker-callback".into())
            .spawn(move || HostSide(worker).answer(request));
        if let Err(error) = started {
            let line = format!("a callback could not be run: {error}");
            let key = Some(self.0.owner.key.as_str());
            self.0.services.log(key, Level::Error, &line);
        }
    }

    fn answer(&self, request: Request) {
        request.work(|topic, body| match (topic, self.0.peer.get()) {
            (Topic::Python, Some(peer)) => link::answer(peer, topic, body),
            (Topic::Capability, _) => {
                let all = &self.0.services.capabilities;
                crate::worker::capabilities::answer(all, Some(&self.0), &body)
            }
            _ => Err(b"!the host does not know this question".to_vec().into()),
        });
    }

    fn notice(&self, topic: Topic, body: Vec<u8>) {
        match (topic, self.0.peer.get()) {
            (Topic::Control, _) => crate::worker::mirrored_registrations::notified(&self.0, &body),
            (Topic::Python, Some(peer)) => link::notice(peer, &body),
            (Topic::Python, None) | (Topic::Capability | Topic::Operator, _) => {}
        }
    }

    fn closed(&self) -> String {
        self.0.died(AFTER_SOCKET).message
    }
}

/// The directory of the packages `lichtfeld` and `lfs_plugins`.
pub(super) fn package(py: Python<'_>, given: Option<&Utf8PathBuf>) -> Option<Utf8PathBuf> {
    if let Some(given) = given {
        return Some(given.clone());
    }
    let file: String = py
        .import("lichtfeld.plugins")
        .ok()?
        .getattr("__file__")
        .ok()?
        .extract()
        .ok()?;
    Some(Utf8PathBuf::from(file).parent()?.parent()?.to_path_buf())
}
