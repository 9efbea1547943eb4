//! What uv was asked and said before it failed.

use lichtfeld_system::process::Exit;

/// What uv said before it failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transcript {
    /// The command, as it can be typed.
    pub command: String,
    /// How it ended.
    pub exit: String,
    /// Its last lines, at most [`TAIL_LINES`](lichtfeld_system::process::TAIL_LINES).
    pub tail: Vec<String>,
}

/// Whether uv's cache could have served where the network did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cache {
    /// It lacks the package.
    Lacks,
    /// It was not asked: the package may be in it, and `UV_OFFLINE=1` uses it.
    NotAsked,
}

impl Transcript {
    /// A command, how it ended, and its last lines.
    #[must_use]
    pub fn of(command: impl Into<String>, exit: impl Into<String>, tail: Vec<String>) -> Self {
        Self {
            command: command.into(),
            exit: exit.into(),
            tail,
        }
    }

    pub(crate) fn new(command: String, exit: Exit, tail: Vec<String>) -> Box<Self> {
        Box::new(Self {
            command,
            exit: exit.to_string(),
            tail,
        })
    }
}
