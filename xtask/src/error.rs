//! What can go wrong in a task, each with what to do about it.

use camino::Utf8PathBuf;
use lichtfeld_system::files::FileError;
use lichtfeld_system::process::ProcessError;

/// A task that could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// Something the machine lacks; `how` says how to get it.
    #[error("{what}")]
    Missing {
        /// What is missing, in one sentence.
        what: String,
        /// How to get it, line by line.
        how: String,
    },
    /// A program that ran and did not succeed.
    #[error("`{command}` ended with {status}")]
    Command {
        /// The command line, as one would type it.
        command: String,
        /// The exit status in words.
        status: String,
        /// The last lines it wrote, where its output was captured.
        tail: String,
    },
    /// A program that could not be started or waited for.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A file that could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file or directory that could not be read or written.
    #[error("{path}: could not {action}")]
    Io {
        /// Where.
        path: Utf8PathBuf,
        /// What was tried: "read", "create the directory".
        action: &'static str,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Output of a program or a file that is not what it should be.
    #[error("{what} could not be understood: {reason}")]
    Unexpected {
        /// Which text.
        what: String,
        /// Why.
        reason: String,
    },
    /// Checks that found something; they have already been printed.
    #[error("{0}")]
    Found(String),
    /// A wrong use of the command line.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to type instead.
        hint: String,
    },
}

/// What every fallible function here returns.
pub(crate) type Result<T, E = TaskError> = std::result::Result<T, E>;

impl TaskError {
    /// For `map_err`: an I/O error at a path.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<Utf8PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            path,
            action,
            source,
        }
    }

    /// What to do about it, where that is known.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { how, .. } => Some(how.clone()),
            Self::Command { tail, .. } if !tail.is_empty() => {
                Some(format!("its last lines were:\n{tail}"))
            }
            Self::Process(error) => error.hint(),
            Self::File(error) => error.hint(),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                Some("the disk is full; `cargo clean` frees target/".to_owned())
            }
            Self::Usage { hint, .. } => Some(hint.clone()),
            _ => None,
        }
    }

    /// The same without the program's last lines, where they have been shown already.
    pub(crate) fn without_tail(self) -> Self {
        match self {
            Self::Command {
                command, status, ..
            } => Self::Command {
                command,
                status,
                tail: String::new(),
            },
            other => other,
        }
    }

    /// 2 for a wrong use, as is the custom, and 1 for all else.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            _ => 1,
        }
    }
}
