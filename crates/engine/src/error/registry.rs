//! Why a registry of plugins could not give what was asked for.

use crate::error::codes;
use lichtfeld_sources::download::DownloadError;

/// Why a registry of plugins could not give what was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Nobody has said where the registry is.
    #[error("this needs a registry of plugins, and this host has none")]
    Unset,
    /// Where it is said to be cannot be.
    #[error("'{place}' is no place of a registry: {reason}")]
    BadPlace {
        /// As given.
        place: String,
        /// Why not.
        reason: String,
    },
    /// The network is not there, and nothing is remembered.
    #[error("the registry cannot be reached, and nothing is remembered of it")]
    Offline {
        /// What happened.
        source: DownloadError,
    },
    /// It cannot be fetched for another reason.
    #[error("the registry cannot be read")]
    Download(#[source] DownloadError),
    /// Its file cannot be read.
    #[error("the registry {place} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        place: String,
        /// What the system said.
        reason: String,
    },
    /// The index is not one.
    #[error("the registry {place} is damaged: {reason}")]
    Malformed {
        /// Where it came from.
        place: String,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// The index is written for programs to come.
    #[error("the registry {place} has format {format}, and this version reads format 1")]
    Future {
        /// Where it came from.
        place: String,
        /// Its format.
        format: u64,
    },
    /// There is no such plugin.
    #[error("the registry has no plugin '{id}'{}", did_you_mean(near))]
    NoPlugin {
        /// As asked for.
        id: String,
        /// The nearest ids, the best first.
        near: Vec<String>,
    },
    /// There is no such version.
    #[error("'{id}' has no version {version}; it has {}", or_none(there))]
    NoVersion {
        /// The plugin.
        id: String,
        /// As asked for.
        version: String,
        /// The versions there are, the newest first.
        there: Vec<String>,
    },
    /// None of its versions suits this host.
    #[error("no version of '{id}' suits this host{}", list(reasons))]
    NoneSuits {
        /// The plugin.
        id: String,
        /// For each version, the newest first, why not.
        reasons: Vec<String>,
    },
    /// It cannot be had with git.
    #[error("the registry names no repository for '{id}' {version}")]
    NoRepository {
        /// The plugin.
        id: String,
        /// The version.
        version: String,
    },
    /// What came is another plugin, or another version, than the registry has said.
    #[error("the registry promises {promised}, and {found} came")]
    Mismatch {
        /// Name and version in the registry.
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

/// What kind of thing went wrong, as Python tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryErrorKind {
    /// It cannot be reached.
    Offline,
    /// No such plugin.
    NoPlugin,
    /// No such version, or none that suits.
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
            Self::Malformed { .. } => "tell who keeps the registry; docs/registry.md is its format",
            Self::Future { .. } => "update the application",
            Self::NoPlugin { .. } => {
                "search(\"\") lists all plugins; install(\"owner/name\") takes one from GitHub"
            }
            Self::NoVersion { .. } => "leave the version out for the newest that suits",
            Self::NoneSuits { .. } => "update the application, or ask the plugin's author",
            Self::NoRepository { .. } => "use transport=\"archive\"",
            Self::Mismatch { .. } => {
                "nothing was installed; tell the plugin's author and who keeps the registry"
            }
        };
        Some(text.to_owned())
    }

    /// What kind of thing went wrong.
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
