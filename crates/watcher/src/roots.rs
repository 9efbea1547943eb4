//! The engine's other half: where roots are, when they go and come back, and trees that have to
//! be looked through because the system cannot watch them.

use crate::change::{Tree, TreeId};
use crate::engine::Engine;
use crate::error::WatchError;
use crate::notice::{Notice, Trouble};
use crate::parent::ParentState;
use crate::platform;
use crate::tree::{Poll, TreeState};
use crate::walk::{Watching, trouble_of};
use crate::watcher::Stats;
use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use std::time::Instant;

/// At most one part in so many of the time goes into looking through trees.
const LOOKING_SHARE: u32 = 50;

impl Engine {
    pub(crate) fn watch(&mut self, tree: Tree) -> Result<(), WatchError> {
        let tree = Tree {
            root: absolute(&tree.root)?,
            id: tree.id,
        };
        let real = real_directory(&tree.root)?;
        if let Some(known) = self.trees.get(&tree.id)
            && known.declared == tree.root
            && known.real == real
            && !known.vanished
        {
            return Ok(());
        }
        self.unwatch(&tree.id);
        let id = tree.id.clone();
        self.trees.insert(id.clone(), TreeState::new(tree, real));
        self.settle_in(&id);
        Ok(())
    }

    pub(crate) fn unwatch(&mut self, id: &TreeId) -> bool {
        self.unhook(id);
        let Some(mut tree) = self.trees.remove(id) else {
            return false;
        };
        tree.forget(&mut self.table);
        true
    }

    pub(crate) fn watch_parent(&mut self, dir: &Utf8Path) -> Result<(), WatchError> {
        let declared = absolute(dir)?;
        let real = real_directory(&declared)?;
        if self
            .parents
            .iter()
            .any(|parent| parent.declared == declared)
        {
            return Ok(());
        }
        let mut parent = ParentState::new(declared, real);
        // Those that are there already are the caller's to discover.
        let _ = parent.settle(&mut self.table, &self.options.marker);
        if !parent.is_watched() {
            parent.poll = Some(self.table.source.now() + self.options.poll_interval);
            let reason = Trouble::WatchLimit;
            let cure = reason.cure();
            self.notices.push(Notice::Degraded {
                tree: None,
                reason,
                cure,
            });
        }
        self.parents.push(parent);
        Ok(())
    }

    pub(crate) fn unwatch_parent(&mut self, dir: &Utf8Path) -> bool {
        let Ok(declared) = absolute(dir) else {
            return false;
        };
        let Some(at) = self
            .parents
            .iter()
            .position(|parent| parent.declared == declared)
        else {
            return false;
        };
        self.parents.swap_remove(at).drop_watches(&mut self.table);
        true
    }

