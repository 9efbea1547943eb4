//! The face of this crate: [`Installer`].

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use camino::Utf8Path;
use lichtfeld_manifest::PluginName;

use crate::batch;
use crate::build;
use crate::error::InstallError;
use crate::event::{Event, EventKind, Reporter, Step};
use crate::fingerprint::fingerprint;
use crate::generation::Generation;
use crate::options::{InstallerOptions, Relock};
use crate::outcome::{Check, Damage, Depth, Ensured, Link, Swept};
use crate::request::{Dependencies, EnvironmentRequest};
use crate::store::blank::Blanks;
use crate::store::lock::{Busy, InstallLock};
use crate::store::{Shelf, check, link, slot, sweep};
use crate::uv::session::Session;
use crate::uv::{Uv, find};
use crate::verify::verify;
use lichtfeld_system::CancelToken;

/// Makes, checks, repairs and removes the environments of plugins. Cheap to make; every method may
/// be called from any thread, and by several processes at once.
#[derive(Debug)]
pub struct Installer {
    options: InstallerOptions,
    /// Looked for when it is first needed: a plugin without dependencies never needs it.
    uv: Mutex<Option<Uv>>,
    blanks: Blanks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Reuse,
    Rebuild,
}

impl Installer {
    /// An installer; looks at nothing yet.
    #[must_use]
    pub fn new(options: InstallerOptions) -> Self {
        Self {
            options,
            uv: Mutex::default(),
            blanks: Blanks::default(),
        }
    }

    /// How it works.
    #[must_use]
    pub fn options(&self) -> &InstallerOptions {
        &self.options
    }

    /// The hash that names the environment of a request.
    ///
    /// # Errors
    /// Where the plugin's `uv.lock` cannot be read.
    pub fn fingerprint(&self, request: &EnvironmentRequest) -> Result<String, InstallError> {
        fingerprint(request, &self.options.python)
    }

    /// Whether the environment is there, by looking alone: no child process, nothing written.
    ///
    /// # Errors
    /// Where something cannot be read.
    pub fn check(&self, request: &EnvironmentRequest) -> Result<Check, InstallError> {
        if request.dependencies() == Dependencies::None && request.extras().is_empty() {
            return Ok(Check::NotNeeded);
        }
        check::check(&self.shelf(request.name()), &self.fingerprint(request)?)
    }

