//! The machine between source and notices. Owned by one thread; no locks, no waiting of its own.

use crate::change::{ChangeSet, TreeId};
use crate::notice::{Notice, Trouble};
use crate::options::Options;
use crate::parent::{ParentState, Turn};
use crate::pending::Pending;
use crate::source::{ChangeSource, RawEvent, RawKind, Signal};
use crate::table::WatchTable;
use crate::tree::{Hashed, Poll, TreeState};
use crate::walk::Watching;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Files hashed in one idle moment, between two looks at the events.
const HASH_SLICE: usize = 8;

pub(crate) struct Engine {
    pub(crate) options: Options,
    pub(crate) table: WatchTable,
    pub(crate) stopping: Arc<AtomicBool>,
    pub(crate) trees: BTreeMap<TreeId, TreeState>,
    pub(crate) parents: Vec<ParentState>,
    /// Which trees a directory is the root of; events find their tree by it.
    pub(crate) roots: HashMap<Utf8PathBuf, Vec<TreeId>>,
    /// Paths whose coming or going changes where a root is.
    pub(crate) anchors: HashMap<Utf8PathBuf, Vec<TreeId>>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) events: u64,
    pub(crate) change_sets: u64,
    pub(crate) unchanged_saves: u64,
}

impl Engine {
    pub(crate) fn new(
        options: Options,
        source: Box<dyn ChangeSource>,
        stopping: Arc<AtomicBool>,
    ) -> Self {
        Self {
            options,
            table: WatchTable::new(source),
            stopping,
            trees: BTreeMap::new(),
            parents: Vec::new(),
            roots: HashMap::new(),
            anchors: HashMap::new(),
            notices: Vec::new(),
            events: 0,
            change_sets: 0,
            unchanged_saves: 0,
        }
    }

