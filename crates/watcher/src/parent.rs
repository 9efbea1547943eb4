//! A directory whose children are trees or can become trees: which of them exist.

use crate::pending::Pending;
use crate::table::WatchTable;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// What happened to a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChildChange {
    Appeared,
    Vanished,
}

#[derive(Default)]
struct Child {
    present: bool,
    /// The directory, while it is watched for its marker file to appear. A child that has the file
    /// needs no watch of its own.
    watched: Option<Utf8PathBuf>,
}

pub(crate) struct ParentState {
    pub(crate) declared: Utf8PathBuf,
    pub(crate) real: Utf8PathBuf,
    pub(crate) pending: Option<Pending>,
    /// When to scan the directory; set while it cannot be watched or does not exist.
    pub(crate) poll: Option<Instant>,
    children: BTreeMap<String, Child>,
    dirty: BTreeSet<String>,
    watched: bool,
}

impl ParentState {
    pub(crate) fn new(declared: Utf8PathBuf, real: Utf8PathBuf) -> Self {
        Self {
            declared,
            real,
            pending: None,
            poll: None,
            children: BTreeMap::new(),
            dirty: BTreeSet::new(),
            watched: false,
        }
    }

    /// Notes an event for a child, or below it.
    pub(crate) fn touch(&mut self, name: &str, now: Instant) {
        if !name.starts_with('.') {
            self.dirty.insert(name.to_owned());
            Pending::extend(&mut self.pending, now);
        }
    }

    /// Notes an event for the directory itself, or that events were lost.
    pub(crate) fn schedule_rescan(&mut self, table: &mut WatchTable, now: Instant) {
        self.drop_watches(table);
        self.dirty.extend(self.children.keys().cloned());
        Pending::extend(&mut self.pending, now);
    }

    pub(crate) fn drop_watches(&mut self, table: &mut WatchTable) {
        if std::mem::take(&mut self.watched) {
            table.release(&self.real);
        }
        for dir in self
            .children
            .values_mut()
            .filter_map(|child| child.watched.take())
        {
            table.release(&dir);
        }
    }

    /// Checks which children exist now. Returns those that have appeared or vanished.
    pub(crate) fn settle(
        &mut self,
        table: &mut WatchTable,
        marker: &str,
    ) -> Vec<(Utf8PathBuf, ChildChange)> {
        self.pending = None;
        let mut names = std::mem::take(&mut self.dirty);
        if !self.watched {
            self.watched = table.add_entries(&self.real).is_ok();
            names.extend(self.children.keys().cloned());
            if let Ok(entries) = self.real.read_dir_utf8() {
                names.extend(entries.flatten().map(|entry| entry.file_name().to_owned()));
            }
        }
        names
            .into_iter()
            .filter(|name| !name.starts_with('.'))
            .filter_map(|name| self.check(&name, table, marker))
            .collect()
    }

    /// Returns whether the directory is watched; if not, it has to be scanned at intervals.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    /// Forces the next `settle` to read the directory.
    pub(crate) fn reread(&mut self, table: &mut WatchTable) {
        if std::mem::take(&mut self.watched) {
            table.release(&self.real);
        }
    }

    fn check(
        &mut self,
        name: &str,
        table: &mut WatchTable,
        marker: &str,
    ) -> Option<(Utf8PathBuf, ChildChange)> {
        let path = self.declared.join(name);
        let child = self.children.entry(name.to_owned()).or_default();
        let was = child.present;
        let is_dir = path.is_dir();
        // The check comes after the watch, so that a marker written meanwhile is not missed.
        if let Some(dir) = child.watched.take() {
            table.release(&dir);
        }
        if is_dir
            && !path.join(marker).is_file()
            && let Ok(real) = path.canonicalize_utf8()
            && table.add_entries(&real).is_ok()
        {
            child.watched = Some(real);
        }
        child.present = is_dir && path.join(marker).is_file();
        let is = child.present;
        if !is_dir {
            self.children.remove(name);
        }
        match (was, is) {
            (false, true) => Some((path, ChildChange::Appeared)),
            (true, false) => Some((path, ChildChange::Vanished)),
            _ => None,
        }
    }

    /// Returns the child that an event may make appear or vanish: the event is for the child
    /// itself, for its marker, or directly in a child without its marker (so that a copy under way
    /// counts as activity).
    pub(crate) fn child_of(&self, path: &Utf8Path, marker: &str) -> Option<String> {
        let dir = path.parent()?;
        if dir == self.real {
            return path.file_name().map(str::to_owned);
        }
        if dir.parent() == Some(&self.real) && path.file_name() == Some(marker) {
            return dir.file_name().map(str::to_owned);
        }
        let waits = |child: &Child| child.watched.as_deref() == Some(dir);
        self.children
            .iter()
            .find(|(_, child)| waits(child))
            .map(|(name, _)| name.clone())
    }
}
