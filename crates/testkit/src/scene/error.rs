//! Why a scene could not be made.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files::FileError;

/// Why a scene could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SceneError {
    /// A number that makes no scene.
    #[error("{what} is {value}; it must be from {least} to {most}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// What was given.
        value: u32,
        /// The least that is allowed.
        least: u32,
        /// The most that is allowed.
        most: u32,
    },
    /// A folder or an image could not be written.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// The file or folder.
        path: Utf8PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// An image or `cameras.json` could not be encoded.
    #[error("cannot encode {path}: {source}")]
    Encode {
        /// The file.
        path: Utf8PathBuf,
        /// What the encoder said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// `cameras.json` could not be written.
    #[error(transparent)]
    StateFile(Box<FileError>),
    /// A rendering thread ended before its work did.
    #[error("a rendering thread ended early")]
    Interrupted,
}

impl SceneError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "LT101",
            Self::Io { .. } => "LT102",
            Self::Encode { .. } => "LT103",
            Self::StateFile(error) => error.code(),
            Self::Interrupted => "LT104",
        }
    }

    /// What to do, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::OutOfRange { what, least, .. } => {
                Some(format!("choose another value, for example {what} {least}"))
            }
            Self::Io { path, .. } => Some(format!("check that {path} is in a writable folder")),
            Self::StateFile(error) => error.hint(),
            Self::Encode { .. } | Self::Interrupted => None,
        }
    }

    pub(super) fn io(action: &'static str, path: &Utf8Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    pub(super) fn encode<E>(path: &Utf8Path) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let path = path.to_owned();
        move |source| Self::Encode {
            path,
            source: Box::new(source),
        }
    }

    pub(super) fn state_file(error: FileError) -> Self {
        Self::StateFile(Box::new(error))
    }
}
