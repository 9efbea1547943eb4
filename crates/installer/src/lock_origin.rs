//! Where the versions of an environment come from.

use serde::{Deserialize, Serialize};

/// Where the versions came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LockOrigin {
    /// The plugin ships a `uv.lock`.
    Shipped,
    /// Resolved here, and kept in the generation.
    Resolved,
    /// The plugin ships a `uv.lock`, and some versions are the application's instead.
    Adjusted,
}
