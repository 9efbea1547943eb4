//! The capabilities that plugins offer to each other and to the host: functions with a name, called
//! with a dict and answering with one.
//!
//! As with panels, a name may be registered by the old and the new version of a plugin while a
//! reload is under way; the one of the active version is seen. A name belongs to the plugin that
//! has it: another one cannot take it over, because what works must not be lost to it.

use crate::registrations::ledger::{EntryId, Ledger, Owner};
use crate::registrations::registered::Registered;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What is known of a capability without calling it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapabilityInfo {
    /// Names it.
    pub name: String,
    /// What it does, in a line.
    pub description: String,
    /// The arguments: a JSON Schema of type `object`, or null where it does not say.
    pub schema: Value,
    /// Whose it is, as the manifest spells it; none for one of the host.
    pub plugin_name: Option<String>,
    /// Whether it works on what is in the window.
    pub requires_gui: bool,
}

/// Something that answers a capability's calls. A Python function of this process is one; see
/// `python::api` for how it is called from Python, with whatever objects Python has.
pub trait CapabilitySource: Any + Send + Sync {
    /// Calls it with plain data. The answer is an object with `success`, and with `error`,
    /// `error_type` and `traceback` where that is false.
    fn invoke(&self, args: &Value) -> Value;
}

/// One registered capability.
pub struct Capability {
    info: CapabilityInfo,
    owner: Option<Owner>,
    entry: Option<EntryId>,
    source: Arc<dyn CapabilitySource>,
}

impl Capability {
    /// What is known of it.
    pub fn info(&self) -> &CapabilityInfo {
        &self.info
    }

    /// Whose it is, with the version of the code; none for one of the host.
    pub fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    /// What answers its calls.
    pub fn source(&self) -> &dyn CapabilitySource {
        &*self.source
    }
}

/// The name is another plugin's, or the host's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("capability '{name}' is already offered by {by}")]
pub struct CapabilityTaken {
    /// The name.
    pub name: String,
    /// Who has it: `plugin 'a'`, or `the application`.
    pub by: String,
}

impl CapabilityTaken {
    /// The stable code.
    pub const CODE: &'static str = "LR020";
    /// What to do about it.
    pub const HINT: &'static str = "begin the name with your plugin's own, as in 'my_plugin.align', or unload the other plugin";
}

/// The host did not say what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application was asked for its capabilities: {reason}")]
pub struct HostSilent {
    /// "no answer within 10.0 s".
    pub reason: String,
}

impl HostSilent {
    /// The stable code, that of what does not answer in time.
    pub const CODE: &'static str = "LR111";
    /// What to do about it.
    pub const HINT: &'static str = "the application is stopped or very busy; try again later";
}

