//! A directory whose children are trees or could become ones: which of them are there.

use crate::pending::Pending;
use crate::table::WatchTable;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// A child that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Appeared,
    Vanished,
}

#[derive(Default)]
struct Child {
    present: bool,
    /// Watched for its marker to come; a child that has it needs no watch of its own.
    watched: Option<Utf8PathBuf>,
}

pub(crate) struct ParentState {
    pub(crate) declared: Utf8PathBuf,
    pub(crate) real: Utf8PathBuf,
    pub(crate) pending: Option<Pending>,
    /// Set while the directory itself cannot be watched or is gone: then it is looked at by time.
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

    /// Something happened to a child, or below it.
    pub(crate) fn touch(&mut self, name: &str, now: Instant) {
        if !name.starts_with('.') {
            self.dirty.insert(name.to_owned());
            Pending::extend(&mut self.pending, now);
        }
    }

    /// Something happened to the directory itself, or events were lost.
    pub(crate) fn doubt(&mut self, table: &mut WatchTable, now: Instant) {
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

    /// Looks which children are there now; gives back those that came or went. Says in `poll`
    /// whether it has to be asked again without an event.
    pub(crate) fn settle(
        &mut self,
        table: &mut WatchTable,
        marker: &str,
    ) -> Vec<(Utf8PathBuf, Turn)> {
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
            .filter_map(|name| self.look_at(&name, table, marker))
            .collect()
    }

    /// Whether the directory is watched; if not, it has to be looked at by time.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    /// Forces the next `settle` to read the directory.
    pub(crate) fn reread(&mut self, table: &mut WatchTable) {
        if std::mem::take(&mut self.watched) {
            table.release(&self.real);
        }
    }

    fn look_at(
        &mut self,
        name: &str,
        table: &mut WatchTable,
        marker: &str,
    ) -> Option<(Utf8PathBuf, Turn)> {
        let path = self.declared.join(name);
        let child = self.children.entry(name.to_owned()).or_default();
        let was = child.present;
        let is_dir = path.is_dir();
        // The watch goes first and comes last, so that a marker written meanwhile is not missed.
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
            (false, true) => Some((path, Turn::Appeared)),
            (true, false) => Some((path, Turn::Vanished)),
            _ => None,
        }
    }

    /// The child whose presence an event may change: one for the child itself or its marker, or
    /// directly in one that waits for its marker (so that a copy still going on counts as noise).
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
