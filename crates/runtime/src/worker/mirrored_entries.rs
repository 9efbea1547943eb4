//! The panels, menus and operators of a worker's plugin that are in the host's tables now.

use lichtfeld_engine::worker::message::Shown;
use lichtfeld_engine::{Owner, Panels, Services};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Returns the table of the panels, or of the menus.
pub(super) fn panels(services: &Services, shown: Shown) -> &Arc<Panels> {
    match shown {
        Shown::Panel => &services.panels,
        Shown::Menu => &services.menus,
    }
}

#[derive(Debug, Default)]
struct Known {
    shown: HashSet<(Shown, String)>,
    /// By id: whether the operator is running, which the worker reports.
    operators: HashMap<String, Arc<AtomicBool>>,
}

/// What one worker has registered in the host.
#[derive(Debug, Default)]
pub(super) struct MirroredEntries(Mutex<Known>);

impl MirroredEntries {
    /// Notes a panel or a menu.
    pub(super) fn add_shown(&self, shown: Shown, id: String) {
        self.0.lock().shown.insert((shown, id));
    }

    /// Notes an operator and what says whether it is running.
    pub(super) fn add_operator(&self, id: String, running: Arc<AtomicBool>) {
        self.0.lock().operators.insert(id, running);
    }

    /// Whether a panel or a menu is noted.
    pub(super) fn has_shown(&self, shown: Shown, id: &str) -> bool {
        self.0.lock().shown.contains(&(shown, id.to_owned()))
    }

    /// Whether an operator is noted.
    pub(super) fn has_operator(&self, id: &str) -> bool {
        self.0.lock().operators.contains_key(id)
    }

    /// Forgets a panel or a menu.
    pub(super) fn remove_shown(&self, shown: Shown, id: String) {
        self.0.lock().shown.remove(&(shown, id));
    }

    /// Forgets an operator.
    pub(super) fn remove_operator(&self, id: &str) {
        self.0.lock().operators.remove(id);
    }

    /// Notes whether an operator is running.
    pub(super) fn set_running(&self, id: &str, running: bool) {
        if let Some(known) = self.0.lock().operators.get(id) {
            known.store(running, Ordering::Release);
        }
    }

    /// Removes all panels, menus and operators from the host's tables.
    pub(super) fn take_back(&self, services: &Services, owner: &Owner) {
        let known = std::mem::take(&mut *self.0.lock());
        for (shown, id) in known.shown {
            panels(services, shown).unregister(&id, Some(owner));
        }
        for id in known.operators.into_keys() {
            services.operators.unregister(&id, Some(owner));
        }
    }
}