/// A capability was not entered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// The name is somebody else's.
    #[error(transparent)]
    Taken(#[from] CapabilityTaken),
    /// There is no answer.
    #[error(transparent)]
    Silent(#[from] HostSilent),
}

/// A change that a listener hears of.
pub enum CapabilityChange<'a> {
    /// There is one more, or a known one was replaced.
    Registered(&'a CapabilityInfo),
    /// The one with this name is gone.
    Unregistered(&'a str),
}

type Listener = Box<dyn Fn(CapabilityChange<'_>) + Send + Sync>;

/// All capabilities of one manager.
pub struct Capabilities {
    known: Mutex<Vec<Arc<Capability>>>,
    ledger: Arc<Ledger>,
    listener: OnceLock<Listener>,
}

impl Capabilities {
    pub(crate) fn new(ledger: Arc<Ledger>) -> Self {
        Self {
            known: Mutex::default(),
            ledger,
            listener: OnceLock::new(),
        }
    }

    /// Who hears of every change, on the thread that made it; there can be one.
    pub fn listen(&self, listener: impl Fn(CapabilityChange<'_>) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    fn tell(&self, change: CapabilityChange<'_>) {
        if let Some(listener) = self.listener.get() {
            listener(change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Capability>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a capability and writes it into the ledger. One with the same name is replaced if it is
    /// the same version's; one of another version of the same plugin stays until that is removed.
    ///
    /// # Errors
    /// [`CapabilityTaken`] where another plugin, or the host, has the name; nothing is changed.
    pub fn register(
        self: &Arc<Self>,
        info: CapabilityInfo,
        owner: Option<Owner>,
        source: Arc<dyn CapabilitySource>,
    ) -> Result<Registered, CapabilityTaken> {
        // Into the ledger first: what is known is then always freed with its plugin.
        let entry = owner.clone().map(|owner| {
            let all = Arc::downgrade(self);
            let name = info.name.clone();
            let what = format!("capability '{name}'");
            self.ledger.record(owner.clone(), what, move || {
                if let Some(all) = all.upgrade() {
                    all.remove(&name, Some(&owner));
                }
            })
        });
        let key = |owner: &Option<Owner>| owner.as_ref().map(|owner| owner.key.clone());
        let mut known = self.lock();
        let same = |other: &Capability| other.info.name == info.name;
        if let Some(other) = known
            .iter()
            .find(|other| same(other) && key(&other.owner) != key(&owner))
        {
            let taken = CapabilityTaken {
                name: info.name.clone(),
                by: match &other.info.plugin_name {
                    Some(plugin) => format!("plugin '{plugin}'"),
                    None => "the application".to_owned(),
                },
            };
            drop(known);
            if let Some(entry) = entry {
                self.ledger.forget(entry);
            }
            return Err(taken);
        }
        let replaced: Vec<Arc<Capability>> = known
            .extract_if(.., |other| same(other) && other.owner == owner)
            .collect();
        let new = Arc::new(Capability {
            info,
            owner,
            entry,
            source,
        });
        known.push(Arc::clone(&new));
        drop(known);
        for entry in replaced.iter().filter_map(|old| old.entry) {
            self.ledger.forget(entry);
        }
        self.tell(CapabilityChange::Registered(&new.info));
        Ok(if replaced.is_empty() {
            Registered::New
        } else {
            Registered::Replaced
        })
    }

    fn remove(&self, name: &str, owner: Option<&Owner>) -> Vec<Arc<Capability>> {
        let removed: Vec<Arc<Capability>> = self
            .lock()
            .extract_if(.., |known| {
                known.info.name == name && known.owner.as_ref() == owner
            })
            .collect();
        if !removed.is_empty() {
            self.tell(CapabilityChange::Unregistered(name));
        }
        removed
    }

    /// Removes the capability with this name that belongs to `owner`; false if there was none.
    pub fn unregister(&self, name: &str, owner: Option<&Owner>) -> bool {
        let removed = self.remove(name, owner);
        for entry in removed.iter().filter_map(|old| old.entry) {
            self.ledger.forget(entry);
        }
        !removed.is_empty()
    }

    /// The capabilities that can be called now, by name.
    #[must_use]
    pub fn visible(&self) -> Vec<Arc<Capability>> {
        let mut visible: Vec<Arc<Capability>> = self
            .lock()
            .iter()
            .filter(|known| self.ledger.is_active(known.owner.as_ref()))
            .cloned()
            .collect();
        visible.sort_by(|a, b| a.info.name.cmp(&b.info.name));
        visible
    }

    /// The capability with this name that can be called now.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Arc<Capability>> {
        let same: Vec<Arc<Capability>> = self
            .lock()
            .iter()
            .filter(|known| known.info.name == name)
            .cloned()
            .collect();
        same.into_iter()
            .find(|known| self.ledger.is_active(known.owner.as_ref()))
    }

    /// What is known of those that can be called now, by name; of one, or of all.
    #[must_use]
    pub fn known(&self, name: Option<&str>) -> Vec<CapabilityInfo> {
        let visible = self.visible();
        let wanted = visible
            .iter()
            .filter(|known| name.is_none_or(|name| known.info.name == name));
        wanted.map(|known| known.info.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Answer(i64);

    impl CapabilitySource for Answer {
        fn invoke(&self, _args: &Value) -> Value {
            serde_json::json!({"success": true, "answer": self.0})
        }
    }

    fn info(name: &str, plugin: &str) -> CapabilityInfo {
        CapabilityInfo {
            name: name.into(),
            description: String::new(),
            schema: Value::Null,
            plugin_name: Some(plugin.into()),
            requires_gui: true,
        }
    }

    fn owner(key: &str, revision: u64) -> Owner {
        Owner {
            key: key.into(),
            revision,
        }
    }

    fn answer(all: &Capabilities) -> i64 {
        let found = all.find("x.y").expect("there is one");
        found.source().invoke(&Value::Null)["answer"]
            .as_i64()
            .expect("a number")
    }

    #[test]
    fn a_refused_new_version_gives_the_old_ones_back() {
        let ledger = Arc::new(Ledger::default());
        let all = Arc::new(Capabilities::new(Arc::clone(&ledger)));
        ledger.set_active(&owner("a", 1));
        all.register(info("x.y", "a"), Some(owner("a", 1)), Arc::new(Answer(1)))
            .unwrap();
        all.register(info("x.y", "a"), Some(owner("a", 2)), Arc::new(Answer(2)))
            .unwrap();
        assert_eq!(answer(&all), 1, "the new version is not active yet");
        ledger.set_active(&owner("a", 2));
        assert_eq!(answer(&all), 2);
        ledger.free(&owner("a", 2));
        ledger.set_active(&owner("a", 1));
        assert_eq!(answer(&all), 1);
        assert_eq!(ledger.free(&owner("a", 1)), ["capability 'x.y'"]);
        assert!(all.visible().is_empty());
    }

    #[test]
    fn a_name_is_not_taken_over() {
        let ledger = Arc::new(Ledger::default());
        let all = Arc::new(Capabilities::new(Arc::clone(&ledger)));
        for key in ["a", "b"] {
            ledger.set_active(&owner(key, 1));
        }
        all.register(info("x.y", "a"), Some(owner("a", 1)), Arc::new(Answer(1)))
            .unwrap();
        let taken = all.register(info("x.y", "b"), Some(owner("b", 1)), Arc::new(Answer(2)));
        assert_eq!(
            taken.unwrap_err().to_string(),
            "capability 'x.y' is already offered by plugin 'a'"
        );
        assert!(ledger.entries(&owner("b", 1)).is_empty());
        assert!(!all.unregister("x.y", Some(&owner("b", 1))));
        assert_eq!(answer(&all), 1);
        assert!(all.unregister("x.y", Some(&owner("a", 1))));
        assert!(ledger.entries(&owner("a", 1)).is_empty());
    }

    #[test]
    fn registering_again_replaces_and_is_in_the_ledger_once() {
        let ledger = Arc::new(Ledger::default());
        let all = Arc::new(Capabilities::new(Arc::clone(&ledger)));
        ledger.set_active(&owner("a", 1));
        let register = |value| {
            all.register(
                info("x.y", "a"),
                Some(owner("a", 1)),
                Arc::new(Answer(value)),
            )
            .unwrap()
        };
        assert_eq!(register(1), Registered::New);
        assert_eq!(register(2), Registered::Replaced);
        assert_eq!(answer(&all), 2);
        assert_eq!(ledger.entries(&owner("a", 1)).len(), 1);
    }
}
