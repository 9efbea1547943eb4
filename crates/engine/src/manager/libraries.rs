//! The local libraries that plugins use: their directories are watched like that of the plugin, and
//! a save in one of them reloads it.

use crate::execution::environment::Prepared;
use crate::manager::Manager;
use crate::model::on_disk::OnDisk;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{LocalSource, MADE_DIRECTORIES, live_state};
use lichtfeld_watcher::{Change, ChangeKind, ChangeSet, Role, Tree, TreeId};

/// Stands between the key of a plugin and the path of a library in the id of a tree. No key has it.
const SEPARATOR: char = '\n';

/// Returns the id of the tree of a plugin's library.
fn id_of(key: &str, library: &Utf8Path) -> TreeId {
    TreeId::new(format!("{key}{SEPARATOR}{library}"))
}

/// Returns the key of the plugin that a tree belongs to, and the path of its library if it is one.
pub(crate) fn owner_of(tree: &TreeId) -> (&str, Option<&Utf8Path>) {
    match tree.as_str().split_once(SEPARATOR) {
        Some((key, library)) => (key, Some(Utf8Path::new(library))),
        None => (tree.as_str(), None),
    }
}

/// Returns the tree of a plugin's library.
pub(crate) fn tree_of(key: &str, library: &Utf8Path) -> Tree {
    Tree::new(id_of(key, library), library).leaving_out(MADE_DIRECTORIES)
}

/// Returns changes in a library as changes of its plugin: all of them are code, and their paths are
/// those on the disk, since the plugin has paths of its own.
pub(crate) fn as_changes_of_plugin(mut changes: ChangeSet) -> ChangeSet {
    let (key, library) = owner_of(&changes.tree);
    if library.is_none() {
        return changes;
    }
    let key = TreeId::new(key);
    for change in changes.changes.iter_mut().chain(&mut changes.rewritten) {
        change.path = change.absolute.clone();
        change.role = Role::Code;
    }
    changes.changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes.rewritten.sort_by(|a, b| a.path.cmp(&b.path));
    changes.tree = key;
    changes
}

/// Returns the changes of a library whose directory is there again.
pub(crate) fn returned(key: &str, library: &Utf8Path, seen: std::time::Instant) -> ChangeSet {
    let change = Change::new(library, "pyproject.toml", ChangeKind::Modified);
    as_changes_of_plugin(ChangeSet::new(id_of(key, library), vec![change], seen))
}

/// Ends the refreshing of a plugin when it is dropped.
pub(crate) struct Refreshing<'m> {
    manager: &'m Manager,
    key: String,
}

impl Drop for Refreshing<'_> {
    fn drop(&mut self) {
        self.manager
            .plugins
            .with(&self.key, |record| record.refresh = false);
    }
}

impl Manager {
    /// Builds libraries again that are too large to be compared, until the guard is dropped.
    pub(crate) fn refreshing(&self, key: &str) -> Refreshing<'_> {
        self.plugins.with(key, |record| record.refresh = true);
        Refreshing {
            manager: self,
            key: key.to_owned(),
        }
    }

    /// Whether libraries that are too large to be compared are built again.
    pub(crate) fn refreshes(&self, key: &str) -> bool {
        self.plugins.with(key, |record| record.refresh) == Some(true)
    }

    /// Watches the libraries of an environment with its plugin.
    pub(crate) fn follow_libraries(&self, key: &str, plugin: &OnDisk, prepared: &Prepared) {
        let sources = prepared
            .generation
            .as_ref()
            .map_or(&[][..], |generation| &generation.record.sources);
        self.follow(key, plugin, sources);
    }

    /// Watches these libraries with their plugin, in place of those before. What is too large to be
    /// looked through is not watched either.
    pub(crate) fn follow(&self, key: &str, plugin: &OnDisk, sources: &[LocalSource]) {
        let before = self
            .plugins
            .with(key, |record| record.libraries.clone())
            .unwrap_or_default();
        if sources.is_empty() && before.is_empty() {
            return;
        }
        // A library in the plugin's directory is watched with it.
        let outside = sources
            .iter()
            .filter(|source| !source.path.starts_with(&plugin.dir))
            .map(|source| source.path.clone());
        let mut libraries: Vec<Utf8PathBuf> = outside
            .filter(|path| before.contains(path) || (path.is_dir() && live_state(path).is_some()))
            .collect();
        libraries.sort();
        libraries.dedup();
        self.plugins
            .with(key, |record| record.libraries.clone_from(&libraries));
        for gone in before.iter().filter(|path| !libraries.contains(path)) {
            self.watch.remove(&id_of(key, gone));
        }
        if self.is_watching() && plugin.manifest.hot_reload() {
            for library in &libraries {
                // One that is watched already costs a look at its root.
                self.watch_tree(tree_of(key, library));
            }
        }
    }

    /// Returns the trees of the libraries of a plugin.
    pub(crate) fn library_trees(&self, key: &str) -> Vec<Tree> {
        let libraries = self
            .plugins
            .with(key, |record| record.libraries.clone())
            .unwrap_or_default();
        libraries
            .iter()
            .map(|library| tree_of(key, library))
            .collect()
    }

    /// Stops watching the libraries of a plugin.
    pub(crate) fn unfollow(&self, key: &str) {
        for tree in self.library_trees(key) {
            self.watch.remove(&tree.id);
        }
        self.plugins.with(key, |record| record.libraries.clear());
    }
}
