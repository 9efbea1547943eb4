//! The watcher of one manager, and the changes that wait for their reload.

use super::self_writes::SelfWrites;
use lichtfeld_watcher::{ChangeSet, Watcher};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The watcher of one manager, if it runs, and what has changed and is not reloaded yet.
#[derive(Default)]
pub(crate) struct Watch {
    watcher: Mutex<Option<Arc<Watcher>>>,
    /// By plugin: a set here means that a reload of it is under way to the UI thread.
    waiting: Mutex<HashMap<String, ChangeSet>>,
    /// By plugin: what it writes itself while it loads.
    self_writes: Mutex<HashMap<String, SelfWrites>>,
}

impl Watch {
    pub(crate) fn watcher(&self) -> MutexGuard<'_, Option<Arc<Watcher>>> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn waiting(&self) -> MutexGuard<'_, HashMap<String, ChangeSet>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn self_writes<R>(&self, key: &str, work: impl FnOnce(&mut SelfWrites) -> R) -> R {
        let mut all = self
            .self_writes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(all.entry(key.to_owned()).or_default())
    }
}
