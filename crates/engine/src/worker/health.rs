//! How a backend reports that a plugin's process died or stopped answering.

use crate::error::failure::Failure;
use crate::registrations::ledger::Owner;
use std::fmt;
use std::sync::OnceLock;

/// A change in the health of a plugin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum HealthChange {
    /// Its process ended without having been asked to.
    Died(Failure),
    /// Its process has not answered for too long; a sentence with the seconds.
    Unresponsive(String),
    /// Its process answers again.
    Responsive,
    /// A function of it in this process has exceeded its limit and cannot be interrupted.
    Overdue(Failure),
}

type Listener = dyn Fn(&Owner, HealthChange) + Send + Sync;

/// Passes changes from the backends to the manager. Backends get it before there is a manager.
#[derive(Default)]
pub struct Health {
    listener: OnceLock<Box<Listener>>,
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_listener = self.listener.get().is_some();
        f.debug_struct("Health")
            .field("has_listener", &has_listener)
            .finish()
    }
}

impl Health {
    /// Sets the listener. Only the first one is kept.
    pub fn listen(&self, listener: impl Fn(&Owner, HealthChange) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    /// Reports a change. Does nothing while there is no listener.
    pub fn tell(&self, owner: &Owner, change: HealthChange) {
        if let Some(listener) = self.listener.get() {
            listener(owner, change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, mpsc};

    #[test]
    fn changes_reach_the_first_listener_alone() {
        let health = Health::default();
        let owner = Owner {
            key: "a".into(),
            revision: 1,
        };
        health.tell(&owner, HealthChange::Responsive);
        let (first, heard) = mpsc::channel();
        health.listen(move |owner, _| first.send(owner.key.clone()).unwrap());
        health.listen(|_, _| panic!("the second listener was called"));
        health.tell(&owner, HealthChange::Responsive);
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(format!("{health:?}"), "Health { has_listener: true }");
    }

    #[test]
    fn any_thread_may_report() {
        fn shared<T: Send + Sync>() {}
        shared::<Arc<Health>>();
        shared::<HealthChange>();
    }
}
