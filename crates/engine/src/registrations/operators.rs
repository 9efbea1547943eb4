//! The operators that plugins have registered: actions that are invoked by their id.
//!
//! As with panels, an id may be registered by the old and the new version of a plugin while a
//! reload is under way; the host sees the one of the active version.

use crate::error::failure::Failure;
use crate::registrations::ledger::{Ledger, Owner};
use crate::registrations::registered::Registered;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What a host has to know of an operator to offer it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorInfo {
    /// Names it.
    pub id: String,
    /// What a button or a menu shows.
    pub label: String,
    /// What a tooltip shows.
    pub description: String,
    /// The names of its properties, in their order.
    pub properties: Vec<String>,
    /// The plugin's normalised name; none for an operator of the host.
    pub plugin: Option<String>,
}

/// Something that can do the work of an operator. How it is invoked depends on its language: see
/// `python::api` for a Python one.
pub trait OperatorSource: Any + Send + Sync {
    /// Whether the action is possible now, for a thread that draws: where the answer does not come
    /// at once, the one before counts.
    fn poll(&self) -> bool;

    /// Whether the action is possible now, for somebody who is about to start it.
    ///
    /// # Errors
    /// Why there is no answer: its process is gone or does not answer.
    fn check(&self) -> Result<bool, Failure> {
        Ok(self.poll())
    }

    /// Whether it is still at work: its `invoke` has left it running.
    fn is_running(&self) -> bool;

    /// Ends the work that is going on; false if there was none.
    ///
    /// # Errors
    /// As [`OperatorSource::check`].
    fn cancel(&self) -> Result<bool, Failure>;

    /// It was taken away or replaced: ends the work that is going on, without waiting for others.
    fn removed(&self) {
        // Of this process; one that cannot be asked has a `removed` of its own.
        let _ = self.cancel();
    }

    /// Why it cannot be asked for anything now, where its process is gone or does not answer.
    fn trouble(&self) -> Option<Failure> {
        None
    }
}

/// One registered operator.
pub struct Operator {
    info: OperatorInfo,
    owner: Option<Owner>,
    source: Arc<dyn OperatorSource>,
}

impl Operator {
    /// What the host has to know of it.
    pub fn info(&self) -> &OperatorInfo {
        &self.info
    }

    /// What does its work.
    pub fn source(&self) -> &dyn OperatorSource {
        &*self.source
    }
}

