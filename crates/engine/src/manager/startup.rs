//! How far the loading at the start of the application is, for whatever is shown meanwhile.

use crate::error::failure::Stage;
use crate::model::observer::Observer;
use parking_lot::{Mutex, MutexGuard};
use serde::Serialize;

/// Where `load_all` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StartupState {
    /// It was not called yet.
    #[default]
    Idle,
    /// It runs.
    Running,
    /// It has ended.
    Finished,
}

/// A moment of `load_all`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StartupStatus {
    /// Whether it runs.
    pub state: StartupState,
    /// The step of the plugin that is being loaded: a [`Stage`]'s name, or empty.
    pub phase: &'static str,
    /// The plugin that is being loaded; empty while environments are made for several.
    pub plugin: String,
    /// The last line for a person.
    pub detail: String,
    /// How many were loaded, or failed.
    pub attempted: usize,
    /// How many are to start.
    pub total: usize,
    /// How many failed.
    pub failed: usize,
    /// From 0 to 1.
    pub progress: f64,
    /// Whether it runs, once more: what a progress bar asks.
    pub active: bool,
}

/// The status of one manager.
#[derive(Default)]
pub(crate) struct Startup(Mutex<StartupStatus>);

impl Startup {
    /// How far `load_all` is.
    pub(crate) fn status(&self) -> StartupStatus {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, StartupStatus> {
        self.0.lock()
    }

    /// A new `load_all` of so many plugins, whose observer is told as before. It has ended when
    /// what is given is dropped.
    pub(crate) fn track<'a>(&'a self, observer: &'a mut dyn Observer, total: usize) -> Tracked<'a> {
        *self.lock() = StartupStatus {
            state: StartupState::Running,
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

pub(crate) struct Tracked<'a> {
    startup: &'a Startup,
    observer: &'a mut dyn Observer,
}

impl Tracked<'_> {
    /// This one is next.
    pub(crate) fn begin(&mut self, plugin: &str) {
        plugin.clone_into(&mut self.startup.lock().plugin);
    }

    /// The one that was begun has ended.
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
        status.state = StartupState::Finished;
        status.active = false;
        status.plugin.clear();
        status.phase = "";
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
