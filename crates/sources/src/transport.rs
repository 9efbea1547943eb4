//! How the files of a repository are fetched.

use serde::{Deserialize, Serialize};

/// How the files of a repository are fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Transport {
    /// As the archive that GitHub and GitLab make of it, without git. A repository that is private,
    /// or elsewhere, is cloned.
    #[default]
    Archive,
    /// By the program `git`.
    Git,
}