/// What a worker tells its host of its operators.
pub enum OperatorChange<'a> {
    /// There is one more, or a known one was replaced.
    Registered(&'a OperatorInfo),
    /// The one with this id is gone.
    Unregistered(&'a str),
    /// It has begun to be at work, or has ended.
    Running(&'a str, bool),
}

type Listener = dyn Fn(OperatorChange<'_>) + Send + Sync;

/// All operators of one manager.
pub struct Operators {
    operators: Mutex<Vec<Arc<Operator>>>,
    ledger: Arc<Ledger>,
    listener: OnceLock<Box<Listener>>,
}

impl Operators {
    pub(crate) fn new(ledger: Arc<Ledger>) -> Self {
        Self {
            operators: Mutex::default(),
            ledger,
            listener: OnceLock::new(),
        }
    }

    /// Names the one who hears of every change, on the thread that made it; the first one counts.
    pub fn listen(&self, listener: impl Fn(OperatorChange<'_>) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    /// Notifies the listener of a change.
    pub fn tell(&self, change: OperatorChange<'_>) {
        if let Some(listener) = self.listener.get() {
            listener(change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Operator>>> {
        self.operators
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an operator. One with the same id is replaced, and cancelled if it is at work; one of
    /// another version of the same plugin stays until that version is removed.
    pub fn register(
        &self,
        info: OperatorInfo,
        owner: Option<Owner>,
        source: Arc<dyn OperatorSource>,
    ) -> Registered {
        let (new, replaced) = self.insert(info, owner, source);
        // Without the lock: the plugin's code runs.
        for old in &replaced {
            old.source.removed();
        }
        self.tell(OperatorChange::Registered(&new.info));
        if replaced.is_empty() {
            Registered::New
        } else {
            Registered::Replaced
        }
    }

    /// As [`Operators::register`], but gives those that were replaced, which do not know it yet.
    pub fn insert(
        &self,
        info: OperatorInfo,
        owner: Option<Owner>,
        source: Arc<dyn OperatorSource>,
    ) -> (Arc<Operator>, Vec<Arc<Operator>>) {
        let operator = Arc::new(Operator {
            info,
            owner,
            source,
        });
        let is_other_version = |known: &Operator| match (&known.owner, &operator.owner) {
            (Some(known), Some(new)) => known.key == new.key && known.revision != new.revision,
            _ => false,
        };
        let mut operators = self.lock();
        let replaced: Vec<Arc<Operator>> = operators
            .extract_if(.., |known| {
                known.info.id == operator.info.id && !is_other_version(known)
            })
            .collect();
        operators.push(Arc::clone(&operator));
        drop(operators);
        (operator, replaced)
    }

    /// Removes the operator with this id that belongs to `owner`, and cancels it if it is at work;
    /// false if there was none.
    pub fn unregister(&self, id: &str, owner: Option<&Owner>) -> bool {
        let removed: Vec<Arc<Operator>> = self
            .lock()
            .extract_if(.., |known| {
                known.info.id == id && known.owner.as_ref() == owner
            })
            .collect();
        for old in &removed {
            old.source.removed();
        }
        if !removed.is_empty() {
            self.tell(OperatorChange::Unregistered(id));
        }
        !removed.is_empty()
    }

    /// The operators that the host sees, by id.
    #[must_use]
    pub fn visible(&self) -> Vec<Arc<Operator>> {
        let mut operators: Vec<Arc<Operator>> = self
            .lock()
            .iter()
            .filter(|known| self.ledger.is_active(known.owner.as_ref()))
            .cloned()
            .collect();
        operators.sort_by(|a, b| a.info.id.cmp(&b.info.id));
        operators
    }

    /// The operator with this id that the host sees. Plugins write the ids that are made from
    /// module and class with the name of their project too: `lfs_plugins.my-plugin.Run` is
    /// `lfs_plugins.my_plugin.Run`.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<Operator>> {
        let operators = self.visible();
        let exact = operators.iter().find(|known| known.info.id == id);
        let alike = || {
            let wanted = spelling(id)?;
            let mut same = operators
                .iter()
                .filter(|known| spelling(&known.info.id).as_deref() == Some(&*wanted));
            // Of two that only differ in their spelling none is meant.
            same.next().filter(|_| same.next().is_none())
        };
        exact.or_else(alike).cloned()
    }
}

/// An id below `lfs_plugins` as its module is spelled: PEP 503 has `-` and `_`, and capitals, alike.
fn spelling(id: &str) -> Option<String> {
    let rest = id.strip_prefix("lfs_plugins.")?;
    let (module, class) = rest.rsplit_once('.')?;
    Some(format!(
        "{}.{class}",
        module.to_lowercase().replace('-', "_")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Source(AtomicUsize);

    impl OperatorSource for Source {
        fn poll(&self) -> bool {
            true
        }
        fn is_running(&self) -> bool {
            false
        }
        fn cancel(&self) -> Result<bool, Failure> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(true)
        }
    }

    fn info(id: &str) -> OperatorInfo {
        OperatorInfo {
            id: id.into(),
            label: String::new(),
            description: String::new(),
            properties: Vec::new(),
            plugin: None,
        }
    }

    fn owner(revision: u64) -> Owner {
        Owner {
            key: "a".into(),
            revision,
        }
    }

    #[test]
    fn the_operator_of_the_active_version_is_seen() {
        let ledger = Arc::new(Ledger::default());
        let operators = Operators::new(Arc::clone(&ledger));
        let old = Arc::new(Source::default());
        ledger.set_active(&owner(1));
        operators.register(info("run"), Some(owner(1)), Arc::clone(&old) as _);
        let new = operators.register(info("run"), Some(owner(2)), Arc::new(Source::default()));
        assert_eq!(new, Registered::New);
        assert_eq!(operators.find("run").unwrap().owner, Some(owner(1)));
        ledger.set_active(&owner(2));
        assert_eq!(operators.find("run").unwrap().owner, Some(owner(2)));
        assert!(operators.unregister("run", Some(&owner(1))));
        assert_eq!(old.0.load(Ordering::SeqCst), 1, "cancelled");
        assert_eq!(operators.visible().len(), 1);
    }

    #[test]
    fn an_id_may_be_spelled_with_the_project_s_name() {
        let operators = Operators::new(Arc::default());
        let id = "lfs_plugins.my_plugin.operators.Run";
        operators.register(info(id), None, Arc::new(Source::default()));
        for spelled in [id, "lfs_plugins.My-Plugin.operators.Run"] {
            assert_eq!(operators.find(spelled).unwrap().info.id, id);
        }
        for other in [
            "lfs_plugins.my-plugin.operators.run",
            "my-plugin.operators.Run",
        ] {
            assert!(operators.find(other).is_none(), "{other}");
        }
    }

    #[test]
    fn registering_again_replaces_and_cancels() {
        let operators = Operators::new(Arc::default());
        let old = Arc::new(Source::default());
        operators.register(info("run"), None, Arc::clone(&old) as _);
        let again = operators.register(info("run"), None, Arc::new(Source::default()));
        assert_eq!(again, Registered::Replaced);
        assert_eq!(old.0.load(Ordering::SeqCst), 1);
    }
}
