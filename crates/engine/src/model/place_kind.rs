//! The two places in which a plugin's code can run.

use serde::Serialize;
use std::fmt;

/// The places in which a plugin's code can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PlaceKind {
    /// The host's own interpreter.
    Shared,
    /// A process with the plugin's own interpreter.
    Worker,
}

impl fmt::Display for PlaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Shared => "shared",
            Self::Worker => "worker",
        })
    }
}
