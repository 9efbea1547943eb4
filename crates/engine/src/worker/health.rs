//! How a place tells the manager that a plugin's process died or stopped answering.

use crate::error::failure::Failure;
use crate::registrations::ledger::Owner;
use std::sync::OnceLock;

/// What became of a plugin's process.
#[derive(Clone, Debug)]
pub enum HealthChange {
    /// It ended without having been asked to.
    Died(Failure),
    /// It has not answered for too long.
    Unresponsive(String),
    /// It answers again.
    Responsive,
    /// A function of it in this process goes on beyond its limit and cannot be ended.
    Overdue(Failure),
}

type Listener = dyn Fn(&Owner, HealthChange) + Send + Sync;

/// Told by places, heard by the manager, which exists only after its places.
#[derive(Default)]
pub struct Health {
    listener: OnceLock<Box<Listener>>,
}

impl Health {
    /// Names the one who listens; the first one counts.
    pub fn listen(&self, listener: impl Fn(&Owner, HealthChange) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    /// Tells of a change.
    pub fn tell(&self, owner: &Owner, change: HealthChange) {
        if let Some(listener) = self.listener.get() {
            listener(owner, change);
        }
    }
}
