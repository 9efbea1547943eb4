//! Which directories the source watches, and for how many: trees may share one.

use crate::source::{ChangeSource, Reach, Scope, SourceError};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;

pub(crate) struct WatchTable {
    pub(crate) source: Box<dyn ChangeSource>,
    users: HashMap<Utf8PathBuf, usize>,
}

impl WatchTable {
    pub(crate) fn new(source: Box<dyn ChangeSource>) -> Self {
        Self {
            source,
            users: HashMap::new(),
        }
    }

    /// One more user of a directory inside a tree.
    pub(crate) fn add(&mut self, dir: &Utf8Path) -> Result<(), SourceError> {
        self.add_scoped(dir, Scope::AsFarAsItReaches)
    }

    /// One more user of a directory of which only the entries matter.
    pub(crate) fn add_entries(&mut self, dir: &Utf8Path) -> Result<(), SourceError> {
        self.add_scoped(dir, Scope::Entries)
    }

    fn add_scoped(&mut self, dir: &Utf8Path, scope: Scope) -> Result<(), SourceError> {
        if let Some(users) = self.users.get_mut(dir) {
            // A watch of the entries becomes one of everything below when a tree needs that.
            if scope == Scope::AsFarAsItReaches && self.source.reach() == Reach::Subtree {
                self.source.watch(dir, scope)?;
            }
            *users += 1;
            return Ok(());
        }
        self.source.watch(dir, scope)?;
        self.users.insert(dir.to_owned(), 1);
        Ok(())
    }

    /// Watches a directory anew, for the users it has: the one of this name may be another.
    pub(crate) fn renew(&mut self, dir: &Utf8Path) -> Result<(), SourceError> {
        self.source.unwatch(dir);
        self.source.watch(dir, Scope::AsFarAsItReaches)
    }

    /// One user less.
    pub(crate) fn release(&mut self, dir: &Utf8Path) {
        if let Some(users) = self.users.get_mut(dir) {
            *users -= 1;
            if *users == 0 {
                self.users.remove(dir);
                self.source.unwatch(dir);
            }
        }
    }

    pub(crate) fn reach(&self) -> Reach {
        self.source.reach()
    }

    pub(crate) fn len(&self) -> usize {
        self.users.len()
    }
}
