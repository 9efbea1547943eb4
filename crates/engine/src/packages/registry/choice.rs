//! The version of a registry's plugin that was chosen for an installation.

use crate::error::Error;
use crate::error::registry::RegistryError;
use lichtfeld_manifest::{Manifest, Version};
use lichtfeld_sources::{PluginSource, Transport};
use serde::{Deserialize, Serialize};

/// The registry that a plugin was installed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FromRegistry {
    /// The URL or the path of the index.
    pub url: String,
    /// The plugin's id there.
    pub id: String,
}

/// A request to install a plugin from a registry.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct InstallRequest<'a> {
    /// The plugin's id.
    pub id: &'a str,
    /// The version, or `None` for the newest that suits this host.
    pub version: Option<&'a str>,
    /// How to fetch it.
    pub transport: Transport,
}

impl<'a> InstallRequest<'a> {
    /// The newest version of a plugin that suits this host.
    #[must_use]
    pub const fn new(id: &'a str, transport: Transport) -> Self {
        Self {
            id,
            version: None,
            transport,
        }
    }

    /// Asks for a version, or with `None` for the newest that suits this host.
    #[must_use]
    pub const fn with_version(mut self, version: Option<&'a str>) -> Self {
        self.version = version;
        self
    }
}

/// An installed plugin of which there is a newer version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Outdated {
    /// The plugin's name.
    pub name: String,
    /// The installed version.
    pub current: String,
    /// The newest that suits this host.
    pub available: String,
}

/// A version that is going to be fetched.
pub(crate) struct Chosen {
    pub(crate) source: PluginSource,
    pub(crate) transport: Transport,
    pub(crate) from: FromRegistry,
    pub(crate) name: String,
    pub(crate) version: Version,
}

impl Chosen {
    /// Checks that the archive contains the plugin and version that the registry lists.
    pub(crate) fn check(&self, manifest: &Manifest) -> Result<(), Error> {
        let name = manifest.name();
        let is_same = name.normalized() == self.name && *manifest.version() == self.version;
        if is_same {
            return Ok(());
        }
        Err(RegistryError::Mismatch {
            promised: format!("'{}' {}", self.name, self.version),
            found: format!("'{name}' {}", manifest.version()),
        }
        .into())
    }
}

/// Returns whether `version` is newer. An installed version that is not valid, because the user
/// edited it, is older than any.
pub(crate) fn is_newer(version: &Version, installed: &str) -> bool {
    installed
        .parse::<Version>()
        .map_or(true, |installed| *version > installed)
}
