//! Where a plugin's code runs: in this process, or in a worker of its own. The manager knows only
//! these traits. The crate `lichtfeld-runtime` implements them for Python.

use crate::error::failure::Failure;
use crate::execution::host::Job;
use crate::model::place_kind::PlaceKind;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::Distribution;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Everything that a backend needs to import one version of a plugin's code.
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
    /// The number of this version. It increases with every import of the plugin, and distinguishes
    /// the registrations of the old code from those of the new.
    pub revision: u64,
    /// The environment's interpreter, or `None` if the plugin has no dependencies.
    pub python: Option<Utf8PathBuf>,
    /// The environment's site-packages directories.
    pub site_packages: Vec<Utf8PathBuf>,
    /// What can be imported of the environment, by dotted name, with a digest of its files; the
    /// directories of editable libraries by their paths. The host's interpreter has to know what to
    /// import anew; a worker gets these directories only.
    #[serde(default)]
    pub packages: BTreeMap<String, String>,
    /// What of this other plugins use as well, so that it stays as it is.
    #[serde(default)]
    pub of_others: Vec<String>,
    /// The directory for compiled code.
    pub bytecode: Utf8PathBuf,
}

/// State that an old version passes to its successor. Only its backend knows the content.
pub type ReloadState = Box<dyn Any + Send>;

/// What a plugin left behind: registrations that it forgot, and resources that could not be freed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UnloadReport {
    /// Registrations that the plugin forgot; they were freed.
    pub freed: Vec<String>,
    /// Threads of the plugin that are still running: name, function, file and line.
    pub threads: Vec<String>,
    /// Child processes of the plugin that are still running.
    pub processes: Vec<String>,
    /// Modules that are still referenced from outside.
    pub modules: Vec<String>,
    /// Settings of the whole process that the plugin had changed: environment variables, signal
    /// handlers and the like. They were restored.
    #[serde(default)]
    pub restored: Vec<String>,
    /// What `on_unload` raised, if it did.
    pub error: Option<String>,
}

impl UnloadReport {
    /// Returns whether nothing was forgotten and nothing is left.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.freed.is_empty()
            && self.threads.is_empty()
            && self.processes.is_empty()
            && self.modules.is_empty()
            && self.restored.is_empty()
            && self.error.is_none()
    }
}

/// The backends of one manager.
#[non_exhaustive]
pub struct Backends {
    /// The host's own interpreter.
    pub shared: Box<dyn Backend>,
    /// Workers, or `None` if this system or host has none.
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

    /// Returns the backend of a place, or the shared one if there is no other.
    pub(crate) fn of(&self, kind: PlaceKind) -> &dyn Backend {
        match (kind, &self.worker) {
            (PlaceKind::Worker, Some(worker)) => worker.as_ref(),
            _ => self.shared.as_ref(),
        }
    }
}

/// The limit of a step of a plugin's code, and whether the caller has cancelled it.
pub struct Deadline<'a> {
    /// The limit for each function of the plugin, or `None` for no limit.
    pub limit: Option<Duration>,
    /// Called repeatedly during the step. Returns false to cancel it.
    pub wanted: &'a mut dyn FnMut() -> bool,
}

impl fmt::Debug for Deadline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deadline({:?})", self.limit)
    }
}

/// Runs the code of plugins in one place.
pub trait Backend: Send + Sync {
    /// Returns the place.
    fn kind(&self) -> PlaceKind;

    /// Returns the distributions that the application itself has on its path.
    fn distributions(&self) -> Vec<Distribution>;

    /// Returns the modules of a plugin's last unloaded version that are still referenced. May take
    /// as long as a garbage collection.
    fn still_referenced(&self, _key: &str) -> Vec<String> {
        Vec::new()
    }

