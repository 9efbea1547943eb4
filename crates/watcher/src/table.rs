//! Which directories the source watches, with the number of users: several trees may use one.
//!
//! inotify has one watch per inode, whatever its path. A directory that moves into an unwatched
//! one may be found there, and watched, before the event for its old path is read; when the old
//! path is then released, the watch of the new path is removed with it. So the table remembers the
//! inode numbers and reports such clashes.

use crate::platform;
use crate::source::{ChangeSource, Reach, Scope, SourceError};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;

struct Watched {
    users: usize,
    number: u64,
}

pub(crate) struct WatchTable {
    pub(crate) source: Box<dyn ChangeSource>,
    dirs: HashMap<Utf8PathBuf, Watched>,
    by_number: HashMap<u64, Vec<Utf8PathBuf>>,
    clashes: Vec<Utf8PathBuf>,
}

impl WatchTable {
    pub(crate) fn new(source: Box<dyn ChangeSource>) -> Self {
        Self {
            source,
            dirs: HashMap::new(),
            by_number: HashMap::new(),
            clashes: Vec::new(),
        }
    }

    /// Adds a user of a directory inside a tree.
    pub(crate) fn add(&mut self, dir: &Utf8Path) -> Result<(), SourceError> {
        self.add_scoped(dir, Scope::AsFarAsItReaches)
    }

    /// Adds a user of a directory of which only the entries matter.
    pub(crate) fn add_entries(&mut self, dir: &Utf8Path) -> Result<(), SourceError> {
        self.add_scoped(dir, Scope::Entries)
    }

    fn add_scoped(&mut self, dir: &Utf8Path, scope: Scope) -> Result<(), SourceError> {
        if let Some(watched) = self.dirs.get_mut(dir) {
            // A watch of the entries is extended to everything below if a tree needs that.
            if scope == Scope::AsFarAsItReaches && self.source.reach() == Reach::Subtree {
                self.source.watch(dir, scope)?;
            }
            watched.users += 1;
            return Ok(());
        }
        self.source.watch(dir, scope)?;
        let number = number(dir);
        self.dirs
            .insert(dir.to_owned(), Watched { users: 1, number });
        self.by_number
            .entry(number)
            .or_default()
            .push(dir.to_owned());
        Ok(())
    }

    /// Watches a directory again for its present users: it may be another with the same name.
    pub(crate) fn renew(&mut self, dir: &Utf8Path) -> Result<(), SourceError> {
        self.source.unwatch(dir);
        self.source.watch(dir, Scope::AsFarAsItReaches)?;
        if let Some(watched) = self.dirs.get_mut(dir) {
            let before = std::mem::replace(&mut watched.number, number(dir));
            let now = watched.number;
            self.forget_number(before, dir);
            self.by_number.entry(now).or_default().push(dir.to_owned());
        }
        Ok(())
    }

    /// Removes a user of a directory.
    pub(crate) fn release(&mut self, dir: &Utf8Path) {
        let Some(watched) = self.dirs.get_mut(dir) else {
            return;
        };
        watched.users -= 1;
        if watched.users > 0 {
            return;
        }
        let number = watched.number;
        self.dirs.remove(dir);
        self.source.unwatch(dir);
        self.forget_number(number, dir);
        if number != 0 {
            self.clashes
                .extend(self.by_number.get(&number).into_iter().flatten().cloned());
        }
    }

    fn forget_number(&mut self, number: u64, dir: &Utf8Path) {
        if let Some(dirs) = self.by_number.get_mut(&number) {
            dirs.retain(|other| other != dir);
            if dirs.is_empty() {
                self.by_number.remove(&number);
            }
        }
    }

    /// Takes the directories that may have lost their watch when another path was released.
    pub(crate) fn take_clashes(&mut self) -> Vec<Utf8PathBuf> {
        std::mem::take(&mut self.clashes)
    }

    pub(crate) fn reach(&self) -> Reach {
        self.source.reach()
    }

    pub(crate) fn len(&self) -> usize {
        self.dirs.len()
    }
}

/// Returns the directory's inode number, or 0 if there is none or the directory was removed.
fn number(dir: &Utf8Path) -> u64 {
    dir.symlink_metadata()
        .map_or(0, |metadata| platform::identity(&metadata).0)
}
