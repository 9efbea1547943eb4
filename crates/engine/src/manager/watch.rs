//! From changed files to reloads: one save, one reload, the last content wins.
//!
//! The watcher's events are read on a thread of the manager. What has changed of a plugin is collected
//! until the reload begins, which happens on the host's UI thread where it has one; changes that
//! arrive while a reload runs make one more.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::execution::host::OnChange;
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::manager::half_read::Again;
use crate::manager::libraries;
use crate::manager::own_writes::OwnWriting;
use crate::manager::watch_state::Started;
use crate::manager::watch_turn::WatchTurn;
use crate::model::level::Level;
use crate::model::observer::Unobserved;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::Discovered;
use lichtfeld_watcher::{ChangeSet, Role, Tree, TreeId, WatchError, WatchEvent};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant, SystemTime};

impl Manager {
    /// Watches the files of all plugins with `hot_reload`, and the plugins directory for plugins
    /// that come and go. `poll` is how often a file system that gives no events is looked through.
    /// Starting twice is no mistake.
    ///
    /// # Errors
    /// [`Error::Io`] where the plugins directory cannot be read or the watcher cannot start.
    pub fn start_watcher(self: &Arc<Self>, poll: Duration) -> Result<(), Error> {
        self.scan()?;
        let started = self
            .watch
            .start(poll, self.watched_trees(), self.home().plugins())
            .map_err(|error| Error::io("cannot watch the plugins", error))?;
        let Some(Started { events, refused }) = started else {
            return Ok(());
        };
        for (tree, error) in refused {
            self.not_watched(&tree, &error);
        }
        let manager = Arc::downgrade(self);
        // Reloads run the code of plugins on this thread where the host has no UI thread.
        self.backends.shared.spawn(
            "lichtfeld-reload".into(),
            Box::new(move || listen(&events, || manager.upgrade())),
        );
        Ok(())
    }

    fn not_watched(&self, tree: &TreeId, error: &WatchError) {
        let line = format!("not watched: {}", with_causes(error));
        self.log(Some(libraries::owner_of(tree).0), Level::Warn, &line);
    }

    /// Stops watching. A reload that runs goes on. Stopping twice is no mistake. Does nothing in a
    /// forked copy of the process, which watches nothing.
    pub fn stop_watcher(&self) {
        if self.is_forked() {
            return;
        }
        self.watch.stop();
        for key in self.watch.judged() {
            self.forget_own_writes(&key);
        }
    }

    /// Whether the watcher runs.
    pub fn is_watching(&self) -> bool {
        self.watch.is_running()
    }

    /// What the watcher does at this moment, or `None` if it does not run.
    pub fn watch_stats(&self) -> Option<lichtfeld_watcher::Stats> {
        self.watch.stats()
    }

    fn watched_trees(&self) -> Vec<Tree> {
        self.plugins
            .infos()
            .iter()
            .filter(|info| info.hot_reload)
            .filter_map(|info| {
                let key = self.key(&info.name).ok()?;
                let own = Tree::new(key.as_str(), info.path.clone());
                Some(std::iter::once(own).chain(self.library_trees(&key)))
            })
            .flatten()
            .chain(self.rejected_trees())
            .collect()
    }

    /// Deals with events that have come together. Changes of one plugin become one reload.
    fn watched(self: &Arc<Self>, events: impl IntoIterator<Item = WatchEvent>) {
        let mut changed = Vec::new();
        for event in events {
            match event {
                WatchEvent::Changes(changes) => {
                    let changes = libraries::as_changes_of_plugin(changes);
                    let key = changes.tree.as_str().to_owned();
                    if self.may_have_to_read(&key, &changes) && self.watch.collect(changes) {
                        changed.push(key);
                    }
                }
                WatchEvent::TreeAppeared { tree, root } => {
                    match tree.as_ref().map(libraries::owner_of) {
                        Some((key, Some(library))) => {
                            let changes = libraries::returned(key, library, Instant::now());
                            if self.watch.collect(changes) {
                                changed.push(key.to_owned());
                            }
                        }
                        _ => self.appeared(&root),
                    }
                }
                WatchEvent::TreeVanished { root, tree } => {
                    match tree.as_ref().map(libraries::owner_of) {
                        // Until it returns, what was made of it is used.
                        Some((key, Some(library))) => {
                            let line = format!("the library in {library} is gone");
                            self.log(Some(key), Level::Warn, &line);
                        }
                        _ => self.vanished(&root, tree.as_ref()),
                    }
                }
                WatchEvent::Degraded { tree, reason, hint } => {
                    let key = tree.as_ref().map(|tree| libraries::owner_of(tree).0);
                    let line = format!("watching: {reason}. What helps: {hint}");
                    self.log(key, Level::Warn, &line);
                }
                WatchEvent::Recovered { tree, .. } => {
                    let line = "watching: all is well again";
                    self.log(Some(libraries::owner_of(&tree).0), Level::Info, line);
                }
                // Of a later version of the watcher.
                _ => {}
            }
        }
        for key in changed {
            self.schedule_reload(key);
        }
    }

