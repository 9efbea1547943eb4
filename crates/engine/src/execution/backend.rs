//! Where a plugin's code runs: in this process, or in a worker of its own. The manager knows only
//! these traits; what they mean in Python is below `python/`.

use crate::error::failure::Failure;
use crate::execution::host::Job;
use crate::model::place_kind::PlaceKind;
use camino::Utf8PathBuf;
use lichtfeld_installer::Distribution;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::fmt;
use std::time::Duration;

/// Everything a place needs to run one version of a plugin's code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CodeVersion {
    /// The name as the manifest writes it.
    pub name: String,
    /// The normalised name: the key of everything that is kept.
    pub key: String,
    /// The module name: `lfs_plugins.<module>`, and `import <module>`.
    pub module: String,
    /// The plugin's directory.
    pub root: Utf8PathBuf,
    /// The file that is run as the package.
    pub entry: Utf8PathBuf,
    /// Counts up with every import of this plugin: tells the old code's registrations from the new.
    pub revision: u64,
    /// The environment's interpreter; none where the plugin has no dependencies.
    pub python: Option<Utf8PathBuf>,
    /// The environment's site-packages directories.
    pub site_packages: Vec<Utf8PathBuf>,
    /// Where compiled code is kept.
    pub bytecode: Utf8PathBuf,
}

/// State that an old version hands to its successor; only its place can look inside.
pub type ReloadState = Box<dyn Any + Send>;

/// What could not be removed with a plugin, and what it forgot.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UnloadReport {
    /// Registrations that the plugin forgot; they were freed.
    pub freed: Vec<String>,
    /// Threads of the plugin that are still running: name, function, file and line.
    pub threads: Vec<String>,
    /// Child processes of the plugin that are still running.
    pub processes: Vec<String>,
    /// Modules that something outside still refers to.
    pub modules: Vec<String>,
    /// What `on_unload` raised, if it did.
    pub error: Option<String>,
}

impl UnloadReport {
    /// Whether nothing was forgotten and nothing is left.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.freed.is_empty()
            && self.threads.is_empty()
            && self.processes.is_empty()
            && self.modules.is_empty()
            && self.error.is_none()
    }
}

/// The places of one manager.
#[non_exhaustive]
pub struct Backends {
    /// The host's own interpreter.
    pub shared: Box<dyn Backend>,
    /// Processes; none where this system or host has none.
    pub worker: Option<Box<dyn Backend>>,
}

impl From<Box<dyn Backend>> for Backends {
    fn from(shared: Box<dyn Backend>) -> Self {
        Self {
            shared,
            worker: None,
        }
    }
}

impl fmt::Debug for Backends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backends")
            .field("has_worker", &self.worker.is_some())
            .finish_non_exhaustive()
    }
}

impl Backends {
    /// Plugins run in the host's own interpreter.
    pub fn new(shared: impl Backend + 'static) -> Self {
        let shared: Box<dyn Backend> = Box::new(shared);
        Self::from(shared)
    }

    /// Plugins can also run in processes of their own.
    #[must_use]
    pub fn with_worker(mut self, worker: impl Backend + 'static) -> Self {
        self.worker = Some(Box::new(worker));
        self
    }

    /// The place of a kind; the shared one where there is no other.
    pub(crate) fn of(&self, kind: PlaceKind) -> &dyn Backend {
        match (kind, &self.worker) {
            (PlaceKind::Worker, Some(worker)) => worker.as_ref(),
            _ => self.shared.as_ref(),
        }
    }
}

/// How long a step of a plugin's code may take, and whether it is still wanted.
pub struct Deadline<'a> {
    /// The limit for each function of the plugin; none: as long as it likes.
    pub limit: Option<Duration>,
    /// Asked now and then while a process is waited for; false ends the step.
    pub wanted: &'a mut dyn FnMut() -> bool,
}

impl fmt::Debug for Deadline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deadline({:?})", self.limit)
    }
}

/// A place that can run plugins.
pub trait Backend: Send + Sync {
    /// Which of the two it is.
    fn kind(&self) -> PlaceKind;

    /// The distributions that the application itself has on its path.
    fn distributions(&self) -> Vec<Distribution>;

    /// The modules of a plugin's last unloaded version that something still refers to. May take
    /// as long as a collection of garbage.
    fn still_referenced(&self, _key: &str) -> Vec<String> {
        Vec::new()
    }

    /// Starts `work` on a thread on which plugins' code can run; drops it where there is none to be
    /// had.
    fn spawn(&self, name: String, work: Job) {
        drop(std::thread::Builder::new().name(name).spawn(work));
    }

    /// Ends the child processes that plugins have started, as far as that is possible within
    /// `limit`; for a process that is ended by force.
    fn end_children(&self, _limit: Duration) {}

    /// Imports a plugin's code, and does not activate it. A failure leaves nothing behind.
    ///
    /// # Errors
    /// The plugin's failure, with its place in the code; one of the kind
    /// [`Cancelled`](crate::FailureKind::Cancelled) or
    /// [`Interrupted`](crate::FailureKind::Interrupted) where somebody ended it.
    fn import(
        &self,
        code_version: &CodeVersion,
        deadline: &mut Deadline<'_>,
    ) -> Result<Box<dyn Instance>, Failure>;
}

/// One imported version of a plugin's code.
pub trait Instance: Send {
    /// Where it runs.
    fn kind(&self) -> PlaceKind;

    /// Steps aside: imports no longer find its modules, which stay alive.
    fn leave(&mut self);

    /// Comes back: imports find its modules again.
    fn enter(&mut self);

    /// Makes it the version that the host sees, and calls `on_load`. With `reload_state`, also
    /// `on_after_reload`.
    ///
    /// # Errors
    /// What `on_load` raised.
    fn activate(
        &mut self,
        reload_state: Option<&ReloadState>,
        deadline: &mut Deadline<'_>,
    ) -> Result<(), Failure>;

    /// Asks for state to hand to a successor (`on_before_reload`), if it offers any.
    ///
    /// # Errors
    /// What the function raised.
    fn hand_over(&mut self) -> Result<Option<ReloadState>, Failure>;

    /// Calls `on_unload` and frees what the plugin forgot.
    ///
    /// # Errors
    /// What `on_unload` raised; everything is freed all the same.
    fn deactivate(&mut self, deadline: &mut Deadline<'_>) -> Result<(), Failure>;

    /// Removes every trace that can be removed.
    fn remove(self: Box<Self>) -> UnloadReport;

    /// Offers changed resource files to `on_files_changed(paths) -> bool`; true if the plugin
    /// has dealt with them.
    fn files_changed(&mut self, paths: &[Utf8PathBuf]) -> bool;
}
