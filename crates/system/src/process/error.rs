//! Why a child did not do what it was started for.

use std::io;
use std::time::Duration;

use crate::codes;

/// How many of the last lines of a child are kept.
pub const TAIL_LINES: usize = 100;

/// A child did not do what it was started for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The program cannot be started.
    #[error("cannot start {program}")]
    Start {
        /// The program.
        program: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The caller cancelled; the child and what it had started are gone.
    #[error("{program} was cancelled")]
    Cancelled {
        /// The program.
        program: String,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// The child showed no sign of life for too long, and was ended.
    #[error("{program} gave no sign of life for {} s and was ended", after.as_secs_f32().round())]
    Stalled {
        /// The program.
        program: String,
        /// How long nothing happened.
        after: Duration,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// The operating system did not let us wait for it.
    #[error("cannot wait for {program}")]
    Wait {
        /// The program.
        program: String,
        /// What the operating system said.
        source: io::Error,
    },
}

impl ProcessError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Start { .. } => codes::PROCESS_START.code,
            Self::Cancelled { .. } => codes::CANCELLED.code,
            Self::Stalled { .. } => codes::PROCESS_STALLED.code,
            Self::Wait { .. } => codes::PROCESS_WAIT.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Start { program, source } => match source.kind() {
                io::ErrorKind::NotFound => Some(format!("Install {program}, or correct its path.")),
                io::ErrorKind::PermissionDenied => {
                    Some(format!("Make it executable: chmod +x '{program}'"))
                }
                _ => None,
            },
            Self::Stalled { .. } => {
                Some("Try again; its last lines say what it waited for.".into())
            }
            Self::Cancelled { .. } | Self::Wait { .. } => None,
        }
    }

    /// The program, as given.
    #[must_use]
    pub fn program(&self) -> &str {
        match self {
            Self::Start { program, .. }
            | Self::Cancelled { program, .. }
            | Self::Stalled { program, .. }
            | Self::Wait { program, .. } => program,
        }
    }

    /// The last lines of the child, at most [`TAIL_LINES`].
    #[must_use]
    pub fn tail(&self) -> &[String] {
        match self {
            Self::Cancelled { tail, .. } | Self::Stalled { tail, .. } => tail,
            Self::Start { .. } | Self::Wait { .. } => &[],
        }
    }
}
