//! One table for everything that plugins register under a name: panels, menus, operators,
//! capabilities.
//!
//! While a reload is under way, the old and the new version of a plugin may both have registered the
//! same id. Both stay in the table, and the host sees the entry of the active version. Every entry
//! of a plugin is written into the [`Ledger`], so that it is freed with its plugin.

use crate::error::codes;
use crate::registrations::ledger::{EntryId, Ledger, Owner};
use crate::registrations::registered::Registered;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Something that a plugin, or the host, registers under an id.
pub trait Entry: Send + Sync + 'static {
    /// What all entries of one table share.
    type Context: Default + Send + Sync;

    /// Returns the id as it was registered.
    fn id(&self) -> &str;

    /// The version of a plugin that registered it, or `None` for an entry of the host.
    fn owner(&self) -> Option<&Owner>;

    /// The plugin's name for messages, or `None` for an entry of the host.
    fn plugin(&self) -> Option<&str>;

    /// Entries with smaller numbers are listed first; those with equal numbers by id.
    fn order(&self) -> i64 {
        0
    }

    /// Whether `id` is another spelling of this entry's id.
    fn is_spelled(&self, _id: &str) -> bool {
        false
    }

    /// The entry is added to a table. Called once, before the host can see it.
    fn added(&self, _context: &Self::Context) {}

    /// The entry was unregistered or replaced. Called without any lock: the plugin's code may run.
    fn removed(&self, _context: &Self::Context) {}
}

/// What happens to an id that another plugin, or the host, has registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnTaken {
    /// The new entry replaces the other plugin's.
    Replace,
    /// The new entry is refused.
    Refuse,
}

/// The id belongs to another plugin, or to the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what} '{name}' is already offered by {by}; {wanted_by} cannot register it")]
#[non_exhaustive]
pub struct NameTaken {
    /// `capability`, `panel` and so on.
    pub what: String,
    /// The id.
    pub name: String,
    /// Who has it: `plugin 'a'`, or `the application`.
    pub by: String,
    /// Who was refused, in the same words.
    pub wanted_by: String,
}

impl NameTaken {
    /// The stable code.
    pub const CODE: &'static str = codes::NAME_TAKEN.code;
    /// What to do about it.
    pub const HINT: &'static str = "begin the name with your plugin's own, as in 'my_plugin.align', or unload the other plugin";
}

/// A change that the listener of a table is called with.
#[derive(Debug)]
#[non_exhaustive]
pub enum Change<'a, E> {
    /// An entry was added, or replaced a known one.
    Registered(&'a E),
    /// The last entry of an owner with this id was removed.
    Unregistered(&'a str),
}

/// What [`Table::insert`] returns.
#[derive(Debug)]
#[must_use]
pub struct Inserted<E> {
    /// The new entry.
    pub entry: Arc<E>,
    /// The entries that it replaced; their [`Entry::removed`] was not called.
    pub replaced: Vec<Arc<E>>,
}

struct Slot<E> {
    entry: Arc<E>,
    in_ledger: Option<EntryId>,
}

type Listener<E> = Box<dyn Fn(Change<'_, E>) + Send + Sync>;

/// All entries of one kind of one manager.
pub struct Table<E: Entry> {
    what: &'static str,
    on_taken: OnTaken,
    slots: Mutex<Vec<Slot<E>>>,
    ledger: Arc<Ledger>,
    listener: OnceLock<Listener<E>>,
    context: E::Context,
}

impl<E: Entry> fmt::Debug for Table<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slots = self.slots.lock();
        let ids: Vec<&str> = slots.iter().map(|slot| slot.entry.id()).collect();
        f.debug_tuple("Table")
            .field(&self.what)
            .field(&ids)
            .finish()
    }
}

impl<E: Entry> Table<E> {
    /// An empty table. `what` is the word for one entry in messages: `panel`.
    #[must_use]
    pub fn new(what: &'static str, on_taken: OnTaken, ledger: Arc<Ledger>) -> Arc<Self> {
        Arc::new(Self {
            what,
            on_taken,
            slots: Mutex::default(),
            ledger,
            listener: OnceLock::new(),
            context: E::Context::default(),
        })
    }

