//! Why a lock could not be had.

use std::time::Duration;

use camino::Utf8PathBuf;

use super::Holder;
use crate::codes;
use crate::files::FileError;

/// Why a lock could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another process had it for the whole time that was waited.
    #[error("{} has held {path} for longer than {:.1} s", named(holder.as_ref()), waited.as_secs_f64())]
    #[non_exhaustive]
    Busy {
        /// The lock file.
        path: Utf8PathBuf,
        /// Who has it, as far as is known.
        holder: Option<Holder>,
        /// How long was waited.
        waited: Duration,
    },
    /// The caller cancelled.
    #[error("waiting for {path} was cancelled")]
    #[non_exhaustive]
    Cancelled {
        /// The lock file.
        path: Utf8PathBuf,
    },
    /// The file cannot be opened or locked.
    #[error(transparent)]
    File(#[from] FileError),
}

fn named(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), Holder::to_string)
}

impl LockError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy { .. } => codes::LOCK_BUSY.code,
            Self::Cancelled { .. } => codes::CANCELLED.code,
            Self::File(error) => error.code(),
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Busy { holder, .. } => Some(match holder {
                Some(holder) => format!(
                    "Wait until process {} is done, or end it, then try again.",
                    holder.process
                ),
                None => "Wait until the other process is done, then try again.".to_owned(),
            }),
            Self::Cancelled { .. } => None,
            Self::File(error) => error.hint(),
        }
    }

    /// Whether the caller cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled { .. })
    }
}
