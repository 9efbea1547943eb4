//! What is known about one tree, and how it is brought up to date.

use crate::change::{Change, ChangeKind, Role, Tree, TreeId};
use crate::content::{self, Known};
use crate::event::Problem;
use crate::pending::Pending;
use crate::rules::{Entry, RULES_FILE, Rules};
use crate::source::{RawKind, Reach};
use crate::table::WatchTable;
use crate::walk::{Found, Watching, walk};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::ops::Bound;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Up to this number of new files are hashed at once; more are hashed at idle times.
const HASH_AT_ONCE: usize = 64;

/// When a tree is scanned that is not watched as usual.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Poll {
    pub(crate) next: Instant,
    /// When its watches are retried.
    pub(crate) retry: Instant,
}

/// Which files have been hashed: those up to a path, in order, or all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hashed {
    UpTo(Utf8PathBuf),
    All,
}

/// What [`TreeState::settle`] has found.
#[derive(Default)]
pub(crate) struct Settled {
    pub(crate) changes: Vec<Change>,
    /// Files that were written with the content they had.
    pub(crate) rewritten: Vec<Change>,
    pub(crate) problems: Vec<Problem>,
}

pub(crate) struct TreeState {
    pub(crate) id: TreeId,
    /// The root as the caller named it.
    pub(crate) declared: Utf8PathBuf,
    /// The root with all links resolved.
    pub(crate) real: Utf8PathBuf,
    /// Paths that move the root when they appear or vanish; their directories are watched.
    pub(crate) anchors: Vec<Utf8PathBuf>,
    pub(crate) pending: Option<Pending>,
    pub(crate) rescan: Option<Watching>,
    pub(crate) vanished: bool,
    pub(crate) problems: Vec<Problem>,
    pub(crate) poll: Option<Poll>,
    pub(crate) hashed: Hashed,
    left_out: Vec<String>,
    rules: Rules,
    files: BTreeMap<Utf8PathBuf, Known>,
    watched: BTreeMap<Utf8PathBuf, u64>,
    dirty: BTreeSet<Utf8PathBuf>,
}

impl TreeState {
    pub(crate) fn new(tree: Tree, real: Utf8PathBuf) -> Self {
        Self {
            id: tree.id,
            declared: tree.root,
            real,
            anchors: Vec::new(),
            pending: None,
            rescan: None,
            vanished: false,
            problems: Vec::new(),
            poll: None,
            hashed: Hashed::All,
            rules: Rules::leaving_out(&tree.left_out),
            left_out: tree.left_out,
            files: BTreeMap::new(),
            watched: BTreeMap::new(),
            dirty: BTreeSet::new(),
        }
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        self.files.keys()
    }

    pub(crate) fn file_count(&self) -> usize {
        self.files.len()
    }

    pub(crate) fn dirty_count(&self) -> usize {
        self.dirty.len()
    }

    /// Remembers the present state of the tree. Returns what went wrong.
    pub(crate) fn baseline(
        &mut self,
        table: &mut WatchTable,
        limit: u64,
        stopping: &AtomicBool,
    ) -> Vec<Problem> {
        self.forget(table);
        let found = self.walk(Utf8Path::new(""), table, Watching::Add, stopping);
        for (path, metadata) in &found.files {
            // A file written just now is hashed at once: its stamp may not show the next write.
            let young = content::is_young(metadata);
            let hash = young
                .then(|| content::hash(&self.real.join(path), metadata, limit))
                .flatten();
            self.files
                .insert(path.clone(), Known::new(metadata, hash, young));
        }
        self.hashed = Hashed::UpTo(Utf8PathBuf::new());
        found.problems
    }

    /// Drops all that is known and every watch inside the tree.
    pub(crate) fn forget(&mut self, table: &mut WatchTable) {
        self.drop_watches(table);
        self.files.clear();
        self.dirty.clear();
        self.pending = None;
        self.rescan = None;
        self.rules = Rules::leaving_out(&self.left_out);
    }

    pub(crate) fn drop_watches(&mut self, table: &mut WatchTable) {
        for dir in std::mem::take(&mut self.watched).into_keys() {
            table.release(&join(&self.real, &dir));
        }
    }

    /// Scans below `start`, and adds the new watches to `watched`.
    fn walk(
        &mut self,
        start: &Utf8Path,
        table: &mut WatchTable,
        watching: Watching,
        stopping: &AtomicBool,
    ) -> Found {
        let mut found = walk(
            &self.real,
            start,
            &mut self.rules,
            table,
            watching,
            &self.watched,
            stopping,
        );
        self.watched.append(&mut found.watched);
        found
    }

