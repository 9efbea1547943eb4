//! The watcher of one manager, and the changes that wait for their reload.

use crate::manager::readings::Readings;
use crate::manager::self_writes::SelfWrites;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_watcher::{
    ChangeSet, NotifySource, Options, Stats, Tree, TreeId, WatchError, WatchEvent, Watcher,
};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// The shortest time between two looks at a file system that sends no events.
const SHORTEST_POLL: Duration = Duration::from_millis(10);

/// The watcher, if it runs, and what has changed and is not reloaded yet.
#[derive(Default)]
pub(crate) struct Watch {
    watcher: Mutex<Option<Arc<Watcher>>>,
    /// By plugin: a set here means that a reload of it is under way to the UI thread.
    waiting: Mutex<HashMap<String, ChangeSet>>,
    pub(crate) readings: Readings,
    /// By plugin: what it writes itself.
    self_writes: Mutex<HashMap<String, SelfWrites>>,
}

/// A watcher that was started.
pub(crate) struct Started {
    /// What it sees.
    pub(crate) events: Receiver<WatchEvent>,
    /// The trees that cannot be watched, and why.
    pub(crate) refused: Vec<(TreeId, WatchError)>,
}

impl Watch {
    /// Starts watching these trees, and `parent` for directories that come and go. Returns `None`
    /// if the watcher runs already.
    pub(crate) fn start(
        &self,
        poll: Duration,
        trees: Vec<Tree>,
        parent: &Utf8Path,
    ) -> Result<Option<Started>, WatchError> {
        let mut running = self.watcher.lock();
        if running.is_some() {
            return Ok(None);
        }
        let options = Options::default()
            .with_poll_interval(poll.max(SHORTEST_POLL))
            .with_rewritten(true);
        let watcher = Watcher::start(options, NotifySource::new())?;
        let events = watcher.events();
        let refused = watcher.watch_all(trees)?;
        watcher.watch_parent(parent)?;
        *running = Some(Arc::new(watcher));
        Ok(Some(Started { events, refused }))
    }

    /// Stops watching, and forgets the changes that wait.
    pub(crate) fn stop(&self) {
        let watcher = self.watcher.lock().take();
        if let Some(watcher) = watcher {
            watcher.stop();
        }
        self.waiting.lock().clear();
    }

    fn watcher(&self) -> Option<Arc<Watcher>> {
        self.watcher.lock().clone()
    }

    /// Whether it runs.
    pub(crate) fn is_running(&self) -> bool {
        self.watcher.lock().is_some()
    }

    /// What the watcher does at this moment, or `None` if it does not run.
    pub(crate) fn stats(&self) -> Option<Stats> {
        self.watcher()?.stats()
    }

    /// Watches one more tree, if the watcher runs.
    pub(crate) fn add(&self, tree: Tree) -> Result<(), WatchError> {
        match self.watcher() {
            Some(watcher) => watcher.watch(tree),
            None => Ok(()),
        }
    }

    /// Stops watching a tree.
    pub(crate) fn remove(&self, tree: &TreeId) {
        if let Some(watcher) = self.watcher() {
            watcher.unwatch(tree);
        }
    }

    /// Adds to the changes of a plugin that wait for its reload. Returns whether they are the first:
    /// then the caller sees to it that they are dealt with.
    pub(crate) fn collect(&self, changes: ChangeSet) -> bool {
        let mut waiting = self.waiting.lock();
        let key = changes.tree.as_str();
        if let Some(known) = waiting.get_mut(key) {
            known.absorb(changes);
            return false;
        }
        waiting.insert(key.to_owned(), changes);
        true
    }

    /// The changes of a plugin that wait, which then wait no more.
    pub(crate) fn take(&self, key: &str) -> Option<ChangeSet> {
        self.waiting.lock().remove(key)
    }

    /// Returns the plugins whose changes were judged.
    pub(crate) fn judged(&self) -> Vec<String> {
        self.self_writes.lock().keys().cloned().collect()
    }

    /// Forgets what is known of the files that a plugin writes itself.
    pub(crate) fn forget_self_writes(&self, key: &str) {
        self.self_writes.lock().remove(key);
    }

    /// Returns the files that a plugin writes itself and that no longer cause a reload.
    pub(crate) fn own_writes(&self, key: &str) -> Vec<Utf8PathBuf> {
        let known = self.self_writes.lock();
        known.get(key).map(SelfWrites::told).unwrap_or_default()
    }

    /// Works on what is known of the files that a plugin writes itself.
    pub(crate) fn self_writes<R>(&self, key: &str, work: impl FnOnce(&mut SelfWrites) -> R) -> R {
        work(self.self_writes.lock().entry(key.to_owned()).or_default())
    }

    /// The same, if changes of the plugin have been judged before.
    pub(crate) fn if_judged(&self, key: &str, work: impl FnOnce(&mut SelfWrites)) {
        if let Some(known) = self.self_writes.lock().get_mut(key) {
            work(known);
        }
    }
}
