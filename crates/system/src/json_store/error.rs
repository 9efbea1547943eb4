//! What can go wrong with a store, and what was set aside.

use std::fmt;

use camino::Utf8PathBuf;

use crate::codes;
use crate::files::FileError;
use crate::human;
use crate::lock::LockError;

/// A file that could not be understood. Its text is a warning for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetAside {
    /// The file.
    pub path: Utf8PathBuf,
    /// Its new path, or `None` if it could not be moved: it is left where it is, and not changed.
    pub moved_to: Option<Utf8PathBuf>,
    /// Why it cannot be understood, with line and column.
    pub reason: String,
    /// Why it could not be moved.
    pub failed: Option<String>,
    /// Whether the last good copy serves in its place.
    pub restored: bool,
}

impl fmt::Display for SetAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, reason, .. } = self;
        write!(f, "{path} could not be understood ({reason}); ")?;
        match (&self.moved_to, &self.failed) {
            (Some(moved_to), _) => write!(f, "it was kept as {moved_to}")?,
            (None, Some(failed)) => write!(f, "it was left as it is: {failed}")?,
            (None, None) => write!(f, "it was left as it is")?,
        }
        if self.restored {
            write!(f, ", and the last good copy is used")?;
        }
        Ok(())
    }
}

/// Why the content of a file is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("it is {} long", human::bytes(*_0))]
    TooLarge(u64),
    #[error(transparent)]
    NotUnderstood(serde_json::Error),
}

/// Why a store could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file could not be read, written or moved.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another process has the lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The value is larger than the file may be.
    #[error("{path} would be {} long, and may be {}", human::bytes(*bytes), human::bytes(*limit))]
    #[non_exhaustive]
    TooLarge {
        /// The file.
        path: Utf8PathBuf,
        /// Its length with the value.
        bytes: u64,
        /// The longest that it may be.
        limit: u64,
    },
    /// The value cannot be written as JSON.
    #[error("{path} cannot be written as JSON")]
    #[non_exhaustive]
    Encode {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The file cannot be understood, and could not be set aside. It is as it was.
    #[error("{kept}")]
    #[non_exhaustive]
    NotUnderstood {
        /// What was found.
        kept: SetAside,
    },
}

impl StoreError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Lock(error) => error.code(),
            Self::TooLarge { .. } => codes::VALUE_TOO_LARGE.code,
            Self::Encode { .. } => codes::VALUE_NOT_JSON.code,
            Self::NotUnderstood { .. } => codes::FILE_NOT_UNDERSTOOD.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Lock(error) => error.hint(),
            Self::TooLarge { .. } => Some("Keep large data in a file of its own.".to_owned()),
            Self::Encode { .. } => None,
            Self::NotUnderstood { kept } => Some(format!(
                "Correct {}, or move it away, then try again.",
                kept.path
            )),
        }
    }
}
