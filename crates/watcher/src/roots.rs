//! The part of the engine that knows where roots are: when they vanish and return, and which trees
//! have to be scanned at intervals because the system cannot watch them.

use crate::change::{Tree, TreeId};
use crate::engine::Engine;
use crate::error::WatchError;
use crate::event::{Problem, WatchEvent};
use crate::parent::ParentState;
use crate::platform;
use crate::stats::Stats;
use crate::tree::{Hashed, Poll, TreeState};
use crate::walk::{Watching, problem_of};
use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use std::time::Instant;

/// At most one part in this many of the time is spent on scanning trees.
const POLLING_SHARE: u32 = 50;

impl Engine {
    pub(crate) fn watch(&mut self, tree: Tree) -> Result<(), WatchError> {
        let tree = Tree {
            root: absolute(&tree.root)?,
            ..tree
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
        self.attach(&id);
        Ok(())
    }

    pub(crate) fn unwatch(&mut self, id: &TreeId) -> bool {
        self.detach(id);
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
        // The caller discovers the children that already exist.
        let _ = parent.settle(&mut self.table, &self.options.marker);
        if !parent.is_watched() {
            parent.poll = Some(self.table.source.now() + self.options.poll_interval);
            self.events
                .push(WatchEvent::degraded(None, Problem::WatchLimit));
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
            unhashed_trees: self
                .trees
                .values()
                .filter(|tree| tree.hashed != Hashed::All)
                .count(),
            parents: self.parents.len(),
            files: self.trees.values().map(TreeState::file_count).sum(),
            watched_directories: self.table.len(),
            inotify_watches: platform::inotify_watches(),
            events: self.raw_events,
            change_sets: self.change_sets,
            unchanged_saves: self.unchanged_saves,
        }
    }

    /// Starts to watch a tree whose `real` is set, and remembers its present files.
    fn attach(&mut self, id: &TreeId) {
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let mut problems = Vec::new();
        tree.anchors = anchors(tree);
        for anchor in &tree.anchors {
            self.anchors
                .entry(anchor.clone())
                .or_default()
                .push(id.clone());
            if let Some(dir) = anchor.parent()
                && let Err(error) = self.table.add_entries(dir)
            {
                problems.extend(problem_of(error, dir));
            }
        }
        self.roots
            .entry(tree.real.clone())
            .or_default()
            .push(id.clone());
        problems.extend(tree.baseline(&mut self.table, self.options.hash_limit, &self.stopping));
        if let Some(kind) = platform::network_file_system(&tree.real) {
            problems.push(Problem::NetworkFileSystem {
                root: tree.declared.clone(),
                kind,
            });
        }
        for problem in problems {
            self.report_problem(id, problem);
        }
    }

    /// Removes a tree from the maps of roots and anchors; what is known about its files remains.
    fn detach(&mut self, id: &TreeId) {
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

    /// Finds where the root of a tree is now. Returns whether there is anything to compare.
    pub(crate) fn find_root(&mut self, id: &TreeId, now: Instant) -> bool {
        let Some(tree) = self.trees.get(id) else {
            return false;
        };
        let (declared, was, vanished) = (tree.declared.clone(), tree.real.clone(), tree.vanished);
        let reported_by_parent = self
            .parents
            .iter()
            .any(|parent| declared.parent() == Some(&parent.declared));
        match real_directory(&declared) {
            Ok(real) if vanished => {
                self.detach(id);
                if let Some(tree) = self.trees.get_mut(id) {
                    tree.vanished = false;
                    tree.poll = None;
                    tree.problems.clear();
                    tree.real = real;
                }
                self.attach(id);
                if !reported_by_parent {
                    self.events.push(WatchEvent::TreeAppeared {
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
                    // If its parent has vanished as well, no event will report its return.
                    let next = now + self.options.poll_interval;
                    tree.poll = Some(Poll { next, retry: next });
                }
                if !vanished && !reported_by_parent {
                    self.events.push(WatchEvent::TreeVanished {
                        root: declared,
                        tree: Some(id.clone()),
                    });
                }
                false
            }
        }
    }

    fn move_root(&mut self, id: &TreeId, real: Utf8PathBuf) {
        self.detach(id);
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        tree.drop_watches(&mut self.table);
        tree.real = real;
        tree.rescan = Some(Watching::Add);
        tree.anchors = anchors(tree);
        let mut problems = Vec::new();
        for anchor in &tree.anchors {
            self.anchors
                .entry(anchor.clone())
                .or_default()
                .push(id.clone());
            if let Some(dir) = anchor.parent()
                && let Err(error) = self.table.add_entries(dir)
            {
                problems.extend(problem_of(error, dir));
            }
        }
        self.roots
            .entry(tree.real.clone())
            .or_default()
            .push(id.clone());
        for problem in problems {
            self.report_problem(id, problem);
        }
    }

    /// Scans a tree that is not watched as usual, and retries its watches from time to time.
    pub(crate) fn poll(&mut self, id: &TreeId, now: Instant) {
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let Some(poll) = tree.poll else { return };
        let started = Instant::now();
        if tree.vanished {
            if tree.declared.is_dir() {
                tree.schedule_rescan(Watching::Add, now);
            }
        } else if !real_directory(&tree.declared).is_ok_and(|real| real == tree.real)
            || (tree.pending.is_none() && tree.differs(&mut self.table, &self.stopping))
        {
            tree.schedule_rescan(Watching::No, now);
        }
        let interval = self
            .options
            .poll_interval
            .max(started.elapsed() * POLLING_SHARE);
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
        let lasting = |problem: &Problem| {
            matches!(
                problem,
                Problem::NetworkFileSystem { .. } | Problem::NotUtf8 { .. }
            )
        };
        if left.iter().any(|problem| !lasting(problem)) {
            for problem in left {
                self.report_problem(id, problem);
            }
            return;
        }
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let (stay, over): (Vec<_>, Vec<_>) = tree.problems.drain(..).partition(lasting);
        if !stay
            .iter()
            .any(|problem| matches!(problem, Problem::NetworkFileSystem { .. }))
        {
            tree.poll = None;
        }
        tree.problems = stay;
        // Finds what changed between the last scan and the new watches.
        tree.schedule_rescan(Watching::Add, now);
        for reason in over {
            self.events.push(WatchEvent::Recovered {
                tree: id.clone(),
                reason,
            });
        }
    }
}

/// Returns the paths that move the root when they appear or vanish: the real root and its link.
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

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf, WatchError> {
    camino::absolute_utf8(path).map_err(|source| WatchError::Unreachable {
        path: path.to_owned(),
        source,
    })
}

fn real_directory(path: &Utf8Path) -> Result<Utf8PathBuf, WatchError> {
    let path = path.to_owned();
    let real = match dunce::canonicalize(&path) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(WatchError::NotFound { path });
        }
        Err(source) => return Err(WatchError::Unreachable { path, source }),
    };
    match Utf8PathBuf::from_path_buf(real) {
        Ok(real) if real.is_dir() => Ok(real),
        Ok(_) => Err(WatchError::NotADirectory { path }),
        Err(real) => Err(WatchError::NotUtf8 { path, real }),
    }
}