    /// Processes an event below the root. Returns what went wrong.
    pub(crate) fn touch(
        &mut self,
        relative: &Utf8Path,
        kind: RawKind,
        now: Instant,
        table: &mut WatchTable,
        stopping: &AtomicBool,
    ) -> Vec<Problem> {
        if relative.file_name() == Some(RULES_FILE) {
            self.schedule_rescan(Watching::Add, now);
            return Vec::new();
        }
        let metadata = match kind {
            RawKind::Gone => None,
            _ => self.real.join(relative).symlink_metadata().ok(),
        };
        let is_dir = metadata.as_ref().is_some_and(Metadata::is_dir);
        let entry = if is_dir {
            Entry::Directory
        } else {
            Entry::File
        };
        if self.rules.ignores(&self.real, relative, entry) {
            return Vec::new();
        }
        if !is_dir {
            let known = self.mark_below(relative, now, table);
            if metadata.is_some() || known {
                self.dirty.insert(relative.to_owned());
                Pending::extend(&mut self.pending, now);
            }
            return Vec::new();
        }
        let seen = self.watched.contains_key(relative) || table.reach() == Reach::Subtree;
        if kind == RawKind::Altered && seen {
            return Vec::new();
        }
        // A directory that appears may be another with the same name: its files are compared.
        self.mark_below(relative, now, table);
        let found = self.walk(relative, table, Watching::Add, stopping);
        self.dirty.extend(found.files.into_keys());
        Pending::extend(&mut self.pending, now);
        found.problems
    }

    /// Schedules a comparison of the whole tree with the file system.
    pub(crate) fn schedule_rescan(&mut self, watching: Watching, now: Instant) {
        self.rescan = match (self.rescan, watching) {
            (Some(Watching::Renew), _) | (_, Watching::Renew) => Some(Watching::Renew),
            _ => Some(watching),
        };
        Pending::extend(&mut self.pending, now);
    }

    /// Marks known files at and below a path as changed, and drops the watches there. Returns
    /// whether there were any files.
    ///
    /// inotify has one watch per directory, whatever its path, so releasing the old path of a
    /// directory that moved may remove the watch of its new path, which a walk may have found
    /// before the event of the move was read. So the watches of the tree are renewed afterwards.
    fn mark_below(&mut self, relative: &Utf8Path, now: Instant, table: &mut WatchTable) -> bool {
        let from = (Bound::Included(relative), Bound::Unbounded);
        let dirs: Vec<_> = (self.watched.range::<Utf8Path, _>(from))
            .map(|(dir, _)| dir.clone())
            .take_while(|dir| dir.starts_with(relative))
            .collect();
        for dir in &dirs {
            self.watched.remove(dir);
            table.release(&join(&self.real, dir));
        }
        if !dirs.is_empty() && table.reach() == Reach::Directory {
            self.schedule_rescan(Watching::Renew, now);
        }
        let files: Vec<_> = (self.files.range::<Utf8Path, _>(from))
            .map(|(file, _)| file.clone())
            .take_while(|file| file.starts_with(relative))
            .collect();
        let any = !files.is_empty() || self.dirty.contains(relative);
        self.dirty.extend(files);
        any
    }

    /// Adds missing watches. Returns why some could not be added.
    pub(crate) fn watch_again(
        &mut self,
        table: &mut WatchTable,
        stopping: &AtomicBool,
    ) -> Vec<Problem> {
        self.walk(Utf8Path::new(""), table, Watching::Add, stopping)
            .problems
    }

    /// Scans the tree. Returns whether it differs from what is known.
    pub(crate) fn differs(&mut self, table: &mut WatchTable, stopping: &AtomicBool) -> bool {
        let found = self.walk(Utf8Path::new(""), table, Watching::No, stopping);
        let same = |(path, metadata): (&Utf8PathBuf, &Metadata)| {
            self.files
                .get(path)
                .is_some_and(|known| known.stamp == content::stamp(metadata))
        };
        found.files.len() != self.files.len() || !found.files.iter().all(same)
    }