    /// Returns whether no thread holds the lock, for a forked copy of the process.
    pub(crate) fn is_free(&self) -> bool {
        self.slots.try_lock().is_some()
    }

    /// Returns the word for one entry in messages.
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// Returns what all entries share.
    pub fn context(&self) -> &E::Context {
        &self.context
    }

    /// Calls `listener` with every change, on the thread that makes it. Only the first listener
    /// counts.
    pub fn listen(&self, listener: impl Fn(Change<'_, E>) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    fn notify(&self, change: Change<'_, E>) {
        if let Some(listener) = self.listener.get() {
            listener(change);
        }
    }

    /// Adds an entry and writes it into the ledger. An entry of the same version with the same id
    /// is replaced; an entry of another version of the same plugin stays until it is removed.
    ///
    /// # Errors
    /// [`NameTaken`] if another plugin, or the host, has the id and the table refuses it; then
    /// nothing changes.
    pub fn register(self: &Arc<Self>, entry: E) -> Result<Registered, NameTaken> {
        let Inserted { entry, replaced } = self.add(entry)?;
        self.dismiss(&replaced);
        self.notify(Change::Registered(&entry));
        Ok(if replaced.is_empty() {
            Registered::New
        } else {
            Registered::Replaced
        })
    }

    /// As [`Table::register`], but leaves it to the caller to dismiss the replaced entries: their
    /// [`Entry::removed`] may run plugin code, which some threads must not wait for.
    ///
    /// # Errors
    /// As [`Table::register`].
    pub fn insert(self: &Arc<Self>, entry: E) -> Result<Inserted<E>, NameTaken> {
        let inserted = self.add(entry)?;
        self.notify(Change::Registered(&inserted.entry));
        Ok(inserted)
    }

    fn add(self: &Arc<Self>, entry: E) -> Result<Inserted<E>, NameTaken> {
        // Into the ledger first: an entry that is in the table is then always freed with its plugin.
        let in_ledger = entry.owner().cloned().map(|owner| {
            let (table, id) = (Arc::downgrade(self), entry.id().to_owned());
            let what = format!("{} '{id}'", self.what);
            self.ledger.record(owner.clone(), what, move || {
                if let Some(table) = table.upgrade() {
                    table.unregister(&id, Some(&owner));
                }
            })
        });
        let mut slots = self.slots.lock();
        let rivals = slots
            .iter()
            .map(|slot| &*slot.entry)
            .filter(|other| other.id() == entry.id() && !is_same_plugin(*other, &entry));
        if self.on_taken == OnTaken::Refuse
            && let Some(rival) = rivals.last()
        {
            let taken = NameTaken {
                what: self.what.to_owned(),
                name: entry.id().to_owned(),
                by: in_words(rival),
                wanted_by: in_words(&entry),
            };
            drop(slots);
            if let Some(in_ledger) = in_ledger {
                self.ledger.forget(in_ledger);
            }
            return Err(taken);
        }
        let replaced: Vec<Slot<E>> = slots
            .extract_if(.., |slot| {
                let other = &*slot.entry;
                let is_other_version =
                    is_same_plugin(other, &entry) && other.owner() != entry.owner();
                other.id() == entry.id() && !is_other_version
            })
            .collect();
        entry.added(&self.context);
        let entry = Arc::new(entry);
        slots.push(Slot {
            entry: Arc::clone(&entry),
            in_ledger,
        });
        drop(slots);
        Ok(Inserted {
            entry,
            replaced: self.forget(replaced),
        })
    }

    /// Calls [`Entry::removed`] of entries that [`Table::insert`] replaced.
    pub fn dismiss(&self, replaced: &[Arc<E>]) {
        for entry in replaced {
            entry.removed(&self.context);
        }
    }

    /// Removes the ledger's entries of slots that are gone.
    fn forget(&self, slots: Vec<Slot<E>>) -> Vec<Arc<E>> {
        let forgotten = slots.into_iter().map(|slot| {
            if let Some(in_ledger) = slot.in_ledger {
                self.ledger.forget(in_ledger);
            }
            slot.entry
        });
        forgotten.collect()
    }

    /// Removes the entry with this id that belongs to `owner`. Returns whether there was one.
    pub fn unregister(&self, id: &str, owner: Option<&Owner>) -> bool {
        let removed: Vec<Slot<E>> = self
            .slots
            .lock()
            .extract_if(.., |slot| {
                slot.entry.id() == id && slot.entry.owner() == owner
            })
            .collect();
        if removed.is_empty() {
            return false;
        }
        let removed = self.forget(removed);
        self.dismiss(&removed);
        self.notify(Change::Unregistered(id));
        true
    }

    /// Puts `change` of the visible entry with this id in its place. Returns the new entry, or `None` if
    /// there is no such entry. [`Entry::removed`] is not called: it is the same entry, described anew.
    pub(crate) fn exchange(&self, id: &str, change: impl FnOnce(&E) -> E) -> Option<Arc<E>> {
        let mut slots = self.slots.lock();
        let slot = slots
            .iter_mut()
            .rev()
            .find(|slot| slot.entry.id() == id && self.ledger.is_active(slot.entry.owner()))?;
        slot.entry = Arc::new(change(&slot.entry));
        Some(Arc::clone(&slot.entry))
    }

    /// Returns the entries that the host sees, by [`Entry::order`], then by id.
    #[must_use]
    pub fn visible(&self) -> Vec<Arc<E>> {
        let mut visible: Vec<Arc<E>> = self
            .slots
            .lock()
            .iter()
            .filter(|slot| self.ledger.is_active(slot.entry.owner()))
            .map(|slot| Arc::clone(&slot.entry))
            .collect();
        visible.sort_by(|a, b| (a.order(), a.id()).cmp(&(b.order(), b.id())));
        visible
    }

    /// Returns the visible entry with this id, or the only one whose id may be spelled like this.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<E>> {
        let slots = self.slots.lock();
        let visible = || {
            let entries = slots.iter().rev().map(|slot| &slot.entry);
            entries.filter(|entry| self.ledger.is_active(entry.owner()))
        };
        if let Some(exact) = visible().find(|entry| entry.id() == id) {
            return Some(Arc::clone(exact));
        }
        let mut alike = visible().filter(|entry| entry.is_spelled(id));
        // If two differ only in their spelling, the id is ambiguous.
        alike.next().filter(|_| alike.next().is_none()).cloned()
    }
}

