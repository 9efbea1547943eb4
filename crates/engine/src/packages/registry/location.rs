//! The location of a registry's index, and of the archives beside it.

use crate::error::registry::RegistryError;
use crate::packages::registry::index::{RegistryPlugin, RegistryVersion};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_sources::download::Address;
use lichtfeld_sources::{PluginSource, Transport};
use lichtfeld_system::Cause;
use std::fmt;
use std::str::FromStr;

/// The location of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IndexLocation {
    Web(Address),
    File(Utf8PathBuf),
}

impl FromStr for IndexLocation {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, RegistryError> {
        let text = text.trim();
        let bad = |source: Cause| RegistryError::BadPlace {
            place: text.to_owned(),
            source,
        };
        let path = text.strip_prefix("file://").unwrap_or(text);
        if path.contains("://") {
            let address: Result<Address, _> = with_index(text).parse();
            return address.map(Self::Web).map_err(RegistryError::Download);
        }
        if path.is_empty() {
            return Err(bad("it is empty".into()));
        }
        let path = camino::absolute_utf8(path).map_err(|error| bad(error.into()))?;
        if path.is_dir() {
            return Ok(Self::File(path.join(INDEX)));
        }
        Ok(Self::File(path))
    }
}

/// The index in the directory of a registry.
const INDEX: &str = "index.json";

/// Returns the URL of an index, where that of its directory may be given.
fn with_index(url: &str) -> String {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (url, String::new()),
    };
    let after_host = path.split_once("://").map_or("", |(_, rest)| rest);
    let last = after_host.split_once('/').map_or("", |(_, path)| path);
    let last = last.rsplit('/').next().unwrap_or_default();
    if last.contains('.') {
        return url.to_owned();
    }
    format!("{}/{INDEX}{query}", path.trim_end_matches('/'))
}

impl fmt::Display for IndexLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web(address) => address.fmt(f),
            Self::File(path) => path.fmt(f),
        }
    }
}

impl IndexLocation {
    /// Returns the URL with its secret parts, or the path.
    pub(crate) fn exact(&self) -> &str {
        match self {
            Self::Web(address) => address.as_str(),
            Self::File(path) => path.as_str(),
        }
    }

    /// Returns the source that a version is installed from.
    pub(crate) fn source_of(
        &self,
        plugin: &RegistryPlugin,
        version: &RegistryVersion,
        transport: Transport,
    ) -> Result<PluginSource, RegistryError> {
        if transport == Transport::Git {
            return git(plugin, version);
        }
        let sha256 = Some(version.sha256.as_str().to_owned());
        let url = version.url.as_str();
        let address = |url: &str| {
            let address: Address = url.parse().map_err(RegistryError::Download)?;
            // An encrypted index may not lead to an archive that can be replaced on its way.
            match self {
                Self::Web(index) if index.is_encrypted() && !address.is_encrypted() => {
                    Err(RegistryError::Malformed {
                        place: self.to_string(),
                        source: format!("{address} is not encrypted, and the registry is").into(),
                    })
                }
                _ => Ok(address),
            }
        };
        if url.contains("://") {
            let address = address(url)?;
            return Ok(PluginSource::Remote { address, sha256 });
        }
        match self {
            Self::Web(index) => {
                let address = address(&beside(index, &url.replace(' ', "%20")))?;
                Ok(PluginSource::Remote { address, sha256 })
            }
            Self::File(index) => Ok(PluginSource::Archive {
                path: index.parent().unwrap_or(Utf8Path::new("/")).join(url),
                sha256,
            }),
        }
    }
}

/// Returns the URL of a path below the directory of an index.
pub(crate) fn beside(index: &Address, path: &str) -> String {
    let text = index.as_str().split('?').next().unwrap_or_default();
    // After `https://` there is always a host before the path.
    let start = text.find("://").map_or(0, |at| at + 3);
    let base = match text[start..].rfind('/') {
        Some(at) => &text[..start + at],
        None => text,
    };
    format!("{base}/{path}")
}

fn git(plugin: &RegistryPlugin, version: &RegistryVersion) -> Result<PluginSource, RegistryError> {
    let missing = || RegistryError::NoRepository {
        id: plugin.id.to_string(),
        version: version.version.to_string(),
    };
    let reference = version.git_ref.as_ref().ok_or_else(missing)?;
    let repository = plugin.repository.trim();
    if !repository.starts_with("https://") || repository.contains('#') {
        return Err(missing());
    }
    let source: PluginSource = format!("{repository}#{reference}")
        .parse()
        .map_err(|_| missing())?;
    Ok(source)
}
