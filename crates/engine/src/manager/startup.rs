//! The progress of `load_all`, for a window that shows it.

use crate::error::failure::Stage;
use crate::model::observer::Observer;
use parking_lot::{Mutex, MutexGuard};
use serde::Serialize;

/// The state of `load_all`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StartupState {
    /// Not called yet.
    #[default]
    NotStarted,
    /// It looks for plugins.
    Discovering,
    /// It loads them.
    Loading,
    /// It has ended.
    Completed,
    /// It was ended before all were loaded.
    Cancelled,
}

/// What [`StartupStatus::phase`] is while no plugin is being loaded.
const NO_PHASE: &str = "idle";

/// The progress of `load_all` at one time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StartupStatus {
    /// Whether it runs.
    pub state: StartupState,
    /// The step of the plugin that is being loaded: a [`Stage`]'s name, or `idle`.
    pub phase: &'static str,
    /// The plugin that is being loaded; empty while environments are made for several.
    pub plugin: String,
    /// The last progress line.
    pub detail: String,
    /// How many were loaded, or failed.
    pub attempted: usize,
    /// How many will be loaded.
    pub total: usize,
    /// How many failed.
    pub failed: usize,
    /// From 0 to 1.
    pub progress: f64,
    /// Whether it runs; the same as in `state`, for progress bars.
    pub active: bool,
}

impl Default for StartupStatus {
    fn default() -> Self {
        Self {
            state: StartupState::default(),
            phase: NO_PHASE,
            plugin: String::new(),
            detail: String::new(),
            attempted: 0,
            total: 0,
            failed: 0,
            progress: 0.0,
            active: false,
        }
    }
}

/// The status of one manager.
#[derive(Default)]
pub(crate) struct Startup(Mutex<StartupStatus>);

impl Startup {
    /// Returns the progress.
    pub(crate) fn status(&self) -> StartupStatus {
        self.lock().clone()
    }

    /// Returns whether no thread holds the lock, for a forked copy of the process.
    pub(crate) fn is_free(&self) -> bool {
        self.0.try_lock().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, StartupStatus> {
        self.0.lock()
    }

    /// Begins a `load_all`, which looks for plugins first. The status says so until this is dropped,
    /// or [`track`](Self::track) follows.
    pub(crate) fn discover(&self) -> Discovering<'_> {
        *self.lock() = StartupStatus {
            state: StartupState::Discovering,
            active: true,
            ..StartupStatus::default()
        };
        Discovering(self)
    }

    /// Begins to load `total` plugins. Returns an observer that passes everything to
    /// `observer`; the `load_all` has ended when it is dropped.
    pub(crate) fn track<'a>(&'a self, observer: &'a mut dyn Observer, total: usize) -> Tracked<'a> {
        *self.lock() = StartupStatus {
            state: StartupState::Loading,
            active: true,
            total,
            ..StartupStatus::default()
        };
        Tracked {
            startup: self,
            observer,
        }
    }
}

/// A `load_all` that looks for plugins. If it ends without loading any, it is completed.
pub(crate) struct Discovering<'a>(&'a Startup);

impl Drop for Discovering<'_> {
    fn drop(&mut self) {
        let mut status = self.0.lock();
        if status.state == StartupState::Discovering {
            status.state = StartupState::Completed;
            status.active = false;
            status.progress = 1.0;
        }
    }
}

pub(crate) struct Tracked<'a> {
    startup: &'a Startup,
    observer: &'a mut dyn Observer,
}

impl Tracked<'_> {
    /// Begins the next plugin.
    pub(crate) fn begin(&mut self, plugin: &str) {
        plugin.clone_into(&mut self.startup.lock().plugin);
    }

    /// Ends the plugin that was begun.
    pub(crate) fn end(&mut self, is_loaded: bool) {
        let mut status = self.startup.lock();
        status.attempted += 1;
        status.failed += usize::from(!is_loaded);
        status.progress = status.attempted as f64 / status.total.max(1) as f64;
    }
}

impl Drop for Tracked<'_> {
    fn drop(&mut self) {
        let mut status = self.startup.lock();
        status.state = if status.attempted < status.total {
            StartupState::Cancelled
        } else {
            StartupState::Completed
        };
        status.active = false;
        status.plugin.clear();
        status.phase = NO_PHASE;
        status.progress = 1.0;
    }
}

impl Observer for Tracked<'_> {
    fn progress(&mut self, message: &str) {
        message.clone_into(&mut self.startup.lock().detail);
        self.observer.progress(message);
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        self.startup.lock().phase = stage.name();
        self.observer.stage(stage, detail);
    }

    fn should_cancel(&mut self) -> bool {
        self.observer.should_cancel()
    }
}