    pub(crate) fn known_files(&self, id: &TreeId) -> Option<Vec<Utf8PathBuf>> {
        Some(self.trees.get(id)?.files().cloned().collect())
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            trees: self.trees.len(),
            polled_trees: self
                .trees
                .values()
                .filter(|tree| tree.poll.is_some())
                .count(),
            parents: self.parents.len(),
            files: self.trees.values().map(TreeState::file_count).sum(),
            watched_directories: self.table.len(),
            inotify_watches: platform::inotify_watches(),
            events: self.events,
            change_sets: self.change_sets,
            unchanged_saves: self.unchanged_saves,
        }
    }

    /// Makes a tree whose `real` is set heard of, and takes it as it is.
    fn settle_in(&mut self, id: &TreeId) {
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let mut troubles = Vec::new();
        tree.anchors = anchors(tree);
        for anchor in &tree.anchors {
            self.anchors
                .entry(anchor.clone())
                .or_default()
                .push(id.clone());
            if let Some(dir) = anchor.parent()
                && let Err(error) = self.table.add_entries(dir)
            {
                troubles.extend(trouble_of(error, dir));
            }
        }
        self.roots
            .entry(tree.real.clone())
            .or_default()
            .push(id.clone());
        tree.git_lock = git_lock(&tree.real);
        troubles.extend(tree.baseline(&mut self.table, self.options.hash_limit, &self.stopping));
        if let Some(kind) = platform::network_file_system(&tree.real) {
            troubles.push(Trouble::NetworkFileSystem {
                root: tree.declared.clone(),
                kind,
            });
        }
        for trouble in troubles {
            self.tell_trouble(id, trouble);
        }
    }

    /// Undoes the hearing of a tree; what is known of its files stays.
    fn unhook(&mut self, id: &TreeId) {
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        for anchor in std::mem::take(&mut tree.anchors) {
            if let Some(ids) = self.anchors.get_mut(&anchor) {
                ids.retain(|other| other != id);
                if ids.is_empty() {
                    self.anchors.remove(&anchor);
                }
            }
            if let Some(dir) = anchor.parent() {
                self.table.release(dir);
            }
        }
        if let Some(ids) = self.roots.get_mut(&tree.real) {
            ids.retain(|other| other != id);
            if ids.is_empty() {
                self.roots.remove(&tree.real);
            }
        }
    }

    /// Finds out where a root in doubt is now. Says whether there is anything to compare.
    pub(crate) fn find_root(&mut self, id: &TreeId, now: Instant) -> bool {
        let Some(tree) = self.trees.get(id) else {
            return false;
        };
        let (declared, was, vanished) = (tree.declared.clone(), tree.real.clone(), tree.vanished);
        let told_by_parent = self
            .parents
            .iter()
            .any(|parent| declared.parent() == Some(&parent.declared));
        match real_directory(&declared) {
            Ok(real) if vanished => {
                self.unhook(id);
                if let Some(tree) = self.trees.get_mut(id) {
                    tree.vanished = false;
                    tree.poll = None;
                    tree.troubles.clear();
                    tree.real = real;
                }
                self.settle_in(id);
                if !told_by_parent {
                    self.notices.push(Notice::TreeAppeared {
                        root: declared,
                        tree: Some(id.clone()),
                    });
                }
                false
            }
            Ok(real) if real == was => true,
            Ok(real) => {
                // The link points elsewhere: another directory, compared with what was known.
                self.move_root(id, real);
                true
            }
            Err(_) => {
                if let Some(tree) = self.trees.get_mut(id) {
                    tree.forget(&mut self.table);
                    tree.vanished = true;
                    // Its parent may be gone as well, and then no event will tell.
                    let next = now + self.options.poll_interval;
                    tree.poll = Some(Poll { next, retry: next });
                }
                if !vanished && !told_by_parent {
                    self.notices.push(Notice::TreeVanished {
                        root: declared,
                        tree: Some(id.clone()),
                    });
                }
                false
            }
        }
    }

    fn move_root(&mut self, id: &TreeId, real: Utf8PathBuf) {
        self.unhook(id);
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        tree.drop_watches(&mut self.table);
        tree.real = real;
        tree.rescan = Some(Watching::Add);
        tree.git_lock = git_lock(&tree.real);
        tree.anchors = anchors(tree);
        let mut troubles = Vec::new();
        for anchor in &tree.anchors {
            self.anchors
                .entry(anchor.clone())
                .or_default()
                .push(id.clone());
            if let Some(dir) = anchor.parent()
                && let Err(error) = self.table.add_entries(dir)
            {
                troubles.extend(trouble_of(error, dir));
            }
        }
        self.roots
            .entry(tree.real.clone())
            .or_default()
            .push(id.clone());
        for trouble in troubles {
            self.tell_trouble(id, trouble);
        }
    }

    /// Looks through a tree that is not watched well enough, and tries its watches again now and
    /// then.
    pub(crate) fn look_through(&mut self, id: &TreeId, now: Instant) {
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let Some(poll) = tree.poll else { return };
        let started = Instant::now();
        if tree.vanished {
            if tree.declared.is_dir() {
                tree.doubt(Watching::Add, now);
            }
        } else if !real_directory(&tree.declared).is_ok_and(|real| real == tree.real)
            || (tree.pending.is_none() && tree.differs(&mut self.table, &self.stopping))
        {
            tree.doubt(Watching::No, now);
        }
        let interval = self
            .options
            .poll_interval
            .max(started.elapsed() * LOOKING_SHARE);
        tree.poll = Some(Poll {
            next: now + interval,
            ..poll
        });
        if !tree.vanished && now >= poll.retry {
            self.retry(id, now);
        }
    }

    fn retry(&mut self, id: &TreeId, now: Instant) {
        let interval = self.options.retry_interval;
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        if let Some(poll) = &mut tree.poll {
            poll.retry = now + interval;
        }
        let left = tree.watch_again(&mut self.table, &self.stopping);
        let lasting = |trouble: &Trouble| {
            matches!(
                trouble,
                Trouble::NetworkFileSystem { .. } | Trouble::NotUtf8 { .. }
            )
        };
        if left.iter().any(|trouble| !lasting(trouble)) {
            for trouble in left {
                self.tell_trouble(id, trouble);
            }
            return;
        }
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let (stay, over): (Vec<_>, Vec<_>) = tree.troubles.drain(..).partition(lasting);
        if !stay
            .iter()
            .any(|trouble| matches!(trouble, Trouble::NetworkFileSystem { .. }))
        {
            tree.poll = None;
        }
        tree.troubles = stay;
        // Whatever happened between the last look and the new watches.
        tree.doubt(Watching::Add, now);
        for reason in over {
            self.notices.push(Notice::Recovered {
                tree: id.clone(),
                reason,
            });
        }
    }
}

/// Paths whose coming or going changes where the root is: the real root, and the link to it.
fn anchors(tree: &TreeState) -> Vec<Utf8PathBuf> {
    let mut anchors = vec![tree.real.clone()];
    if let (Some(dir), Some(name)) = (tree.declared.parent(), tree.declared.file_name())
        && let Ok(dir) = real_directory(dir)
        && dir.join(name) != tree.real
    {
        anchors.push(dir.join(name));
    }
    anchors
}

/// The lock git holds while it changes the files of the repository a directory lies in.
fn git_lock(dir: &Utf8Path) -> Option<Utf8PathBuf> {
    let git = dir
        .ancestors()
        .map(|dir| dir.join(".git"))
        .find(|git| git.exists())?;
    if git.is_dir() {
        return Some(git.join("index.lock"));
    }
    // A worktree or submodule: a file that says where.
    let text = std::fs::read_to_string(&git).ok()?;
    let place = text.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(place).join("index.lock"))
}

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf, WatchError> {
    let unreachable = |source| WatchError::Unreachable {
        path: path.to_owned(),
        source,
    };
    let absolute = camino::absolute_utf8(path).map_err(unreachable)?;
    Ok(absolute)
}

fn real_directory(path: &Utf8Path) -> Result<Utf8PathBuf, WatchError> {
    let unreachable = |source| WatchError::Unreachable {
        path: path.to_owned(),
        source,
    };
    let real = dunce::canonicalize(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => WatchError::NotFound {
            path: path.to_owned(),
        },
        _ => unreachable(source),
    })?;
    let real = Utf8PathBuf::from_path_buf(real)
        .map_err(|_| unreachable(io::Error::other("its path is not UTF-8; rename it")))?;
    if !real.is_dir() {
        return Err(WatchError::NotADirectory {
            path: path.to_owned(),
        });
    }
    Ok(real)
}