    /// Returns the modules on the process's path that belong to no distribution, such as the
    /// application's own, without those of the standard library. They come before those of plugins.
    fn loose_modules(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the native files below a plugin's directory that are loaded here and have changed
    /// since. A process cannot load such a file again: it would run the old code.
    fn rebuilt_native(&self, _root: &Utf8Path) -> Vec<Utf8PathBuf> {
        Vec::new()
    }

    /// Returns whether native code of a library in this directory is loaded here.
    fn has_native(&self, _library: &Utf8Path) -> bool {
        false
    }

    /// Returns the directory that contains the Python packages `lichtfeld` and `lfs_plugins`, or `None`
    /// if there is none. May write it.
    fn packages(&self) -> Option<Utf8PathBuf> {
        None
    }

    /// Starts `work` on a thread on which plugins' code can run. Drops it if no thread can be
    /// started.
    fn spawn(&self, name: String, work: Job) {
        drop(std::thread::Builder::new().name(name).spawn(work));
    }

    /// Ends the child processes that plugins have started, as far as possible within `limit`.
    /// Called before a process is ended by force.
    fn end_children(&self, _limit: Duration) {}

    /// Imports a plugin's code without activating it. If it fails, nothing is left behind.
    ///
    /// # Errors
    /// The plugin's failure, with its location in the code; one of the kind
    /// [`Cancelled`](crate::FailureKind::Cancelled) or
    /// [`Interrupted`](crate::FailureKind::Interrupted) if the import was cancelled or interrupted.
    fn import(
        &self,
        code_version: &CodeVersion,
        deadline: &mut Deadline<'_>,
    ) -> Result<Box<dyn Instance>, Failure>;
}

/// What has become of changed resource files without a reload of the code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FilesTaken {
    /// Whether all of them were dealt with, so that the plugin is not reloaded.
    pub handled: bool,
    /// Why a panel shows the version of its template before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl FilesTaken {
    /// All of them were dealt with; a template may have failed.
    #[must_use]
    pub const fn handled(failure: Option<Failure>) -> Self {
        Self {
            handled: true,
            failure,
        }
    }
}

/// One imported version of a plugin's code.
pub trait Instance: Send {
    /// Returns the place where it runs.
    fn kind(&self) -> PlaceKind;

    /// Removes its modules from the imports. They stay alive.
    fn leave(&mut self);

    /// Restores its modules for imports.
    fn enter(&mut self);

    /// Makes it the version that the host sees, and calls `on_load`; with `reload_state`, also
    /// `on_after_reload`.
    ///
    /// # Errors
    /// The exception of `on_load`.
    fn activate(
        &mut self,
        reload_state: Option<&ReloadState>,
        deadline: &mut Deadline<'_>,
    ) -> Result<(), Failure>;

    /// Calls `on_before_reload`. Returns the state for the successor, or `None` if the plugin has
    /// no such function.
    ///
    /// # Errors
    /// The exception of the function.
    fn hand_over(&mut self) -> Result<Option<ReloadState>, Failure>;

    /// Converts the state of a version that runs in another place, so that [`Instance::activate`]
    /// can take it. Returns `None` if the state can be taken as it is. Called before the old version
    /// is deactivated: a state that cannot be converted is not lost.
    ///
    /// # Errors
    /// The state contains a value that cannot cross to this place.
    fn adopt(&mut self, _reload_state: &ReloadState) -> Result<Option<ReloadState>, Failure> {
        Ok(None)
    }

    /// Calls `on_unload`, and frees the registrations that the plugin forgot.
    ///
    /// # Errors
    /// The exception of `on_unload`. Everything is freed nevertheless.
    fn deactivate(&mut self, deadline: &mut Deadline<'_>) -> Result<(), Failure>;

    /// Removes the code from the process. Returns what could not be removed.
    fn remove(self: Box<Self>) -> UnloadReport;

    /// Passes changed resource files to `on_files_changed(paths)`, and reads documents of panels that
    /// are made of them again.
    fn files_changed(&mut self, paths: &[Utf8PathBuf]) -> FilesTaken;
}
