//! Makes sure that one plugin's environment is there: looks, waits for the lock, looks again, builds.

use std::time::Instant;

use lichtfeld_system::lock::Busy;
use lichtfeld_system::process::{Activity, Signal, Timeouts};
use lichtfeld_system::{CancelToken, human};
use tracing::{debug, debug_span};

use crate::build::{self, Outcome};
use crate::error::InstallError;
use crate::event::{Event, EventKind, Reporter, Step};
use crate::fingerprint::fingerprint;
use crate::generation::Generation;
use crate::local_generations;
use crate::lock_origin::LockOrigin;
use crate::options::{InstallerOptions, Relock};
use crate::outcome::{Check, Depth, Ensured, Swept};
use crate::preferences::Preferred;
use crate::request::{Dependencies, EnvironmentRequest};
use crate::store::lock::InstallLock;
use crate::store::venv_template::VenvTemplates;
use crate::store::{EnvironmentDir, check, publish, sweep};
use crate::uv::Uv;
use crate::uv::session::Session;
use crate::verify::verify;

/// What to do with an environment that looks whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    Reuse,
    Rebuild,
}

/// The directory of a plugin's environments.
pub(crate) fn dir_of(options: &InstallerOptions, request: &EnvironmentRequest) -> EnvironmentDir {
    EnvironmentDir::new(&options.envs_dir, request.name().normalized())
}

/// Whether the environment is there, by looking alone.
pub(crate) fn look(
    options: &InstallerOptions,
    request: &EnvironmentRequest,
) -> Result<Check, InstallError> {
    if request.dependencies() == Dependencies::None && request.extras().is_empty() {
        return Ok(Check::NotNeeded);
    }
    let base = fingerprint(request, &options.python)?;
    let dir = dir_of(options, request);
    match check::check(&dir, &base)? {
        // An environment with local libraries has another name.
        missing @ Check::Missing { .. } => {
            let found = local_generations::find(&dir, &base, request.refreshes())?;
            Ok(found.unwrap_or(missing))
        }
        other => Ok(other),
    }
}

/// One environment that is to be there.
pub(crate) struct Ensure<'a> {
    pub(crate) options: &'a InstallerOptions,
    pub(crate) templates: &'a VenvTemplates,
    /// Only called when something is to be built.
    pub(crate) find_uv: &'a dyn Fn() -> Result<Uv, InstallError>,
    pub(crate) request: &'a EnvironmentRequest,
    pub(crate) reporter: &'a dyn Reporter,
    pub(crate) cancel: &'a CancelToken,
}

