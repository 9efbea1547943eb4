//! The ledger: all registrations of each plugin, so that they can be freed if the plugin forgets
//! one.
//!
//! Every registration carries the plugin *and the revision of its code*: two versions exist while a
//! reload is under way, and the host sees only the registrations of the active one.

use parking_lot::{Mutex, MutexGuard};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// The owner of a registration: one version of a plugin's code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner {
    /// The plugin's normalised name.
    pub key: String,
    /// The revision of its code.
    pub revision: u64,
}

/// Identifies an entry of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(u64);

struct Entry {
    owner: Owner,
    what: String,
    /// Whether the plugin relies on its being freed: nothing that it forgot.
    expected: bool,
    release: Box<dyn FnOnce() + Send>,
}

#[derive(Default)]
struct Book {
    next: u64,
    entries: BTreeMap<u64, Entry>,
    active: HashMap<String, u64>,
}

/// The ledger of one manager.
#[derive(Default)]
pub struct Ledger {
    book: Mutex<Book>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.lock();
        let entries = book.entries.values();
        f.debug_struct("Ledger")
            .field(
                "entries",
                &entries.map(|entry| &entry.what).collect::<Vec<_>>(),
            )
            .field("active", &book.active)
            .finish()
    }
}

impl Ledger {
    /// Returns whether no thread holds the lock, for a forked copy of the process.
    pub(crate) fn is_free(&self) -> bool {
        self.book.try_lock().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock()
    }

    /// Records that `owner` has registered `what`, such as "panel 'a.b'". `release` undoes it.
    pub fn record(
        &self,
        owner: Owner,
        what: impl Into<String>,
        release: impl FnOnce() + Send + 'static,
    ) -> EntryId {
        self.add(Entry {
            owner,
            what: what.into(),
            expected: false,
            release: Box::new(release),
        })
    }

    /// As [`Ledger::record`], for something that plugins need not undo themselves. When it is freed, it
    /// is not among the registrations that they have forgotten.
    pub fn record_expected(
        &self,
        owner: Owner,
        what: impl Into<String>,
        release: impl FnOnce() + Send + 'static,
    ) -> EntryId {
        self.add(Entry {
            owner,
            what: what.into(),
            expected: true,
            release: Box::new(release),
        })
    }

    fn add(&self, entry: Entry) -> EntryId {
        let mut book = self.lock();
        let id = book.next;
        book.next += 1;
        book.entries.insert(id, entry);
        EntryId(id)
    }

    /// Removes an entry that the owner has undone itself.
    pub fn forget(&self, id: EntryId) {
        let entry = self.lock().entries.remove(&id.0);
        // Dropped here, without the lock: the closure may own values that lock the ledger when
        // dropped.
        drop(entry);
    }

    /// Returns the id of the next entry.
    #[must_use]
    pub fn next_id(&self) -> EntryId {
        EntryId(self.lock().next)
    }

    /// Undoes what an owner has registered from `since` on and need not undo itself: before it is
    /// activated again, and registers it again.
    pub fn free_expected(&self, owner: &Owner, since: EntryId) {
        for entry in self.take(|id, entry| entry.owner == *owner && entry.expected && id >= since.0)
        {
            (entry.release)();
        }
    }

    /// Removes entries, and returns them, the latest first.
    fn take(&self, is_wanted: impl Fn(u64, &Entry) -> bool) -> Vec<Entry> {
        let mut book = self.lock();
        let ids: Vec<u64> = book
            .entries
            .iter()
            .rev()
            .filter(|(id, entry)| is_wanted(**id, entry))
            .map(|(id, _)| *id)
            .collect();
        ids.iter()
            .filter_map(|id| book.entries.remove(id))
            .collect()
    }

    /// Undoes all registrations of an owner, the latest first. Returns those that it has forgotten.
    pub fn free(&self, owner: &Owner) -> Vec<String> {
        self.take(|_, entry| entry.owner == *owner)
            .into_iter()
            .filter_map(|entry| {
                (entry.release)();
                (!entry.expected).then_some(entry.what)
            })
            .collect()
    }

