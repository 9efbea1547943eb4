//! Errors of the calls on a watcher. Later problems are sent as [`crate::WatchEvent::Degraded`].

use crate::codes;
use camino::Utf8PathBuf;
use std::path::PathBuf;

/// Why a call on a watcher failed. Where the system refused something, `source()` is its error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// An option has a value that cannot work.
    #[error("the watcher's option `{option}` is {value}: {why}")]
    BadOption {
        /// The field of `Options`.
        option: &'static str,
        /// Its value.
        value: String,
        /// Why it cannot work.
        why: &'static str,
    },
    /// The directory does not exist.
    #[error("cannot watch `{path}`: there is no such directory")]
    NotFound {
        /// The directory.
        path: Utf8PathBuf,
    },
    /// The path is not a directory.
    #[error("cannot watch `{path}`: it is not a directory")]
    NotADirectory {
        /// The path.
        path: Utf8PathBuf,
    },
    /// The real path of the directory is not UTF-8.
    #[error("cannot watch `{path}`: its real path `{}` is not UTF-8", real.display())]
    NotUtf8 {
        /// The path as given.
        path: Utf8PathBuf,
        /// The path with all links resolved.
        real: PathBuf,
    },
    /// The directory cannot be accessed.
    #[error("cannot access `{path}` to watch it")]
    Unreachable {
        /// The directory.
        path: Utf8PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The watcher's thread could not be started.
    #[error("cannot start the watcher's thread")]
    Thread {
        /// The system's error.
        source: std::io::Error,
    },
    /// `stop` was called before.
    #[error("the watcher is stopped")]
    Stopped,
}

impl WatchError {
    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadOption { .. } => codes::OPTION.code,
            Self::NotFound { .. } => codes::NOT_FOUND.code,
            Self::NotADirectory { .. } => codes::NOT_A_DIRECTORY.code,
            Self::NotUtf8 { .. } => codes::PATH_NOT_UTF8.code,
            Self::Unreachable { .. } => codes::UNREACHABLE.code,
            Self::Thread { .. } => codes::THREAD.code,
            Self::Stopped => codes::STOPPED.code,
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::BadOption { .. } => Some("leave the option out to use its default".into()),
            Self::NotFound { path } => Some(format!("create it first: `mkdir -p {path}`")),
            Self::NotADirectory { .. } => Some("name the directory that contains the file".into()),
            Self::NotUtf8 { .. } => Some("rename the directory, or one of those above it".into()),
            Self::Unreachable { path, .. } => {
                Some(format!("look at its permissions: `ls -ld {path}`"))
            }
            Self::Thread { .. } => Some("close other programs and start again".into()),
            Self::Stopped => Some("start another watcher".into()),
        }
    }
}
