//! From changed files to reloads: one save, one reload, the last content wins.
//!
//! The events of the watcher are read on a thread of ours. What has changed of a plugin is collected
//! until the reload begins, which happens on the host's UI thread where it has one; changes that
//! arrive while a reload runs make one more.

use crate::error::{Error, with_causes};
use crate::host::{Level, OnChange};
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::observer::Unobserved;
use crate::own_writes::{self, OwnWrites, Verdict};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_watcher::{
    ChangeSet, NotifySource, Options, Role, Tree, TreeId, WatchEvent, Watcher,
};
use std::collections::HashMap;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

/// The watcher of one manager, if it runs, and what has changed and is not reloaded yet.
#[derive(Default)]
pub(crate) struct Watch {
    watcher: Mutex<Option<Arc<Watcher>>>,
    /// By plugin: a set here means that a reload of it is under way to the UI thread.
    waiting: Mutex<HashMap<String, ChangeSet>>,
    /// By plugin: what it writes itself while it loads.
    own_writes: Mutex<HashMap<String, OwnWrites>>,
}

impl Watch {
    fn watcher(&self) -> MutexGuard<'_, Option<Arc<Watcher>>> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, ChangeSet>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own_writes<R>(&self, key: &str, work: impl FnOnce(&mut OwnWrites) -> R) -> R {
        let mut all = self
            .own_writes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(all.entry(key.to_owned()).or_default())
    }
}

impl Manager {
    /// Watches the files of all plugins with `hot_reload`, and the plugins directory for plugins
    /// that come and go. `poll` is how often a file system that gives no events is looked through.
    /// Starting twice is no mistake.
    ///
    /// # Errors
    /// [`Error::Io`] where the plugins directory cannot be read or the watcher cannot start.
    pub fn start_watcher(self: &Arc<Self>, poll: Duration) -> Result<(), Error> {
        let io = |reason: String| Error::Io {
            what: "cannot watch the plugins".into(),
            reason,
        };
        self.scan()?;
        let mut running = self.watch.watcher();
        if running.is_some() {
            return Ok(());
        }
        let options = Options::default().with_poll_interval(poll.max(Duration::from_millis(10)));
        let watcher = Watcher::start(options, NotifySource::new())
            .map_err(|error| io(with_causes(&error)))?;
        let events = watcher.events();
        let refused = watcher
            .watch_all(self.watched_trees())
            .map_err(|error| io(with_causes(&error)))?;
        watcher
            .watch_parent(self.home().plugins())
            .map_err(|error| io(with_causes(&error)))?;
        *running = Some(Arc::new(watcher));
        drop(running);
        for (tree, error) in refused {
            self.log(
                Some(tree.as_str()),
                Level::Warn,
                &format!("not watched: {}", with_causes(&error)),
            );
        }
        let manager = Arc::downgrade(self);
        thread::Builder::new()
            .name("lichtfeld-reload".into())
            .spawn(move || listen(&events, || manager.upgrade()))
            .map_err(|error| io(with_causes(&error)))?;
        Ok(())
    }

    /// Ends the watching. A reload that runs goes on. Stopping twice is no mistake.
    pub fn stop_watcher(&self) {
        let watcher = self.watch.watcher().take();
        if let Some(watcher) = watcher {
            watcher.stop();
        }
        self.watch.waiting().clear();
    }

    /// Whether the watcher runs.
    pub fn is_watching(&self) -> bool {
        self.watch.watcher().is_some()
    }

    /// What the watcher does at this moment; none if it does not run.
    pub fn watch_stats(&self) -> Option<lichtfeld_watcher::Stats> {
        let watcher = self.watch.watcher().clone()?;
        watcher.stats()
    }

    fn watched_trees(&self) -> Vec<Tree> {
        self.registry
            .infos()
            .iter()
            .filter(|info| info.hot_reload)
            .filter_map(|info| {
                let key = self.key(&info.name).ok()?;
                Some(Tree::new(key.as_str(), info.path.clone()))
            })
            .collect()
    }

    fn noticed(self: &Arc<Self>, event: WatchEvent) {
        match event {
            WatchEvent::Changes(changes) => self.changed(changes),
            WatchEvent::TreeAppeared { root, .. } => self.appeared(&root),
            WatchEvent::TreeVanished { root, tree } => self.vanished(&root, tree.as_ref()),
            WatchEvent::Degraded { tree, reason, hint } => {
                let key = tree.as_ref().map(TreeId::as_str);
                self.log(
                    key,
                    Level::Warn,
                    &format!("watching: {reason}. What helps: {hint}"),
                );
            }
            WatchEvent::Recovered { tree, .. } => {
                self.log(
                    Some(tree.as_str()),
                    Level::Info,
                    "watching: all is well again",
                );
            }
            _ => {}
        }
    }

    /// Collects the changes of a plugin and sees to it that they are dealt with once.
    fn changed(self: &Arc<Self>, changes: ChangeSet) {
        let key = changes.tree.as_str().to_owned();
        {
            let mut waiting = self.watch.waiting();
            if let Some(known) = waiting.get_mut(&key) {
                known.absorb(changes);
                return;
            }
            waiting.insert(key.clone(), changes);
        }
        let manager = Arc::downgrade(self);
        self.host().on_ui_thread(Box::new(move || {
            if let Some(manager) = manager.upgrade() {
                let changes = manager.watch.waiting().remove(&key);
                if let Some(changes) = changes {
                    manager.deal_with(&key, &changes);
                }
            }
        }));
    }