/// Returns the words for the owner of an entry.
fn in_words<E: Entry>(entry: &E) -> String {
    entry.plugin().map_or_else(
        || "the application".to_owned(),
        |plugin| format!("plugin '{plugin}'"),
    )
}

/// Returns whether both entries belong to the same plugin, in any version, or both to the host.
fn is_same_plugin<E: Entry>(one: &E, other: &E) -> bool {
    let key = |owner: Option<&Owner>| owner.map(|owner| owner.key.clone());
    key(one.owner()) == key(other.owner())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named {
        id: &'static str,
        owner: Option<Owner>,
    }

    impl Entry for Named {
        type Context = Mutex<Vec<String>>;

        fn id(&self) -> &str {
            self.id
        }
        fn owner(&self) -> Option<&Owner> {
            self.owner.as_ref()
        }
        fn plugin(&self) -> Option<&str> {
            self.owner.as_ref().map(|owner| owner.key.as_str())
        }
        fn is_spelled(&self, id: &str) -> bool {
            self.id.eq_ignore_ascii_case(id)
        }
        fn removed(&self, context: &Self::Context) {
            let owner = self.owner.as_ref();
            let revision = owner.map_or(0, |owner| owner.revision);
            context.lock().push(format!("{}@{revision}", self.id));
        }
    }

    fn owner(key: &str, revision: u64) -> Owner {
        Owner {
            key: key.into(),
            revision,
        }
    }

    fn of(id: &'static str, key: &str, revision: u64) -> Named {
        Named {
            id,
            owner: Some(owner(key, revision)),
        }
    }

    fn table(on_taken: OnTaken) -> (Arc<Ledger>, Arc<Table<Named>>) {
        let ledger = Arc::new(Ledger::default());
        for key in ["a", "b"] {
            ledger.set_active(&owner(key, 1));
        }
        let table = Table::new("thing", on_taken, Arc::clone(&ledger));
        (ledger, table)
    }

    fn revision(table: &Table<Named>, id: &str) -> Option<u64> {
        Some(table.find(id)?.owner.as_ref()?.revision)
    }

    #[test]
    fn the_entry_of_the_active_version_is_seen_and_a_refused_one_gives_it_back() {
        let (ledger, table) = table(OnTaken::Refuse);
        assert_eq!(table.register(of("x", "a", 1)), Ok(Registered::New));
        assert_eq!(table.register(of("x", "a", 2)), Ok(Registered::New));
        assert_eq!(revision(&table, "x"), Some(1), "2 is not active yet");
        ledger.set_active(&owner("a", 2));
        assert_eq!(revision(&table, "x"), Some(2));
        assert_eq!(ledger.free(&owner("a", 2)), ["thing 'x'"]);
        ledger.set_active(&owner("a", 1));
        assert_eq!(revision(&table, "x"), Some(1));
        assert_eq!(ledger.free(&owner("a", 1)), ["thing 'x'"]);
        assert!(table.visible().is_empty());
        assert_eq!(*table.context().lock(), ["x@2", "x@1"]);
    }

    #[test]
    fn registering_again_replaces_and_is_in_the_ledger_once() {
        let (ledger, table) = table(OnTaken::Refuse);
        assert_eq!(table.register(of("x", "a", 1)), Ok(Registered::New));
        assert_eq!(table.register(of("x", "a", 1)), Ok(Registered::Replaced));
        assert_eq!(*table.context().lock(), ["x@1"]);
        assert_eq!(ledger.entries(&owner("a", 1)), ["thing 'x'"]);
        assert!(table.unregister("x", Some(&owner("a", 1))));
        assert!(ledger.entries(&owner("a", 1)).is_empty());
        assert!(!table.unregister("x", Some(&owner("a", 1))));
    }

    #[test]
    fn an_id_of_another_plugin_is_refused_or_replaced() {
        let (ledger, strict) = table(OnTaken::Refuse);
        strict.register(of("x", "a", 1)).unwrap();
        let taken = strict.register(of("x", "b", 1)).unwrap_err();
        assert_eq!(
            taken.to_string(),
            "thing 'x' is already offered by plugin 'a'; plugin 'b' cannot register it"
        );
        assert!(ledger.entries(&owner("b", 1)).is_empty());
        assert!(!strict.unregister("x", Some(&owner("b", 1))));
        assert_eq!(revision(&strict, "x"), Some(1));

        let (ledger, lenient) = table(OnTaken::Replace);
        lenient.register(of("x", "a", 1)).unwrap();
        assert_eq!(
            lenient.register(of("x", "b", 1)),
            Ok(Registered::Replaced),
            "the later one wins"
        );
        assert!(ledger.entries(&owner("a", 1)).is_empty());
    }

    #[test]
    fn an_id_may_be_spelled_in_other_ways_if_one_entry_is_meant() {
        let (_, table) = table(OnTaken::Refuse);
        table.register(of("one", "a", 1)).unwrap();
        assert!(table.find("ONE").is_some());
        table.register(of("One", "b", 1)).unwrap();
        assert!(table.find("ONE").is_none(), "two could be meant");
        assert_eq!(table.find("One").unwrap().id, "One");
    }

    #[test]
    fn the_listener_is_called_with_every_change() {
        let (ledger, table) = table(OnTaken::Refuse);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        table.listen(move |change| {
            log.lock().push(match change {
                Change::Registered(entry) => format!("+{}", entry.id),
                Change::Unregistered(id) => format!("-{id}"),
            });
        });
        table.register(of("x", "a", 1)).unwrap();
        ledger.free(&owner("a", 1));
        assert_eq!(*seen.lock(), ["+x", "-x"]);
    }
}
