//! Turns raw events of the source into events for the consumer. It is owned by one thread, has no
//! locks and never waits by itself.

use crate::change::{ChangeSet, TreeId};
use crate::event::{Problem, WatchEvent};
use crate::git;
use crate::options::Options;
use crate::parent::{ChildChange, ParentState};
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

/// The number of files that are hashed at idle times before events are checked again.
const HASH_SLICE: usize = 8;

pub(crate) struct Engine {
    pub(crate) options: Options,
    pub(crate) table: WatchTable,
    pub(crate) stopping: Arc<AtomicBool>,
    pub(crate) trees: BTreeMap<TreeId, TreeState>,
    pub(crate) parents: Vec<ParentState>,
    /// The trees with this directory as their root; used to find the trees of an event.
    pub(crate) roots: HashMap<Utf8PathBuf, Vec<TreeId>>,
    /// The paths that move a tree's root when they appear or vanish.
    pub(crate) anchors: HashMap<Utf8PathBuf, Vec<TreeId>>,
    pub(crate) events: Vec<WatchEvent>,
    pub(crate) raw_events: u64,
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
            events: Vec::new(),
            raw_events: 0,
            change_sets: 0,
            unchanged_saves: 0,
        }
    }

    pub(crate) fn wait(&mut self, until: Option<Instant>) -> Signal {
        self.table.source.wait(until)
    }

    pub(crate) fn take_events(&mut self) -> Vec<WatchEvent> {
        std::mem::take(&mut self.events)
    }

    /// Returns when to call `tick` if no event comes before.
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

    /// Processes one raw event.
    pub(crate) fn handle(&mut self, event: RawEvent) {
        self.raw_events += 1;
        let now = self.table.source.now();
        match event {
            RawEvent::Overflow => {
                for tree in self.trees.values_mut().filter(|tree| !tree.vanished) {
                    tree.schedule_rescan(Watching::Renew, now);
                }
                for parent in &mut self.parents {
                    parent.schedule_rescan(&mut self.table, now);
                }
                self.events
                    .push(WatchEvent::degraded(None, Problem::Overflow));
            }
            RawEvent::NotUtf8 { dir, name } => {
                let trees: Vec<_> = dir
                    .ancestors()
                    .filter_map(|d| self.roots.get(d))
                    .flatten()
                    .cloned()
                    .collect();
                for id in trees {
                    self.report_problem(&id, Problem::NotUtf8 { name: name.clone() });
                }
            }
            RawEvent::Path { path, kind } => self.handle_path(&path, kind, now),
        }
        self.renew_clashing_watches(now);
    }

    /// Schedules a scan that renews watches that may have been removed with another path of the
    /// same directory, and finds what changed meanwhile.
    fn renew_clashing_watches(&mut self, now: Instant) {
        for dir in self.table.take_clashes() {
            for id in dir.ancestors().filter_map(|d| self.roots.get(d)).flatten() {
                if let Some(tree) = self.trees.get_mut(id).filter(|tree| !tree.vanished) {
                    tree.schedule_rescan(Watching::Renew, now);
                }
            }
            for parent in self.parents.iter_mut().filter(|p| dir.starts_with(&p.real)) {
                parent.schedule_rescan(&mut self.table, now);
            }
        }
    }

    fn handle_path(&mut self, path: &Utf8Path, kind: RawKind, now: Instant) {
        if kind != RawKind::Altered
            && let Some(ids) = self.anchors.get(path)
        {
            for id in ids {
                if let Some(tree) = self.trees.get_mut(id) {
                    tree.schedule_rescan(Watching::Renew, now);
                }
            }
        }
        for parent in &mut self.parents {
            if path == parent.real {
                if kind != RawKind::Altered {
                    parent.schedule_rescan(&mut self.table, now);
                }
            } else if kind != RawKind::Altered
                && let Some(name) = parent.child_of(path, &self.options.marker)
            {
                parent.touch(&name, now);
            }
        }
        let mut problems = Vec::new();
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
                let found = tree.touch(relative, kind, now, &mut self.table, &self.stopping);
                problems.extend(found.into_iter().map(|problem| (id.clone(), problem)));
            }
        }
        for (id, problem) in problems {
            self.report_problem(&id, problem);
        }
    }

    /// Does what is due now; if nothing is, hashes some files.
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
            self.poll(&id, now);
        }
        self.settle_parents(now);
        let limit = self.options.hash_limit;
        if idle && let Some(tree) = self.trees.values_mut().find(|t| t.hashed != Hashed::All) {
            tree.hash_some(HASH_SLICE, limit);
        }
        self.renew_clashing_watches(now);
    }

    /// Ends the waiting of one tree, and sends what has changed.
    fn settle(&mut self, id: &TreeId, now: Instant) {
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let Some(pending) = tree.pending.as_mut() else {
            return;
        };
        if git::is_at_work(&tree.real, &self.options) && pending.hold(now, &self.options) {
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
        let settled = tree.settle(
            &mut self.table,
            self.options.hash_limit,
            now,
            &self.stopping,
        );
        for problem in settled.problems {
            self.report_problem(id, problem);
        }
        let rewritten = if self.options.rewritten {
            settled.rewritten
        } else {
            Vec::new()
        };
        if settled.changes.is_empty() {
            self.unchanged_saves += 1;
            if rewritten.is_empty() {
                return;
            }
        } else {
            self.change_sets += 1;
        }
        self.events.push(WatchEvent::Changes(ChangeSet {
            tree: id.clone(),
            changes: settled.changes,
            rewritten,
            rescanned,
            first_seen: pending.first,
            last_seen: pending.last,
        }));
    }

    fn settle_parents(&mut self, now: Instant) {
        let mut children = Vec::new();
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
            children.extend(parent.settle(&mut self.table, &self.options.marker));
            parent.poll = (!parent.is_watched()).then(|| now + self.options.poll_interval);
        }
        for (root, change) in children {
            let tree = self
                .trees
                .values()
                .find(|t| t.declared == root)
                .map(|t| t.id.clone());
            self.events.push(match change {
                ChildChange::Appeared => WatchEvent::TreeAppeared { root, tree },
                ChildChange::Vanished => WatchEvent::TreeVanished { root, tree },
            });
        }
    }

    /// Sends a problem once, and starts to scan the tree at intervals if that helps.
    pub(crate) fn report_problem(&mut self, id: &TreeId, problem: Problem) {
        let now = self.table.source.now();
        let Some(tree) = self.trees.get_mut(id) else {
            return;
        };
        let unwatched = matches!(
            problem,
            Problem::WatchLimit | Problem::NoInstance { .. } | Problem::Other { .. }
        );
        if unwatched {
            // If only half the tree was watched, the other half would never seem to change.
            tree.drop_watches(&mut self.table);
        }
        if !matches!(problem, Problem::NotUtf8 { .. }) && tree.poll.is_none() {
            tree.poll = Some(Poll {
                next: now + self.options.poll_interval,
                retry: now + self.options.retry_interval,
            });
        }
        if !tree.problems.contains(&problem) {
            tree.problems.push(problem.clone());
            self.events
                .push(WatchEvent::degraded(Some(id.clone()), problem));
        }
    }
}
