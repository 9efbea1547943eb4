//! What checking, installing and verifying give.

use std::time::Duration;

use camino::Utf8PathBuf;

use crate::error::InstallError;
use crate::generation::Generation;

/// What a look at the disk says, without any child process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// The plugin has no dependencies.
    NotNeeded,
    /// The environment is there and whole.
    Ready(Generation),
    /// It is not there.
    Missing {
        /// Why: never installed, or what changed since.
        reason: String,
    },
    /// It is there and damaged; installing builds it anew.
    Damaged {
        /// Its directory.
        path: Utf8PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// How long the parts of a build took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timings {
    /// Waiting for others.
    pub lock: Duration,
    /// `uv venv`.
    pub venv: Duration,
    /// `uv sync`.
    pub sync: Duration,
    /// Recording and publishing.
    pub publish: Duration,
    /// Everything.
    pub total: Duration,
}

/// A new environment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Built {
    /// The environment.
    pub generation: Generation,
    /// How long its parts took.
    pub timings: Timings,
    /// What a person should know, each one sentence.
    pub notes: Vec<String>,
}

/// An environment is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ensured {
    /// The plugin has no dependencies.
    NotNeeded,
    /// It was there already.
    Reused(Generation),
    /// It was made.
    Built(Box<Built>),
}

impl Ensured {
    /// The environment, where one is needed.
    #[must_use]
    pub fn generation(&self) -> Option<&Generation> {
        match self {
            Self::NotNeeded => None,
            Self::Reused(generation) => Some(generation),
            Self::Built(built) => Some(&built.generation),
        }
    }
}

/// What `<plugin>/.venv` is, or became.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorEnvironment {
    /// It sees the published packages and those of the application.
    Current,
    /// It does not exist, or sees others.
    Outdated,
    /// It was not made by this program, and is left alone.
    Foreign {
        /// Its path.
        path: Utf8PathBuf,
    },
    /// It cannot be made there. Plugins do not need it.
    Impossible {
        /// Its path.
        path: Utf8PathBuf,
        /// What the operating system said.
        reason: String,
    },
}

impl AuthorEnvironment {
    /// What an author should know of it, as a sentence.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        match self {
            Self::Current | Self::Outdated => None,
            Self::Foreign { path } => Some(format!(
                "{path} was not made by this program and is left alone, so editors do not see the \
                 plugin's packages there; delete it and load the plugin again to get one that does"
            )),
            Self::Impossible { path, reason } => Some(format!(
                "{path}, the environment for editors, cannot be made: {reason}"
            )),
        }
    }
}

/// How thoroughly to verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Depth {
    /// That every file is there and has its size.
    Sizes,
    /// The hash of every file as well.
    Hashes,
}

/// One file that is not as it was installed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The distribution it belongs to, `None` for the environment itself.
    pub distribution: Option<String>,
    /// The file.
    pub path: Utf8PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

/// What was removed.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Swept {
    /// Directories that are gone.
    pub removed: Vec<Utf8PathBuf>,
    /// Old environments that stay because a living process uses them.
    pub in_use: Vec<Utf8PathBuf>,
    /// What could not be removed.
    pub failed: Vec<InstallError>,
}
