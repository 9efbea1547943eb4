//! The capabilities that plugins offer to each other and to the host: functions with a name, called
//! with a dict and answering with one.
//!
//! As with panels, a name may be registered by the old and the new version of a plugin while a
//! reload is under way; the one of the active version is seen. A name belongs to the plugin that
//! has it: another one cannot take it over, because what works must not be lost to it.

use crate::error::codes;
use crate::registrations::ledger::Owner;
use crate::registrations::table::{Entry, NameTaken, Table};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// What is known of a capability without calling it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl CapabilityInfo {
    /// A capability of the host that says nothing about its arguments. The fields can be changed.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            schema: Value::Null,
            plugin_name: None,
            requires_gui: false,
        }
    }
}

/// Something that answers a capability's calls. A Python function of this process is one; see
/// `python::api` for how it is called from Python, with whatever objects Python has.
pub trait CapabilitySource: Send + Sync {
    /// Calls it with plain data. The answer is an object with `success`, and with `error`,
    /// `error_type` and `traceback` where that is false.
    fn invoke(&self, args: &Value) -> Value;

    /// An interface for callers in one language, which the crate of that language defines; see
    /// [`Capability::interface`].
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        None
    }
}

/// One registered capability.
pub struct Capability {
    info: CapabilityInfo,
    owner: Option<Owner>,
    source: Arc<dyn CapabilitySource>,
}

impl fmt::Debug for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capability")
            .field("info", &self.info)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

impl Capability {
    /// A capability that `source` answers. `owner` is the version of a plugin, or `None` for the
    /// host.
    pub fn new(
        info: CapabilityInfo,
        owner: Option<Owner>,
        source: Arc<dyn CapabilitySource>,
    ) -> Self {
        Self {
            info,
            owner,
            source,
        }
    }

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

    /// Its interface for callers in one language, such as `Arc<dyn PythonCapability>` of the Python
    /// runtime, or `None` if its source has no interface of this type.
    #[must_use]
    pub fn interface<T: Any>(&self) -> Option<T> {
        let interface = Arc::clone(&self.source).interface()?;
        interface.downcast().ok().map(|interface| *interface)
    }
}

/// The host did not say what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application was asked for its capabilities: {reason}")]
#[non_exhaustive]
pub struct HostSilent {
    /// "no answer within 10.0 s".
    pub reason: String,
}

impl HostSilent {
    /// An application that did not answer, for this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }

    /// The stable code.
    pub const CODE: &'static str = codes::HOST_SILENT.code;
    /// What to do about it.
    pub const HINT: &'static str = "the application is stopped or very busy; try again later";
}

/// A capability was not entered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfferError {
    /// The name is somebody else's.
    #[error(transparent)]
    Taken(#[from] NameTaken),
    /// There is no answer.
    #[error(transparent)]
    Silent(#[from] HostSilent),
}

impl OfferError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Taken(_) => NameTaken::CODE,
            Self::Silent(_) => HostSilent::CODE,
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Taken(_) => NameTaken::HINT,
            Self::Silent(_) => HostSilent::HINT,
        }
    }
}

impl Entry for Capability {
    type Context = ();

    fn id(&self) -> &str {
        &self.info.name
    }

    fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    fn plugin(&self) -> Option<&str> {
        self.info.plugin_name.as_deref()
    }
}

/// All capabilities of one manager.
pub type Capabilities = Table<Capability>;

impl Table<Capability> {
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
