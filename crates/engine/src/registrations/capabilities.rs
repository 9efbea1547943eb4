//! The capabilities that plugins offer to each other and to the host: functions with a name, called
//! with a dict and answering with one.
//!
//! As with panels, the old and the new version of a plugin may both register a name while a reload
//! is under way; the capability of the active version is visible. A name belongs to the plugin that
//! has registered it first: another plugin cannot replace it, so that a working capability is not
//! lost.

use crate::registrations::ledger::Owner;
use crate::registrations::table::{Entry, Table};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The description of a capability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CapabilityInfo {
    /// The unique name.
    pub name: String,
    /// What it does, in a line.
    pub description: String,
    /// The arguments: a JSON Schema of type `object`, or null if it is not known.
    pub schema: Value,
    /// The name of the plugin as its manifest writes it, or `None` for the host.
    pub plugin_name: Option<String>,
    /// Whether it needs the application's window.
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

/// Answers the calls of a capability, for example with a Python function of this process.
pub trait CapabilitySource: Send + Sync {
    /// Calls it with plain data. The answer is an object with `success`, and with `error`,
    /// `error_type` and `traceback` if that is false.
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

    /// Returns the description.
    pub fn info(&self) -> &CapabilityInfo {
        &self.info
    }

    /// Returns the version of the plugin, or `None` for a capability of the host.
    pub fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    /// Returns the object that answers its calls.
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
    /// Returns the descriptions of the capabilities that can be called now, by name: of the one
    /// with this name, or of all.
    #[must_use]
    pub fn known(&self, name: Option<&str>) -> Vec<CapabilityInfo> {
        let visible = self.visible();
        let wanted = visible
            .iter()
            .filter(|known| name.is_none_or(|name| known.info.name == name));
        wanted.map(|known| known.info.clone()).collect()
    }
}