impl Ensure<'_> {
    /// Does it, and reports how it ended.
    pub(crate) fn run(&self, existing: Existing) -> Result<Ensured, InstallError> {
        let started = Instant::now();
        let _span = debug_span!("environment", plugin = self.plugin()).entered();
        let result = self.make(existing);
        match &result {
            Ok(Ensured::Built(built)) => {
                debug!(path = %built.generation.path, elapsed = ?started.elapsed(), "built");
                self.report(EventKind::Finished {
                    elapsed: started.elapsed(),
                });
            }
            Ok(Ensured::Reused(generation)) => debug!(path = %generation.path, "reused"),
            Ok(_) => {}
            Err(error) => {
                debug!(code = error.code(), %error, "failed");
                self.report(EventKind::Failed {
                    code: error.code().to_owned(),
                    message: human::chain(error),
                });
            }
        }
        result
    }

    fn plugin(&self) -> &str {
        self.request.name().normalized()
    }

    fn report(&self, kind: EventKind) {
        self.reporter.event(Event {
            plugin: self.plugin().to_owned(),
            kind,
        });
    }

    fn make(&self, existing: Existing) -> Result<Ensured, InstallError> {
        let started = Instant::now();
        let (options, request) = (self.options, self.request);
        let dir = dir_of(options, request);
        match look(options, request)? {
            Check::NotNeeded => return Ok(Ensured::NotNeeded),
            // Without uv there is no better one.
            Check::Ready(generation)
                if existing == Existing::Reuse
                    && !self.asks_for_lock()
                    && (self.untried(&generation).is_none() || (self.find_uv)().is_err()) =>
            {
                return Ok(Ensured::Reused(generation));
            }
            _ => {}
        }
        let uv = (self.find_uv)()?;
        dir.create()?;
        let _lock = self.lock(&dir, started)?;
        let lock_time = started.elapsed();
        // Another process may have built it meanwhile.
        let before = look(options, request)?;
        let mut present = None;
        if existing == Existing::Reuse
            && !self.asks_for_lock()
            && let Check::Ready(generation) = &before
        {
            let Some(reason) = self.untried(generation) else {
                return Ok(Ensured::Reused(generation.clone()));
            };
            self.report(EventKind::Note { message: reason });
            present = Some(generation.clone());
        }
        if let Check::Damaged { path, reason } = &before {
            self.report(EventKind::Note {
                message: format!("{path} is damaged and is built anew: {reason}"),
            });
        }
        let mut swept = Swept::default();
        sweep::litter(&dir, &mut swept);
        let session = Session {
            plugin: self.plugin(),
            options,
            uv: &uv,
            templates: self.templates,
            reporter: self.reporter,
            cancel: self.cancel,
        };
        let fingerprint = fingerprint(request, &options.python)?;
        if existing == Existing::Rebuild
            && let Check::Ready(generation) = &before
        {
            self.forget_changed(&session, generation)?;
        }
        let built = build::build(&session, request, &dir, &fingerprint, present.as_ref());
        let mut built = match (built, present) {
            (Ok(Outcome::Published(built)), _) => *built,
            (Ok(Outcome::Same(present)), _) => return Ok(keep(*present)),
            // What works is kept.
            (Err(error), Some(mut present)) if !error.is_cancelled() => {
                self.report(EventKind::Note {
                    message: format!("the versions stay as they are: {}", human::chain(&error)),
                });
                let preferences = request.preferences().counting(present.record.lock);
                let mut preferred = preferences.outcome(&present.distributions);
                Preferred::remember(&mut preferred, &present.record.preferred);
                present.record.preferred = preferred;
                return Ok(keep(present));
            }
            (Err(error), _) => return Err(error),
        };
        built.timings.lock = lock_time;
        let current = Some(built.generation.path.as_path());
        sweep::old(&dir, current, options.kept_generations, &mut swept);
        sweep::litter(&dir, &mut swept);
        for error in swept.failed {
            built.notes.push(human::chain(&error));
        }
        built.timings.total = started.elapsed();
        Ok(Ensured::Built(Box::new(built)))
    }

    /// Waits for other processes that install the same plugin, and reports that it waits.
    fn lock(&self, dir: &EnvironmentDir, started: Instant) -> Result<InstallLock, InstallError> {
        let mut waited = false;
        let mut on_wait = |busy: &Busy| {
            if !std::mem::replace(&mut waited, true) {
                self.report(EventKind::StepStarted { step: Step::Lock });
            }
            self.report(EventKind::Waiting {
                lock: busy.path.clone(),
                holder: busy.holder.as_ref().map(ToString::to_string),
                elapsed: busy.waited,
            });
        };
        let timeout = self.options.lock_timeout;
        let lock = InstallLock::acquire(dir, self.plugin(), timeout, self.cancel, &mut on_wait)?;
        if waited {
            self.report(EventKind::StepFinished {
                step: Step::Lock,
                elapsed: started.elapsed(),
            });
        }
        Ok(lock)
    }

    /// Whether the author asked for a lock file: it is resolved again, whatever is there.
    fn asks_for_lock(&self) -> bool {
        self.options.relock == Relock::Create
    }

    /// Why an environment that is there is to be built for other versions: somebody has them in the
    /// process, and they were not tried. Not while it is in use: that would exchange its files.
    fn untried(&self, generation: &Generation) -> Option<String> {
        let is_locked = generation.record.lock == LockOrigin::Shipped && self.request.is_exact();
        if is_locked || self.options.relock != Relock::Refuse {
            return None;
        }
        let untried = generation.record.untried(self.request.preferences());
        if untried.is_empty() || generation.in_use() {
            return None;
        }
        let list: Vec<String> = untried
            .iter()
            .map(|one| format!("{} has {} {}", one.origin, one.name, one.version))
            .collect();
        Some(format!("built anew to agree: {}", list.join(", ")))
    }

    /// uv's cache shares files with environments by hard links: what was changed here is changed
    /// there, and would come back.
    fn forget_changed(
        &self,
        session: &Session<'_>,
        generation: &Generation,
    ) -> Result<(), InstallError> {
        let damage = verify(generation, Depth::Hashes);
        // A file that is missing here is still in the cache.
        let changed = damage.iter().filter(|damage| damage.path.exists());
        let mut names: Vec<&str> = changed
            .filter_map(|damage| damage.distribution.as_deref())
            .collect();
        names.dedup();
        if names.is_empty() {
            return Ok(());
        }
        let message = format!(
            "{} changed after installing; fetched again",
            names.join(", ")
        );
        session.report(EventKind::Note { message });
        let command = session
            .command()
            .args(["cache", "clean", "--force"])
            .args(&names);
        let ignore = &mut |_: Signal<'_>| Activity::Seen;
        let shown = command.display();
        command
            .run(session.cancel, &Timeouts::default(), ignore)
            .map(drop)
            .map_err(|error| InstallError::of_process(session.plugin, &shown, error))
    }
}

/// Keeps an environment that could not be built for other versions, and writes down that they were
/// tried.
fn keep(generation: Generation) -> Ensured {
    if let Err(error) = publish::note(&generation) {
        // It is tried again then.
        debug!(path = %generation.path, error = human::chain(&error), "not written down");
    }
    Ensured::Reused(generation)
}