    fn deal_with(&self, key: &str, changes: &ChangeSet) {
        let paths: Vec<Utf8PathBuf> = changes
            .changes
            .iter()
            .map(|change| change.absolute.clone())
            .collect();
        let first = changes
            .changes
            .first()
            .map_or("", |change| change.path.as_str());
        let cause = match changes.changes.len() {
            0 | 1 => format!("saved: {first}"),
            more => format!("saved: {first} and {} more", more - 1),
        };
        if self.host().on_change(key, &paths) == OnChange::Announce {
            self.log(
                Some(key),
                Level::Info,
                &format!("{cause}; not reloaded, as the host wishes"),
            );
            return;
        }
        if self.is_own_writing(key, changes) {
            return;
        }
        let begun = SystemTime::now();
        let result = self.operation(key, &mut || false).and_then(|_turn| {
            let only_resources = changes
                .changes
                .iter()
                .all(|change| change.role == Role::Resource);
            match self.registry.with(key, |record| record.state) {
                Some(State::Active) if only_resources && self.took_care(key, &paths) => Ok(()),
                Some(State::Active) => self.reload_in_turn(key, &mut Unobserved, &cause),
                // Saving the fix loads it.
                Some(State::Error) => self.load_in_turn(key, &mut Unobserved, &cause),
                _ => self.refresh(key).map(|_| ()),
            }
        });
        let ended = SystemTime::now();
        self.watch
            .own_writes(key, |known| known.reloaded(begun, ended));
        match result {
            // The failure is kept with the plugin and in its log.
            Ok(()) | Err(Error::Failed { .. } | Error::Incompatible { .. }) => {}
            Err(error) => self.log(Some(key), Level::Warn, &error.to_string()),
        }
        self.host().request_redraw();
    }

    /// Whether a reload would only make the plugin write these files again, and so on for ever.
    fn is_own_writing(&self, key: &str, changes: &ChangeSet) -> bool {
        let written = own_writes::written(changes);
        match self.watch.own_writes(key, |known| known.judge(&written)) {
            Verdict::Saved => false,
            Verdict::Own => true,
            Verdict::OwnNow(paths) => {
                let paths: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
                let message = format!(
                    "writes {} into its own directory whenever it loads, which looks like a save \
                     each time; it is not reloaded for that any more. Write such files to \
                     lichtfeld.plugins.data_dir(), or name them in .gitignore",
                    paths.join(", ")
                );
                self.log(Some(key), Level::Warn, &message);
                true
            }
        }
    }

    /// Whether the plugin itself has dealt with changed resources.
    fn took_care(&self, key: &str, paths: &[Utf8PathBuf]) -> bool {
        // Taken out while its code runs, so that no lock is held; the turn keeps others away.
        let Some(mut running) = self
            .registry
            .with(key, |record| record.running.take())
            .flatten()
        else {
            return false;
        };
        let handled = running.instance.files_changed(paths);
        self.registry
            .with(key, |record| record.running = Some(running));
        handled
    }

    /// Watches a plugin's directory anew, which is another one than before.
    pub(crate) fn rewatch(&self, key: &str) {
        let Some(watcher) = self.watch.watcher().clone() else {
            return;
        };
        for tree in self.watched_trees() {
            if tree.id.as_str() == key {
                watcher.unwatch(&tree.id);
                if let Err(error) = watcher.watch(tree) {
                    self.log(
                        Some(key),
                        Level::Warn,
                        &format!("not watched: {}", with_causes(&error)),
                    );
                }
            }
        }
    }

    fn appeared(&self, root: &Utf8Path) {
        if let Err(error) = self.scan() {
            self.log(None, Level::Warn, &error.to_string());
            return;
        }
        let Some(watcher) = self.watch.watcher().clone() else {
            return;
        };
        for tree in self.watched_trees() {
            if tree.root == root {
                self.log(Some(tree.id.as_str()), Level::Info, "a plugin appeared");
                if let Err(error) = watcher.watch(tree.clone()) {
                    self.log(
                        Some(tree.id.as_str()),
                        Level::Warn,
                        &format!("not watched: {}", with_causes(&error)),
                    );
                }
            }
        }
    }

    fn vanished(&self, root: &Utf8Path, tree: Option<&TreeId>) {
        if let Some(tree) = tree
            && root.join(lichtfeld_manifest::MANIFEST_FILE).is_file()
        {
            // Replaced by another directory of its name, as an update does.
            self.rewatch(tree.as_str());
        } else if let Some(tree) = tree {
            let key = tree.as_str();
            self.log(
                Some(key),
                Level::Info,
                &format!("{root} is gone; the plugin is unloaded"),
            );
            let unloaded = self
                .operation(key, &mut || false)
                .and_then(|_turn| self.unload_in_turn(key, "its directory is gone", None));
            if let Err(error) = unloaded {
                self.log(Some(key), Level::Warn, &error.to_string());
            }
            if let Some(watcher) = self.watch.watcher().clone() {
                watcher.unwatch(tree);
            }
        }
        if let Err(error) = self.scan() {
            self.log(None, Level::Warn, &error.to_string());
        }
    }
}

/// Reads events until the watcher stops or the manager is gone.
fn listen(events: &Receiver<WatchEvent>, manager: impl Fn() -> Option<Arc<Manager>>) {
    while let Ok(event) = events.recv() {
        let Some(manager) = manager() else { return };
        manager.noticed(event);
    }
}