    pub(crate) fn wait(&mut self, until: Option<Instant>) -> Signal {
        self.table.source.wait(until)
    }

    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// When `tick` has to be called if no event comes before.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        if self.trees.values().any(|tree| tree.hashed != Hashed::All) {
            return Some(self.table.source.now());
        }
        let trees = self.trees.values().flat_map(|tree| {
            let due = tree
                .pending
                .map(|p| p.due(tree.dirty_count(), &self.options));
            [due, tree.poll.map(|poll| poll.next)]
        });
        let parents = self.parents.iter().flat_map(|parent| {
            [
                parent.pending.map(|p| p.due(usize::MAX, &self.options)),
                parent.poll,
            ]
        });
        trees.chain(parents).flatten().min()
    }

    /// Takes in one event.
    pub(crate) fn hear(&mut self, event: RawEvent) {
        self.events += 1;
        let now = self.table.source.now();
        match event {
            RawEvent::Overflow => {
                for tree in self.trees.values_mut().filter(|tree| !tree.vanished) {
                    tree.doubt(Watching::Renew, now);
                }
                for parent in &mut self.parents {
                    parent.doubt(&mut self.table, now);
                }
                let reason = Trouble::Overflow;
                let cure = reason.cure();
                self.notices.push(Notice::Degraded {
                    tree: None,
                    reason,
                    cure,
                });
            }
            RawEvent::NotUtf8 { dir, name } => {
                let trees: Vec<_> = dir
                    .ancestors()
                    .filter_map(|d| self.roots.get(d))
                    .flatten()
                    .cloned()
                    .collect();
                for id in trees {
                    self.tell_trouble(&id, Trouble::NotUtf8 { name: name.clone() });
                }
            }
            RawEvent::Path { path, kind } => self.hear_path(&path, kind, now),
        }
        self.mend_clashes(now);
    }

    /// Has watches renewed that may have gone with another path of the same directory, and
    /// compares what happened without them.
    fn mend_clashes(&mut self, now: Instant) {
        for dir in self.table.take_clashes() {
            for id in dir.ancestors().filter_map(|d| self.roots.get(d)).flatten() {
                if let Some(tree) = self.trees.get_mut(id).filter(|tree| !tree.vanished) {
                    tree.doubt(Watching::Renew, now);
                }
            }
            for parent in self.parents.iter_mut().filter(|p| dir.starts_with(&p.real)) {
                parent.doubt(&mut self.table, now);
            }
        }
    }

    fn hear_path(&mut self, path: &Utf8Path, kind: RawKind, now: Instant) {
        if kind != RawKind::Altered
            && let Some(ids) = self.anchors.get(path)
        {
            for id in ids {
                if let Some(tree) = self.trees.get_mut(id) {
                    tree.doubt(Watching::Renew, now);
                }
            }
        }
        for parent in &mut self.parents {
            if path == parent.real {
                if kind != RawKind::Altered {
                    parent.doubt(&mut self.table, now);
                }
            } else if kind != RawKind::Altered
                && let Some(name) = parent.child_of(path, &self.options.marker)
            {
                parent.touch(&name, now);
            }
        }
        let mut troubles = Vec::new();
        for root in path.ancestors().skip(1) {
            let Some(ids) = self.roots.get(root) else {
                continue;
            };
            let Ok(relative) = path.strip_prefix(root) else {
                continue;
            };
            for id in ids {
                let Some(tree) = self.trees.get_mut(id).filter(|tree| !tree.vanished) else {
                    continue;
                };
                let met = tree.touch(relative, kind, now, &mut self.table, &self.stopping);
                troubles.extend(met.into_iter().map(|trouble| (id.clone(), trouble)));
            }
        }
        for (id, trouble) in troubles {
            self.tell_trouble(&id, trouble);
        }
    }

    /// Does what is due by now, and otherwise a little of what can wait.
    pub(crate) fn tick(&mut self) {
        let now = self.table.source.now();
        let due = |p: Option<Pending>, files| p.is_some_and(|p| p.due(files, &self.options) <= now);
        let trees: Vec<_> = (self.trees.values())
            .filter(|tree| due(tree.pending, tree.dirty_count()))
            .map(|tree| tree.id.clone())
            .collect();
        let polls: Vec<_> = (self.trees.values())
            .filter(|tree| tree.poll.is_some_and(|poll| poll.next <= now))
            .map(|tree| tree.id.clone())
            .collect();
        let idle = trees.is_empty() && polls.is_empty();
        for id in trees {
            self.settle(&id, now);
        }
        for id in polls {
            self.look_through(&id, now);
        }
        self.settle_parents(now);
        let limit = self.options.hash_limit;
        if idle && let Some(tree) = self.trees.values_mut().find(|t| t.hashed != Hashed::All) {
            tree.hash_some(HASH_SLICE, limit);
        }
        self.mend_clashes(now);
    }

    /// Ends the waiting of one tree: what changed is told.
    fn settle(&mut self, id: &TreeId, now: Instant) {
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let Some(pending) = tree.pending.as_mut() else {
            return;
        };
        if git_is_at_work(tree.git_lock.as_deref(), &self.options)
            && pending.hold(now, &self.options)
        {
            return;
        }
        let pending = *pending;
        tree.pending = None;
        let rescanned = tree.rescan.is_some();
        if rescanned && !self.find_root(id, now) {
            return;
        }
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let (changes, troubles) = tree.settle(
            &mut self.table,
            self.options.hash_limit,
            now,
            &self.stopping,
        );
        for trouble in troubles {
            self.tell_trouble(id, trouble);
        }
        if changes.is_empty() {
            self.unchanged_saves += 1;
            return;
        }
        self.change_sets += 1;
        self.notices.push(Notice::Changes(ChangeSet {
            tree: id.clone(),
            changes,
            rescanned,
            first_seen: pending.first,
            last_seen: pending.last,
        }));
    }

    fn settle_parents(&mut self, now: Instant) {
        let mut turns = Vec::new();
        for parent in &mut self.parents {
            let due = parent
                .pending
                .is_some_and(|p| p.due(usize::MAX, &self.options) <= now);
            let asked = parent.poll.is_some_and(|at| at <= now);
            if !due && !asked {
                continue;
            }
            if asked && let Ok(real) = dunce::canonicalize(&parent.declared) {
                parent.reread(&mut self.table);
                parent.real = Utf8PathBuf::from_path_buf(real).unwrap_or(parent.real.clone());
            }
            turns.extend(parent.settle(&mut self.table, &self.options.marker));
            parent.poll = (!parent.is_watched()).then(|| now + self.options.poll_interval);
        }
        for (root, turn) in turns {
            let tree = self
                .trees
                .values()
                .find(|t| t.declared == root)
                .map(|t| t.id.clone());
            self.notices.push(match turn {
                Turn::Appeared => Notice::TreeAppeared { root, tree },
                Turn::Vanished => Notice::TreeVanished { root, tree },
            });
        }
    }

    /// Tells a trouble once, and has the tree looked through at intervals where that helps.
    pub(crate) fn tell_trouble(&mut self, id: &TreeId, trouble: Trouble) {
        let now = self.table.source.now();
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let unwatched = matches!(
            trouble,
            Trouble::WatchLimit | Trouble::NoInstance { .. } | Trouble::Other { .. }
        );
        if unwatched {
            // Half a tree watched would look as if the rest never changed.
            tree.drop_watches(&mut self.table);
        }
        if !matches!(trouble, Trouble::NotUtf8 { .. }) && tree.poll.is_none() {
            tree.poll = Some(Poll {
                next: now + self.options.poll_interval,
                retry: now + self.options.retry_interval,
            });
        }
        if !tree.troubles.contains(&trouble) {
            tree.troubles.push(trouble.clone());
            let (tree, cure) = (Some(id.clone()), trouble.cure());
            self.notices.push(Notice::Degraded {
                tree,
                reason: trouble,
                cure,
            });
        }
    }
}

/// Whether git holds its lock on the index; a lock left behind by a crash does not count.
fn git_is_at_work(lock: Option<&Utf8Path>, options: &Options) -> bool {
    let modified = lock
        .and_then(|lock| lock.metadata().ok())
        .and_then(|m| m.modified().ok());
    modified.is_some_and(|at| at.elapsed().is_ok_and(|age| age < options.git_hold))
}