    /// Updates what is known from the file system.
    pub(crate) fn settle(
        &mut self,
        table: &mut WatchTable,
        limit: u64,
        now: Instant,
        stopping: &AtomicBool,
    ) -> Settled {
        let mut settled = Settled::default();
        let dirty = std::mem::take(&mut self.dirty);
        if let Some(watching) = self.rescan.take() {
            self.rules = Rules::leaving_out(&self.left_out);
            let found = self.walk(Utf8Path::new(""), table, watching, stopping);
            let lost: Vec<_> = self
                .watched
                .keys()
                .filter(|dir| !found.dirs.contains_key(*dir))
                .cloned()
                .collect();
            if !lost.is_empty() && watching != Watching::Renew && table.reach() == Reach::Directory
            {
                self.schedule_rescan(Watching::Renew, now);
            }
            for dir in lost {
                self.watched.remove(&dir);
                table.release(&join(&self.real, &dir));
            }
            let gone: Vec<_> = self
                .files
                .keys()
                .filter(|f| !found.files.contains_key(*f))
                .cloned()
                .collect();
            for path in gone {
                self.compare(&path, None, true, limit, &mut settled);
            }
            let few = found.files.len() <= HASH_AT_ONCE;
            for (path, metadata) in &found.files {
                let known = self.files.get(path);
                let changed = known.is_none_or(|k| k.stamp != content::stamp(metadata));
                if changed || dirty.contains(path) {
                    self.compare(path, Some(metadata), few, limit, &mut settled);
                }
            }
            settled.problems = found.problems;
        } else {
            let few = dirty.len() <= HASH_AT_ONCE;
            for path in dirty {
                let metadata = self.real.join(&path).symlink_metadata().ok();
                let metadata = metadata.filter(|m| m.is_file() || m.is_symlink());
                self.compare(&path, metadata.as_ref(), few, limit, &mut settled);
            }
        }
        settled.changes.sort_by(|a, b| a.path.cmp(&b.path));
        settled.rewritten.sort_by(|a, b| a.path.cmp(&b.path));
        settled
    }

    fn compare(
        &mut self,
        path: &Utf8Path,
        metadata: Option<&Metadata>,
        hash_new: bool,
        limit: u64,
        settled: &mut Settled,
    ) {
        let before = self.files.get(path).copied();
        let mut is_rewritten = false;
        let kind = match (before, metadata) {
            (None, None) => return,
            (Some(_), None) => {
                self.files.remove(path);
                ChangeKind::Removed
            }
            (_, Some(metadata)) => {
                let stamp = content::stamp(metadata);
                let read = before.is_some() || hash_new;
                let hash = read
                    .then(|| content::hash(&self.real.join(path), metadata, limit))
                    .flatten();
                self.files.insert(
                    path.to_owned(),
                    Known::new(metadata, hash, content::is_young(metadata)),
                );
                match before {
                    None => {
                        if hash.is_none() {
                            self.hashed = Hashed::UpTo(Utf8PathBuf::new());
                        }
                        ChangeKind::Created
                    }
                    Some(known) if hash.is_none() && known.stamp == stamp => return,
                    Some(known) => {
                        is_rewritten = hash.is_some() && known.hash == hash;
                        ChangeKind::Modified
                    }
                }
            }
        };
        let to = if is_rewritten {
            &mut settled.rewritten
        } else {
            &mut settled.changes
        };
        to.push(Change {
            path: path.to_owned(),
            absolute: self.declared.join(path),
            kind,
            role: Role::of(path),
        });
    }

    /// Hashes some more files. A file that has changed since it was listed, is being changed, or
    /// changed too recently gets no hash: its next save counts as a change.
    pub(crate) fn hash_some(&mut self, count: usize, limit: u64) {
        let Hashed::UpTo(cursor) = &self.hashed else {
            return;
        };
        let after = (Bound::Excluded(cursor.as_path()), Bound::Unbounded);
        let next: Vec<_> = (self.files.range::<Utf8Path, _>(after))
            .filter(|(_, known)| known.hash.is_none())
            .take(count)
            .map(|(path, _)| path.clone())
            .collect();
        let Some(last) = next.last() else {
            self.hashed = Hashed::All;
            return;
        };
        self.hashed = Hashed::UpTo(last.clone());
        for path in next.into_iter().filter(|path| !self.dirty.contains(path)) {
            let absolute = self.real.join(&path);
            let Some(known) = self.files.get_mut(&path) else {
                continue;
            };
            let Ok(metadata) = absolute.symlink_metadata() else {
                continue;
            };
            if content::stamp(&metadata) != known.stamp || content::is_young(&metadata) {
                continue;
            }
            let hash = content::hash(&absolute, &metadata, limit);
            let same = absolute
                .symlink_metadata()
                .is_ok_and(|m| content::stamp(&m) == known.stamp);
            known.hash = hash.filter(|_| same);
        }
    }
}

/// Joins two paths without a trailing slash if `relative` is empty: paths are compared as text.
pub(crate) fn join(root: &Utf8Path, relative: &Utf8Path) -> Utf8PathBuf {
    if relative.as_str().is_empty() {
        root.to_owned()
    } else {
        root.join(relative)
    }
}
