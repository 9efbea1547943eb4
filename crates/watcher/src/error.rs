//! Errors of the calls on a watcher. Trouble that comes later is a [`crate::Notice::Degraded`].

use camino::Utf8PathBuf;

/// Why a call on a watcher failed.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// A setting that makes no sense.
    #[error("the watcher's option `{option}` is {value}: {why}")]
    BadOption {
        /// The field of `Options`.
        option: &'static str,
        /// What it was.
        value: String,
        /// Why that cannot be.
        why: &'static str,
    },
    /// The directory is not there.
    #[error("cannot watch `{path}`: there is no such directory")]
    NotFound {
        /// The directory.
        path: Utf8PathBuf,
    },
    /// The path is something other than a directory.
    #[error("cannot watch `{path}`: it is not a directory")]
    NotADirectory {
        /// The path.
        path: Utf8PathBuf,
    },
    /// The directory cannot be reached.
    #[error("cannot watch `{path}`: {source}")]
    Unreachable {
        /// The directory.
        path: Utf8PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The watcher's thread could not be started.
    #[error("cannot start the watcher's thread: {source}")]
    Thread {
        /// The system's error.
        source: std::io::Error,
    },
    /// `stop` was called before.
    #[error("the watcher is stopped")]
    Stopped,
}

impl WatchError {
    /// A stable name for this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadOption { .. } => "watch-option",
            Self::NotFound { .. } => "watch-not-found",
            Self::NotADirectory { .. } => "watch-not-a-directory",
            Self::Unreachable { .. } => "watch-unreachable",
            Self::Thread { .. } => "watch-thread",
            Self::Stopped => "watch-stopped",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::BadOption { .. } => Some("leave the option out to use its default".into()),
            Self::NotFound { path } => Some(format!("create it first: `mkdir -p {path}`")),
            Self::NotADirectory { .. } => Some("name the directory that holds the file".into()),
            Self::Unreachable { path, .. } => {
                Some(format!("look at its permissions: `ls -ld {path}`"))
            }
            Self::Thread { .. } => Some("close other programs and start again".into()),
            Self::Stopped => Some("start another watcher".into()),
        }
    }
}
