//! Why a plugin could not be created, installed, updated or removed.

use crate::error::codes;
use crate::error::registry::RegistryError;
use camino::Utf8PathBuf;
use lichtfeld_sources::SourceError;

/// Why a plugin could not be created, installed, updated or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A plugin with this name exists, or another file with the name of its directory.
    #[error("'{name}' exists already: {path}")]
    Exists {
        /// The name.
        name: String,
        /// The directory.
        path: Utf8PathBuf,
    },
    /// There is no such template.
    #[error("there is no template '{name}'; there are panel, operator and minimal")]
    NoTemplate {
        /// The name that was asked for.
        name: String,
    },
    /// The fetched files are not a plugin.
    #[error("what {origin} has is not a plugin that can be used:\n{reason}")]
    NotAPlugin {
        /// The source.
        origin: String,
        /// What is wrong with its manifest.
        reason: String,
    },
    /// The files cannot be fetched.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The registry cannot provide it.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The plugin was not installed from a source.
    #[error("'{name}' was not installed from anywhere, so there is nothing to update it from")]
    NoOrigin {
        /// The plugin.
        name: String,
    },
    /// Its source now contains another plugin.
    #[error("the source of '{name}' has a plugin called '{found}' now")]
    OtherPlugin {
        /// The plugin.
        name: String,
        /// The name that was found.
        found: String,
    },
    /// The plugin's directory is a symbolic link.
    #[error("'{name}' is a symbolic link, {path}, and its target is not replaced")]
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
            Self::Linked { .. } => "update the directory that the link points to".to_owned(),
            Self::NoTemplate { .. } => return None,
        })
    }
}
