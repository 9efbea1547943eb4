//! One worker, as its host sees it: asked, and ended.

use crate::worker::death;
use crate::worker::mirrored_entries::MirroredEntries;
use crate::worker::waiting;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::Services;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_engine::worker::channel::{CallError, Channel, Pending};
use lichtfeld_engine::worker::message::{Ask, pack, unpack};
use lichtfeld_engine::worker::wire::Topic;
use lichtfeld_system::process::Child;
use parking_lot::Mutex;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

/// How long after the socket has closed the exit status may take to arrive.
pub(super) const REASON: Duration = Duration::from_secs(2);

/// A running worker, or what is known of one that has ended.
pub(super) struct Worker {
    pub(super) owner: Owner,
    root: Utf8PathBuf,
    pub(super) services: Services,
    pub(super) peer: OnceLock<Py<PyAny>>,
    pub(super) channel: OnceLock<Arc<Channel>>,
    pub(super) child: OnceLock<Child>,
    /// Set when it was asked to end: its end is then no crash.
    pub(super) ending: AtomicBool,
    /// The number of its long steps that are under way. During them its main thread may be silent.
    pub(super) busy: AtomicUsize,
    pub(super) silent: AtomicBool,
    death: Mutex<Option<Failure>>,
    pub(super) mirrored: MirroredEntries,
    /// The number of its first texture.
    pub(super) textures: u64,
}

impl Worker {
    /// Makes the handle of a process that is about to be started.
    pub(super) fn new(services: &Services, owner: Owner, root: &Utf8Path) -> Arc<Self> {
        Arc::new(Self {
            owner,
            root: root.to_path_buf(),
            services: services.clone(),
            peer: OnceLock::new(),
            channel: OnceLock::new(),
            child: OnceLock::new(),
            ending: AtomicBool::new(false),
            busy: AtomicUsize::new(0),
            silent: AtomicBool::new(false),
            death: Mutex::default(),
            mirrored: MirroredEntries::default(),
            textures: crate::textures::all().range(),
        })
    }

    pub(super) fn channel(&self) -> Result<&Arc<Channel>, Failure> {
        self.channel.get().ok_or_else(|| self.died(REASON))
    }

    /// Returns the id of the process, or `None` before it runs.
    pub(super) fn id(&self) -> Option<u32> {
        self.child.get().map(Child::id)
    }

    /// Does what the process wants of the UI thread, if this is it. Returns true, for waits that go on.
    pub(super) fn serve(&self) -> bool {
        self.channel.get().is_none_or(waiting::serve)
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
        let body = pack(ask, bytes);
        let answer = waiting::call(channel, self.id(), Topic::Control, body, limit, wanted);
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
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Returns why it cannot be asked.
    fn broken(&self, error: &CallError) -> Failure {
        match error {
            CallError::Forked => {
                Failure::new(FailureKind::Forked, Stage::Complete, error.to_string())
            }
            CallError::TooLarge(_) => Failure::new(
                FailureKind::Deactivation,
                Stage::Activation,
                error.to_string(),
            ),
            _ => self.died(REASON),
        }
    }

    /// Asks and does not wait.
    pub(super) fn begin(&self, ask: &Ask) -> Result<Pending, Failure> {
        self.channel()?
            .ask(Topic::Control, pack(ask, &[]))
            .map_err(|error| self.broken(&error))
    }

    /// Returns why it cannot be reached any more.
    pub(super) fn gone(&self) -> Failure {
        self.died(REASON)
    }

    /// Returns why it has ended, or `None` if it runs.
    pub(super) fn death(&self) -> Option<Failure> {
        self.death.lock().clone()
    }

    /// Returns whether its main thread does not answer.
    pub(super) fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Acquire)
    }

    /// Returns whether its main thread answers within the limit. Without this check a main thread
    /// that hangs in a drawing would delay the next step by the time limit of a step.
    pub(super) fn answers(&self) -> bool {
        let limit = self.services.workers.silence;
        let asked = self.begin(&Ask::Ping);
        let answer = asked.map(|asked| asked.wait(limit, &mut || self.serve()));
        !matches!(answer, Ok(Err(CallError::TimedOut(_))))
    }

    /// Kills a process that does not answer, and returns the failure.
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

    /// Waits for its end. Returns why it has ended.
    pub(super) fn died(&self, limit: Duration) -> Failure {
        if let Some(known) = self.death() {
            return known;
        }
        let exit = self.child.get().and_then(|child| {
            child.wait_timeout(limit).or_else(|| {
                // It has closed the socket and lives on, and cannot be reached any more.
                child.kill();
                child.wait_timeout(REASON)
            })
        });
        let tail = self.child.get().map(Child::tail).unwrap_or_default();
        let failure = death::describe(exit, &tail, &self.root, self.ending.load(Ordering::Acquire));
        self.death.lock().get_or_insert(failure).clone()
    }

    /// Refuses new calls, and waits for the calls under way.
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

    /// Asks it to end, and kills it if it does not.
    pub(super) fn end(&self) {
        let limit = self.services.workers.end;
        self.ending.store(true, Ordering::Release);
        self.mirrored.take_back(&self.services, &self.owner);
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
}

/// Reads a failure of the plugin from the worker's answer.
pub(super) fn failure_in(body: &[u8]) -> Failure {
    match unpack::<Failure>(body) {
        Ok((failure, _)) => failure,
        Err(reason) => Failure::new(FailureKind::Crashed, Stage::Import, reason),
    }
}