    /// Deals with the changes of a plugin on the UI thread. More that come until then are dealt with
    /// as well.
    fn schedule_reload(self: &Arc<Self>, key: String) {
        let turn = WatchTurn::new(self, key);
        self.host().on_ui_thread(Box::new(move || {
            if let Some((manager, key)) = turn.begin()
                && let Some(changes) = manager.watch.take(&key)
                && let Some((changes, again)) = manager.to_read(&key, changes)
            {
                match manager.judge_writes(&key, &changes) {
                    OwnWriting::Ignore => {}
                    OwnWriting::Reload => manager.deal_with(&key, &changes),
                    OwnWriting::Wait(time) => return manager.postpone(key, changes, time),
                }
                if again == Again::Yes {
                    manager.was_read_again(&key);
                }
            }
        }));
    }

    /// Looks at changes again after a while, together with what has changed by then.
    fn postpone(self: &Arc<Self>, key: String, changes: ChangeSet, time: Duration) {
        if !self.watch.collect(changes) {
            return;
        }
        let turn = WatchTurn::new(self, key);
        let later = move || {
            std::thread::sleep(time);
            if let Some((manager, key)) = turn.begin() {
                manager.schedule_reload(key);
            }
        };
        // This rarely happens. Without a UI thread the reload runs on this one.
        self.backends
            .shared
            .spawn("lichtfeld-reload-later".into(), Box::new(later));
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
        let mut begun = SystemTime::now();
        if self.services.on_change(key, &paths) == OnChange::Announce {
            self.log(
                Some(key),
                Level::Info,
                &format!("{cause}; not reloaded, as the host wishes"),
            );
            // The host reloads it itself, about now.
            self.was_handled(key, begun, true);
            return;
        }
        let mut was_reload = true;
        let result = self.operation(key, &mut || false).and_then(|_guard| {
            // Not before its turn: while another operation runs, the author may save.
            begun = SystemTime::now();
            let only_resources = changes
                .changes
                .iter()
                .all(|change| change.role == Role::Resource);
            match self.plugins.with(key, |record| record.state) {
                Some(State::Active)
                    if only_resources && self.took_resources(key, &paths, &cause) =>
                {
                    was_reload = false;
                    Ok(())
                }
                Some(State::Active) => self.reload_locked(key, &mut Unobserved, &cause),
                // Saving the fix loads it.
                Some(State::Error) => self.load_locked(key, &mut Unobserved, &cause),
                None => self.corrected(key, &cause),
                _ => self.refresh(key).map(|_| ()),
            }
        });
        self.was_handled(key, begun, was_reload);
        match result {
            // The failure is kept with the plugin and in its log.
            Ok(()) | Err(Error::Failed { .. } | Error::Incompatible { .. }) => {}
            Err(error) => self.log(Some(key), Level::Warn, &with_causes(&error)),
        }
        self.host().request_redraw();
    }

    /// Watches a plugin's directory anew, which is another one than before.
    pub(crate) fn rewatch(&self, key: &str) {
        if !self.is_watching() {
            return;
        }
        for tree in self.watched_trees() {
            if tree.id.as_str() == key {
                self.watch.remove(&tree.id);
                self.watch_tree(tree);
            }
        }
    }

    /// Watches plugins that nobody knows yet, before anybody can load them: a save right after the
    /// load is then seen.
    pub(crate) fn watch_new(&self, found: &[Discovered]) {
        if !self.is_watching() {
            return;
        }
        for plugin in found {
            let key = plugin.manifest.name().normalized();
            let is_known = self.plugins.with(key, |_| ()).is_some();
            if !is_known && plugin.manifest.hot_reload() {
                self.watch_tree(Tree::new(key, plugin.dir.clone()));
            }
        }
    }

    pub(crate) fn watch_tree(&self, tree: Tree) {
        let id = tree.id.clone();
        if let Err(error) = self.watch.add(tree) {
            self.not_watched(&id, &error);
        }
    }

    fn appeared(&self, root: &Utf8Path) {
        if let Err(error) = self.scan() {
            self.log(None, Level::Warn, &with_causes(&error));
            return;
        }
        if !self.is_watching() {
            return;
        }
        for tree in self.watched_trees() {
            if tree.root == root {
                self.log(Some(tree.id.as_str()), Level::Info, "a plugin appeared");
                self.watch_tree(tree);
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
                .and_then(|_guard| self.unload_locked(key, "its directory is gone", None));
            if let Err(error) = unloaded {
                self.log(Some(key), Level::Warn, &with_causes(&error));
            }
            self.unfollow(key);
            self.watch.remove(tree);
            self.forget_own_writes(key);
        }
        if let Err(error) = self.scan() {
            self.log(None, Level::Warn, &with_causes(&error));
        }
    }
}

/// Reads the watcher's events until the watcher stops or the manager is gone.
fn listen(events: &Receiver<WatchEvent>, manager: impl Fn() -> Option<Arc<Manager>>) {
    while let Ok(event) = events.recv() {
        let Some(manager) = manager() else { return };
        // A host without a UI thread reloads on this one: what was saved meanwhile waits here.
        let more = events.try_iter().collect::<Vec<_>>();
        manager.watched(std::iter::once(event).chain(more));
    }
}
