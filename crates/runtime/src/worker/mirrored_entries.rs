//! The panels, menus and operators of a worker's plugin that are in the host's tables now.

use lichtfeld_engine::Services;
use lichtfeld_engine::registrations::ledger::{EntryId, Owner};
use lichtfeld_engine::registrations::panels::Panels;
use lichtfeld_engine::worker::message::Shown;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What can be entered, of that whose tables do not write into the ledger themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Registrable {
    Shown(Shown),
    Operator,
}

impl Registrable {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Shown(Shown::Panel) => "panel",
            Self::Shown(Shown::Menu) => "menu",
            Self::Operator => "operator",
        }
    }

    /// Removes it from the host's table.
    pub(super) fn unregister(self, services: &Services, owner: &Owner, id: &str) {
        match self {
            Self::Shown(shown) => panels(services, shown).unregister(id, Some(owner)),
            Self::Operator => services.operators.unregister(id, Some(owner)),
        };
    }
}

/// Returns the table of the panels, or of the menus.
pub(super) fn panels(services: &Services, shown: Shown) -> &Arc<Panels> {
    match shown {
        Shown::Panel => &services.panels,
        Shown::Menu => &services.menus,
    }
}

/// One entry in the host's tables.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) in_ledger: EntryId,
    /// Whether an operator is running, which the worker reports.
    pub(super) running: Arc<AtomicBool>,
}

/// What one worker has registered in the host.
#[derive(Debug, Default)]
pub(super) struct MirroredEntries(Mutex<HashMap<(Registrable, String), Entry>>);

impl MirroredEntries {
    /// Enters something. Returns the entry before it, if there was one.
    pub(super) fn insert(&self, what: Registrable, id: String, entry: Entry) -> Option<Entry> {
        self.0.lock().insert((what, id), entry)
    }

    /// Removes an entry and returns it.
    pub(super) fn remove(&self, what: Registrable, id: String) -> Option<Entry> {
        self.0.lock().remove(&(what, id))
    }

    /// Notes whether an operator is running.
    pub(super) fn set_running(&self, id: String, running: bool) {
        if let Some(entry) = self.0.lock().get(&(Registrable::Operator, id)) {
            entry.running.store(running, Ordering::Release);
        }
    }

    /// Removes all panels, menus and operators from the host's tables and from the ledger.
    pub(super) fn take_back(&self, services: &Services, owner: &Owner) {
        let all: Vec<_> = self.0.lock().drain().collect();
        for ((what, id), entry) in all {
            what.unregister(services, owner, &id);
            services.ledger.forget(entry.in_ledger);
        }
    }
}
