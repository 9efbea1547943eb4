//! Requests: what a plugin asks of the front end beside its panels, such as a dialog, and the answers.

mod answer;
mod bounds;
mod kind;

pub use answer::{Answer, BadAnswer};
pub use bounds::{MAX_REQUEST_ITEMS, MAX_REQUEST_LINE, MAX_REQUEST_TEXT};
pub use kind::{BadRequest, FileFilter, MessageStyle, RequestKind};

use serde::{Deserialize, Serialize};
use std::fmt;

/// Identifies a request of one manager, until it has ended. It is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(u64);

impl RequestId {
    /// Makes the id from its number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number, for front ends in other languages.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something that a plugin asks of the front end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The id, to answer it.
    pub id: RequestId,
    /// The name of the plugin; `None` for the application's own code.
    pub plugin: Option<String>,
    /// Whether the UI thread itself waits for the answer: only an answer that is given before the
    /// front end's function returns reaches the plugin, for example that of a native modal dialog.
    pub blocking: bool,
    /// What is asked.
    #[serde(flatten)]
    pub kind: RequestKind,
}

impl Request {
    /// Describes a request.
    #[must_use]
    pub fn new(id: RequestId, plugin: Option<String>, blocking: bool, kind: RequestKind) -> Self {
        Self {
            id,
            plugin,
            blocking,
            kind,
        }
    }
}
