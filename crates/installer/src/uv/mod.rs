//! Driving uv: where it is, what it is asked, what it says, and why it failed.

pub(crate) mod cache;
pub(crate) mod failure;
pub(crate) mod find;
pub(crate) mod output;
pub(crate) mod session;

use camino::Utf8PathBuf;
use semver::Version;

/// The oldest uv that knows every option we give: `uv venv --relocatable`, `uv sync` with an
/// environment elsewhere, indexes by name.
pub(crate) const MINIMUM: Version = Version::new(0, 5, 0);

/// A uv that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uv {
    pub(crate) path: Utf8PathBuf,
}

/// The version in `uv 0.13.9 (...)`, or in `0.13.9`.
pub(crate) fn parse_version(text: &str) -> Option<Version> {
    let word = text
        .strip_prefix("uv ")
        .unwrap_or(text)
        .split_whitespace()
        .next()?;
    Version::parse(word).ok()
}
