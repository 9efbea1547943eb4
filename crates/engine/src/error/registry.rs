//! Why a registry of plugins cannot provide a plugin.

use crate::error::codes;
use lichtfeld_sources::download::DownloadError;
use lichtfeld_system::Cause;

/// Why a registry of plugins cannot provide a plugin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The host has no registry.
    #[error("no plugin registry is configured")]
    Unset,
    /// The configured text is neither a URL nor a path.
    #[error("'{place}' is not the URL or the path of a registry")]
    BadPlace {
        /// The text.
        place: String,
        /// Why not.
        source: Cause,
    },
    /// There is no network, and no earlier index is kept.
    #[error("the registry cannot be reached, and no earlier index of it is kept")]
    Offline {
        /// What happened.
        source: DownloadError,
    },
    /// The index cannot be downloaded for another reason.
    #[error("the registry cannot be read")]
    Download(#[source] DownloadError),
    /// The file of the index cannot be read.
    #[error("the registry {place} cannot be read")]
    Unreadable {
        /// The file.
        place: String,
        /// Why not.
        source: Cause,
    },
    /// The content is not an index.
    #[error("the registry {place} is damaged")]
    Malformed {
        /// The URL or the path of the index.
        place: String,
        /// What is wrong, with line and column.
        source: Cause,
    },
    /// The index has a newer format.
    #[error("the registry {place} has format {format}, and this version reads format 1")]
    Future {
        /// The URL or the path of the index.
        place: String,
        /// Its format.
        format: u64,
    },
    /// No plugin has this id.
    #[error("the registry has no plugin '{id}'{}", did_you_mean(near))]
    NoPlugin {
        /// The id that was asked for.
        id: String,
        /// The nearest ids, the best first.
        near: Vec<String>,
    },
    /// The plugin has no such version.
    #[error("'{id}' has no version {version}; it has {}", or_none(there))]
    NoVersion {
        /// The plugin.
        id: String,
        /// The version that was asked for.
        version: String,
        /// The versions that exist, the newest first.
        there: Vec<String>,
    },
    /// None of the plugin's versions suits this host.
    #[error("no version of '{id}' suits this host{}", list(reasons))]
    NoneSuits {
        /// The plugin.
        id: String,
        /// For each version, the newest first, why not.
        reasons: Vec<String>,
    },
    /// The index has no repository for the plugin, so it cannot be fetched with git.
    #[error("the registry names no repository for '{id}' {version}")]
    NoRepository {
        /// The plugin.
        id: String,
        /// The version.
        version: String,
    },
    /// The archive contains another plugin, or another version, than the index states.
    #[error("the registry lists {promised}, but the archive contains {found}")]
    Mismatch {
        /// Name and version in the index.
        promised: String,
        /// Name and version in the manifest.
        found: String,
    },
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = near.iter().map(|id| format!("'{id}'")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}

fn or_none(there: &[String]) -> String {
    match there {
        [] => "none".to_owned(),
        [first @ .., _] if first.len() >= 10 => {
            format!("{} and older ones", there[..10].join(", "))
        }
        _ => there.join(", "),
    }
}

fn list(reasons: &[String]) -> String {
    match reasons {
        [] => ": it has none".to_owned(),
        _ => format!(": {}", reasons.join("; ")),
    }
}

/// The class of an error, which becomes the class of the exception in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryErrorKind {
    /// The registry cannot be reached.
    Offline,
    /// The registry does not have the plugin.
    NoPlugin,
    /// The registry does not have the version, or none that suits this host.
    NoVersion,
    /// Anything else.
    Other,
}

impl RegistryError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unset => codes::NO_REGISTRY.code,
            Self::Offline { .. } => codes::REGISTRY_OFFLINE.code,
            Self::NoPlugin { .. } => codes::REGISTRY_NO_PLUGIN.code,
            Self::NoVersion { .. } => codes::REGISTRY_NO_VERSION.code,
            Self::NoneSuits { .. } => codes::REGISTRY_NONE_SUITS.code,
            Self::Malformed { .. } => codes::REGISTRY_MALFORMED.code,
            Self::Future { .. } => codes::REGISTRY_FUTURE.code,
            Self::BadPlace { .. } | Self::Unreadable { .. } => codes::REGISTRY_UNREADABLE.code,
            Self::Mismatch { .. } => codes::REGISTRY_MISMATCH.code,
            Self::NoRepository { .. } => codes::REGISTRY_NO_REPOSITORY.code,
            Self::Download(error) => error.code(),
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Unset => {
                "set LFS_PLUGIN_REGISTRY_URL to the https:// URL or the path of an index; \
                 install(\"owner/name\") takes a plugin from GitHub, install() also a repository's \
                 URL, a .zip file or a directory"
            }
            Self::BadPlace { .. } | Self::Unreadable { .. } => {
                "LFS_PLUGIN_REGISTRY_URL is the https:// URL or the path of an index.json"
            }
            Self::Offline { source } => return source.hint(),
            Self::Download(error) => return error.hint(),
            Self::Malformed { .. } => {
                "report this to the maintainer of the registry; docs/registry.md is its format"
            }
            Self::Future { .. } => "update the application",
            Self::NoPlugin { .. } => {
                "search(\"\") lists all plugins; install(\"owner/name\") takes one from GitHub"
            }
            Self::NoVersion { .. } => "leave the version out for the newest that suits",
            Self::NoneSuits { .. } => "update the application, or ask the plugin's author",
            Self::NoRepository { .. } => "use transport=\"archive\"",
            Self::Mismatch { .. } => {
                "nothing was installed; report this to the author of the plugin and to the \
                 maintainer of the registry"
            }
        };
        Some(text.to_owned())
    }

    /// The class of this error.
    #[must_use]
    pub fn kind(&self) -> RegistryErrorKind {
        match self {
            Self::Offline { .. } => RegistryErrorKind::Offline,
            Self::NoPlugin { .. } => RegistryErrorKind::NoPlugin,
            Self::NoVersion { .. } | Self::NoneSuits { .. } => RegistryErrorKind::NoVersion,
            _ => RegistryErrorKind::Other,
        }
    }
}
