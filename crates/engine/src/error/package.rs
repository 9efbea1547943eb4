//! Why a plugin could not be made, installed, updated or removed.

use crate::error::codes;
use crate::error::registry::RegistryError;
use camino::Utf8PathBuf;
use lichtfeld_sources::SourceError;

/// Why a plugin could not be made, installed, updated or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// There is one of this name, or something in its place.
    #[error("'{name}' exists already: {path}")]
    Exists {
        /// The name.
        name: String,
        /// Where.
        path: Utf8PathBuf,
    },
    /// There is no such template.
    #[error("there is no template '{name}'; there are panel, operator and minimal")]
    NoTemplate {
        /// As given.
        name: String,
    },
    /// What was fetched is no plugin.
    #[error("what {origin} has is not a plugin that can be used:\n{reason}")]
    NotAPlugin {
        /// From where.
        origin: String,
        /// What is wrong with its manifest.
        reason: String,
    },
    /// It cannot be fetched.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A registry could not give it.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// It is not known where it came from.
    #[error("'{name}' was not installed from anywhere, so there is nothing to update it from")]
    NoOrigin {
        /// The plugin.
        name: String,
    },
    /// Its source has another plugin now.
    #[error("the source of '{name}' has a plugin called '{found}' now")]
    OtherPlugin {
        /// The plugin.
        name: String,
        /// The name that was found.
        found: String,
    },
    /// The plugin's directory is a link to one somewhere else.
    #[error("'{name}' is a link, {path}; what it leads to is not ours to replace")]
    Linked {
        /// The plugin.
        name: String,
        /// The link.
        path: Utf8PathBuf,
    },
}

impl PackageError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists { .. } => codes::EXISTS.code,
            Self::NoTemplate { .. } => codes::NO_TEMPLATE.code,
            Self::NotAPlugin { .. } => codes::NOT_A_PLUGIN.code,
            Self::Source(error) => error.code(),
            Self::Registry(error) => error.code(),
            Self::NoOrigin { .. } => codes::NO_ORIGIN.code,
            Self::OtherPlugin { .. } => codes::OTHER_PLUGIN.code,
            Self::Linked { .. } => codes::LINKED.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Exists { name, .. } => format!(
                "choose another name; to replace an installed plugin, update('{name}'), or \
                 uninstall('{name}') first"
            ),
            Self::NotAPlugin { .. } => {
                "a plugin is a directory with a pyproject.toml that has [tool.lichtfeld]".to_owned()
            }
            Self::Source(error) => return error.hint(),
            Self::Registry(error) => return error.hint(),
            Self::NoOrigin { name } => format!(
                "uninstall('{name}') keeps its files aside; then install() it from its source"
            ),
            Self::OtherPlugin { found, .. } => {
                format!("uninstall it, and install '{found}' instead")
            }
            Self::Linked { .. } => "update the directory that it leads to".to_owned(),
            Self::NoTemplate { .. } => return None,
        })
    }
}