    /// Makes sure that the environment is there: looks, and builds where it is missing or damaged.
    /// `<plugin>/.venv` leads to it afterwards, where that is possible.
    ///
    /// # Errors
    /// [`InstallError`]. Nothing is left over then, and older environments are as they were.
    pub fn ensure(
        &self,
        request: &EnvironmentRequest,
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Result<Ensured, InstallError> {
        self.make(request, Existing::Reuse, reporter, cancel)
    }

    /// Builds the environment anew, whether or not the one that is there looks whole, with the same
    /// versions. Packages whose files were changed are downloaded again.
    ///
    /// # Errors
    /// [`InstallError`]; the old environment is then as it was.
    pub fn repair(
        &self,
        request: &EnvironmentRequest,
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Result<Ensured, InstallError> {
        self.make(request, Existing::Rebuild, reporter, cancel)
    }

    /// Ensures several environments, at most [`jobs`](InstallerOptions::jobs) at a time. Results
    /// are in the order of the requests; an error in one does not touch the others.
    pub fn install_many(
        &self,
        requests: &[EnvironmentRequest],
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Vec<Result<Ensured, InstallError>> {
        batch::install_many(self, requests, self.options.jobs, reporter, cancel)
    }

    /// Compares every file of an environment with the lists that its packages brought along.
    #[must_use]
    pub fn verify(&self, generation: &Generation, depth: Depth) -> Vec<Damage> {
        verify(generation, depth)
    }

    /// The environments of a plugin, the newest first.
    ///
    /// # Errors
    /// Where the directory cannot be read.
    pub fn generations(&self, name: &PluginName) -> Result<Vec<Generation>, InstallError> {
        self.shelf(name).generations()
    }

    /// What `<plugin>/.venv` is now.
    #[must_use]
    pub fn plan_link(&self, request: &EnvironmentRequest, generation: &Generation) -> Link {
        link::inspect(
            request.project_dir(),
            &self.shelf(request.name()),
            &generation.path,
        )
    }

    /// Makes `<plugin>/.venv` lead to an environment, unless somebody else made what is there.
    pub fn link(&self, request: &EnvironmentRequest, generation: &Generation) -> Link {
        link::make(
            request.project_dir(),
            &self.shelf(request.name()),
            &generation.path,
        )
    }

    /// Removes what killed processes left behind and old environments, of all plugins. What is
    /// being installed or used at this moment is left alone.
    #[must_use]
    pub fn sweep(&self) -> Swept {
        let mut swept = Swept::default();
        slot::sweep(&self.options.envs_dir, &mut swept);
        let entries = std::fs::read_dir(&self.options.envs_dir)
            .into_iter()
            .flatten()
            .flatten();
        for entry in entries {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if name.starts_with('.') || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let shelf = Shelf::new(&self.options.envs_dir, &name);
            match InstallLock::try_acquire(&shelf) {
                Ok(Some(_lock)) => {
                    sweep::litter(&shelf, &mut swept);
                    let current = current_of(&shelf);
                    let current = current.as_ref().map(|generation| generation.path.as_path());
                    sweep::old(&shelf, current, self.options.kept_generations, &mut swept);
                }
                Ok(None) => {}
                Err(error) => swept.failed.push(error),
            }
        }
        swept
    }

    /// Removes all environments of a plugin that nobody uses, and its `.venv` link.
    ///
    /// # Errors
    /// Where another process installs it at this moment ([`InstallError::LockTimeout`]).
    pub fn remove(&self, name: &PluginName, project_dir: &Utf8Path) -> Result<Swept, InstallError> {
        let shelf = self.shelf(name);
        let mut swept = Swept::default();
        if !shelf.path.exists() {
            return Ok(swept);
        }
        let limit = self.options.lock_timeout.unwrap_or(Duration::from_secs(10));
        let never = CancelToken::new();
        let lock =
            InstallLock::acquire(&shelf, name.normalized(), Some(limit), &never, &mut |_| {})?;
        sweep::litter(&shelf, &mut swept);
        for path in shelf.published()? {
            sweep::discard(&shelf, &path, &mut swept);
        }
        if let Err(error) = link::remove(project_dir, &shelf) {
            swept.failed.push(InstallError::io(
                "remove",
                &project_dir.join(link::LINK),
                error,
            ));
        }
        if swept.in_use.is_empty() {
            // With the lock file, under its lock: whoever waits for it makes the directory again.
            let _ = lichtfeld_system::files::remove_tree(&shelf.path);
        }
        drop(lock);
        Ok(swept)
    }

    /// The program of uv that is used.
    ///
    /// # Errors
    /// [`InstallError::UvMissing`] with every place that was looked at.
    pub fn uv(&self) -> Result<camino::Utf8PathBuf, InstallError> {
        self.find_uv().map(|uv| uv.path)
    }

    /// uv's version, by asking it.
    ///
    /// # Errors
    /// [`InstallError::UvMissing`], [`InstallError::UvTooOld`], [`InstallError::UvUnusable`].
    pub fn uv_version(&self) -> Result<String, InstallError> {
        find::version(&self.find_uv()?)
    }

    fn find_uv(&self) -> Result<Uv, InstallError> {
        let mut known = self.uv.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(uv) = &*known {
            return Ok(uv.clone());
        }
        let uv = find::find(&self.options)?;
        *known = Some(uv.clone());
        Ok(uv)
    }

    fn shelf(&self, name: &PluginName) -> Shelf {
        Shelf::new(&self.options.envs_dir, name.normalized())
    }

    /// Whether the author asked for a lock file that is not there: no environment has it either.
    fn lacks_lock(&self, request: &EnvironmentRequest) -> bool {
        self.options.relock == Relock::Create && !request.project_dir().join("uv.lock").exists()
    }

    fn make(
        &self,
        request: &EnvironmentRequest,
        existing: Existing,
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Result<Ensured, InstallError> {
        let started = Instant::now();
        let plugin = request.name().normalized();
        let tell = |kind| {
            reporter.event(Event {
                plugin: plugin.to_owned(),
                kind,
            });
        };
        let result = self.make_quietly(request, existing, reporter, cancel);
        match &result {
            Ok(Ensured::Built(_)) => tell(EventKind::Finished {
                elapsed: started.elapsed(),
            }),
            Err(error) => tell(EventKind::Failed {
                code: error.code().to_owned(),
                message: error.to_string(),
            }),
            Ok(_) => {}
        }
        result
    }

    fn make_quietly(
        &self,
        request: &EnvironmentRequest,
        existing: Existing,
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Result<Ensured, InstallError> {
        let started = Instant::now();
        let plugin = request.name().normalized();
        let tell = |kind| {
            reporter.event(Event {
                plugin: plugin.to_owned(),
                kind,
            });
        };
        let shelf = self.shelf(request.name());
        if existing == Existing::Reuse {
            match self.check(request)? {
                Check::NotNeeded => {
                    // An environment of earlier dependencies would mislead editors.
                    let _ = link::remove(request.project_dir(), &shelf);
                    return Ok(Ensured::NotNeeded);
                }
                Check::Ready(generation) if !self.lacks_lock(request) => {
                    self.tell_link(request, &generation, &tell);
                    return Ok(Ensured::Reused(generation));
                }
                _ => {}
            }
        } else if self.check(request)? == Check::NotNeeded {
            return Ok(Ensured::NotNeeded);
        }
        let uv = self.find_uv()?;
        shelf.create()?;
        let mut waited = false;
        let timeout = self.options.lock_timeout;
        let _lock = InstallLock::acquire(&shelf, plugin, timeout, cancel, &mut |busy| {
            if !std::mem::replace(&mut waited, true) {
                tell(EventKind::StepStarted { step: Step::Lock });
            }
            let Busy {
                lock,
                holder,
                waited: elapsed,
            } = busy.clone();
            tell(EventKind::Waiting {
                lock,
                holder,
                elapsed,
            });
        })?;
        let lock_time = started.elapsed();
        if waited {
            tell(EventKind::StepFinished {
                step: Step::Lock,
                elapsed: lock_time,
            });
        }
        // Somebody may have built it while we waited.
        let before = self.check(request)?;
        if existing == Existing::Reuse
            && !self.lacks_lock(request)
            && let Check::Ready(generation) = before
        {
            self.tell_link(request, &generation, &tell);
            return Ok(Ensured::Reused(generation));
        }
        if let Check::Damaged { path, reason } = &before {
            tell(EventKind::Note {
                message: format!("{path} is damaged and is built anew: {reason}"),
            });
        }
        let mut swept = Swept::default();
        sweep::litter(&shelf, &mut swept);
        let session = Session {
            plugin,
            options: &self.options,
            uv: &uv,
            blanks: &self.blanks,
            reporter,
            cancel,
        };
        if existing == Existing::Rebuild {
            self.forget_changed(&session, &shelf, request)?;
        }
        let fingerprint = self.fingerprint(request)?;
        let mut built = build::build(&session, request, &shelf, &fingerprint)?;
        built.timings.lock = lock_time;
        built
            .notes
            .extend(self.tell_link(request, &built.generation, &tell));
        let current = Some(built.generation.path.as_path());
        sweep::old(&shelf, current, self.options.kept_generations, &mut swept);
        sweep::litter(&shelf, &mut swept);
        for error in swept.failed {
            built.notes.push(error.to_string());
        }
        built.timings.total = started.elapsed();
        Ok(Ensured::Built(Box::new(built)))
    }

    /// Links, and says what a person should know about it.
    fn tell_link(
        &self,
        request: &EnvironmentRequest,
        generation: &Generation,
        tell: &dyn Fn(EventKind),
    ) -> Option<String> {
        let message = match self.link(request, generation) {
            Link::Current | Link::Outdated => return None,
            Link::Foreign { path } => format!(
                "{path} was made by somebody else and is left alone; the plugin runs with {}",
                generation.path
            ),
            Link::Impossible { path, reason } => format!(
                "{path} cannot be made ({reason}); the plugin runs with {}",
                generation.path
            ),
        };
        tell(EventKind::Note {
            message: message.clone(),
        });
        Some(message)
    }

    /// uv's cache shares files with environments by hard links: what was changed here is changed
    /// there, and would come back.
    fn forget_changed(
        &self,
        session: &Session<'_>,
        shelf: &Shelf,
        request: &EnvironmentRequest,
    ) -> Result<(), InstallError> {
        let path = shelf.generation(&self.fingerprint(request)?);
        let Ok(generation) = Generation::open(&path) else {
            return Ok(());
        };
        let damage = verify(&generation, Depth::Hashes);
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
        session.tell(EventKind::Note { message });
        let command = session
            .command()
            .args(["cache", "clean", "--force"])
            .args(&names);
        let limits = lichtfeld_system::process::Timeouts::default();
        let ignore = &mut |_: lichtfeld_system::process::Signal<'_>| {
            lichtfeld_system::process::Activity::Seen
        };
        let shown = command.display();
        command
            .run(session.cancel, &limits, ignore)
            .map(drop)
            .map_err(|error| InstallError::of_process(session.plugin, &shown, error))
    }
}

/// The environment that the plugin's link leads to, else the newest.
fn current_of(shelf: &Shelf) -> Option<Generation> {
    let generations = shelf.generations().ok()?;
    let linked = |generation: &&Generation| {
        link::inspect(&generation.record.project_dir, shelf, &generation.path) == Link::Current
    };
    generations
        .iter()
        .find(linked)
        .or(generations.first())
        .cloned()
}