    /// Returns the registrations of an owner.
    #[must_use]
    pub fn entries(&self, owner: &Owner) -> Vec<String> {
        let book = self.lock();
        book.entries
            .values()
            .filter(|entry| entry.owner == *owner)
            .map(|entry| entry.what.clone())
            .collect()
    }

    /// Returns how many registrations an owner has.
    #[must_use]
    pub fn count(&self, owner: &Owner) -> usize {
        let book = self.lock();
        let own = book.entries.values().filter(|entry| entry.owner == *owner);
        own.count()
    }

    /// Makes a version the one that the host sees.
    pub fn set_active(&self, owner: &Owner) {
        self.lock().active.insert(owner.key.clone(), owner.revision);
    }

    /// From now on the host sees no version of this plugin.
    pub fn set_inactive(&self, owner: &Owner) {
        let mut book = self.lock();
        if book.active.get(&owner.key) == Some(&owner.revision) {
            book.active.remove(&owner.key);
        }
    }

    /// Returns the version of a plugin that the host sees, or `None`.
    #[must_use]
    pub fn active(&self, key: &str) -> Option<Owner> {
        let revision = *self.lock().active.get(key)?;
        Some(Owner {
            key: key.to_owned(),
            revision,
        })
    }

    /// Returns whether the host sees the registrations of this owner. Those of the host itself,
    /// without an owner, are always visible.
    #[must_use]
    pub fn is_active(&self, owner: Option<&Owner>) -> bool {
        owner.is_none_or(|owner| self.lock().active.get(&owner.key) == Some(&owner.revision))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn owner(revision: u64) -> Owner {
        Owner {
            key: "a".into(),
            revision,
        }
    }

    #[test]
    fn freeing_undoes_the_latest_first_and_only_of_that_version() {
        let ledger = Ledger::default();
        let undone = Arc::new(Mutex::new(Vec::new()));
        for (revision, what) in [(1, "one"), (2, "other"), (1, "two"), (1, "three")] {
            let undone = Arc::clone(&undone);
            let id = ledger.record(owner(revision), what, move || {
                undone.lock().push(what);
            });
            if what == "two" {
                ledger.forget(id);
            }
        }
        assert_eq!(ledger.free(&owner(1)), ["three", "one"]);
        assert_eq!(*undone.lock(), ["three", "one"]);
        assert_eq!(ledger.entries(&owner(2)), ["other"]);
        assert!(ledger.free(&owner(1)).is_empty(), "nothing is undone twice");
    }

    #[test]
    fn what_a_plugin_need_not_undo_is_freed_and_not_reported() {
        let ledger = Ledger::default();
        let undone = Arc::new(Mutex::new(Vec::new()));
        let release = |what| {
            let undone = Arc::clone(&undone);
            move || undone.lock().push(what)
        };
        ledger.record(owner(1), "panel", release("panel"));
        ledger.record_expected(owner(1), "subscription", release("subscription"));
        assert_eq!(ledger.entries(&owner(1)), ["panel", "subscription"]);
        let since = ledger.next_id();
        ledger.record_expected(owner(1), "later", release("later"));
        ledger.free_expected(&owner(1), since);
        assert_eq!(undone.lock().drain(..).collect::<Vec<_>>(), ["later"]);
        assert_eq!(ledger.free(&owner(1)), ["panel"]);
        assert_eq!(*undone.lock(), ["subscription", "panel"]);
    }

    #[test]
    fn one_version_is_seen_at_a_time() {
        let ledger = Ledger::default();
        ledger.set_active(&owner(1));
        assert!(ledger.is_active(Some(&owner(1))));
        assert!(!ledger.is_active(Some(&owner(2))));
        ledger.set_active(&owner(2));
        ledger.set_inactive(&owner(1));
        assert!(
            ledger.is_active(Some(&owner(2))),
            "the older one's end does not hide the newer"
        );
        assert!(ledger.is_active(None));
    }
}
