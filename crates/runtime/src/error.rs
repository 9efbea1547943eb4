//! What can go wrong, told apart: mistakes of the caller, refusals, and failures of a plugin.

use crate::lifecycle::IllegalTransition;
use crate::packages::PackageError;
use camino::Utf8Path;
use lichtfeld_installer::InstallError;
use lichtfeld_manifest::{Diagnostic, Incompatibility};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A step of a load, by the names that observers are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Checking the manifest against the host, looking for the environment.
    Environment,
    /// Making the environment.
    Dependencies,
    /// Running the plugin's modules.
    Import,
    /// Calling `on_load`.
    Activation,
    /// Done.
    Complete,
}

impl Stage {
    /// The name given to `on_stage`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Dependencies => "dependencies",
            Self::Import => "import",
            Self::Activation => "activation",
            Self::Complete => "complete",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A place in a plugin's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The file, as Python names it.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters; none where Python does not know it.
    pub column: Option<u32>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        self.column.map_or(Ok(()), |column| write!(f, ":{column}"))
    }
}

/// What kind of failure stopped a plugin, with its stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The manifest is broken or gone.
    Manifest,
    /// The manifest's rules exclude this host.
    Incompatible,
    /// The environment could not be made.
    Environment,
    /// Its distributions do not agree with those of the process.
    Conflict,
    /// A file is not Python.
    Syntax,
    /// A module it imports is not there.
    MissingModule,
    /// Its code raised while being imported.
    Import,
    /// `on_load` raised.
    Activation,
    /// `on_unload` raised.
    Deactivation,
    /// A changed native library cannot be replaced in a running process.
    RestartNeeded,
    /// Its process ended.
    Crashed,
    /// It did not answer in time.
    Unresponsive,
    /// Whoever asked for it did not want it any more.
    Cancelled,
    /// Ctrl-C while its code ran.
    Interrupted,
}

impl FailureKind {
    /// The stable code: `LR...`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Manifest => "LR100",
            Self::Incompatible => "LR101",
            Self::Environment => "LR102",
            Self::Conflict => "LR103",
            Self::Syntax => "LR104",
            Self::MissingModule => "LR105",
            Self::Import => "LR106",
            Self::Activation => "LR107",
            Self::Deactivation => "LR108",
            Self::RestartNeeded => "LR109",
            Self::Crashed => "LR110",
            Self::Unresponsive => "LR111",
            Self::Cancelled => "LR002",
            Self::Interrupted => "LR012",
        }
    }
}

/// A plugin failed. Kept with the plugin until it is loaded again.
#[derive(Clone, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{}{message}", .location.as_ref().map(|location| format!("{location}: ")).unwrap_or_default())]
pub struct Failure {
    /// What stopped it.
    pub kind: FailureKind,
    /// In which step.
    pub stage: Stage,
    /// One sentence.
    pub message: String,
    /// Where in the plugin's code, where that is known.
    pub location: Option<Location>,
    /// Python's traceback, from the plugin's first frame on.
    pub traceback: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure with a message alone.
    #[must_use]
    pub fn new(kind: FailureKind, stage: Stage, message: impl Into<String>) -> Self {
        Self {
            kind,
            stage,
            message: message.into(),
            location: None,
            traceback: None,
            hint: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    pub(crate) fn from_install(error: &InstallError) -> Self {
        let mut failure = Self::new(
            FailureKind::Environment,
            Stage::Dependencies,
            error.to_string(),
        );
        failure.hint = error.hint();
        let tail = error.tail();
        if !tail.is_empty() {
            failure.traceback = Some(tail.join("\n"));
        }
        failure
    }

    /// A manifest that was good and is not any more: its first error, and how many there are.
    pub(crate) fn from_manifest(dir: &Utf8Path, diagnostics: &[Diagnostic]) -> Self {
        let mut errors = diagnostics.iter().filter(|found| found.is_error());
        let Some(first) = errors.next() else {
            let message = format!("{dir} is not a plugin any more: no [tool.lichtfeld] section");
            return Self::new(FailureKind::Manifest, Stage::Environment, message);
        };
        let more = match errors.count() {
            0 => String::new(),
            count => format!(" (and {count} more)"),
        };
        let message = format!("[{}] {}{more}", first.code, first.message);
        let mut failure = Self::new(FailureKind::Manifest, Stage::Environment, message);
        failure.hint = Some(first.hint.clone());
        failure.location = Some(Location {
            file: first.path.to_string(),
            line: first
                .span
                .map_or(1, |span| u32::try_from(span.start.line).unwrap_or(u32::MAX)),
            column: first
                .span
                .and_then(|span| u32::try_from(span.start.column).ok()),
        });
        failure
    }

    pub(crate) fn from_incompatible(found: &[Incompatibility]) -> Self {
        let list: Vec<String> = found.iter().map(ToString::to_string).collect();
        Self::new(
            FailureKind::Incompatible,
            Stage::Environment,
            list.join("; "),
        )
        .with_hint("install a version of the plugin made for this host, or update the host")
    }
}

/// An operation of the manager did not take place, or the plugin it was for failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such plugin.
    #[error("no plugin is called '{name}'{}", .near.as_ref().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default())]
    UnknownPlugin {
        /// As asked for.
        name: String,
        /// The nearest name there is.
        near: Option<String>,
    },
    /// The manifest's rules exclude this host.
    #[error("plugin '{name}' cannot run here: {}", .found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Incompatible {
        /// The plugin.
        name: String,
        /// Every rule that is not met.
        found: Vec<Incompatibility>,
    },
    /// The caller cancelled.
    #[error("loading '{name}' was cancelled")]
    Cancelled {
        /// The plugin.
        name: String,
    },
    /// Ctrl-C while the plugin's code ran.
    #[error("'{name}' was interrupted")]
    Interrupted {
        /// The plugin.
        name: String,
    },
    /// The plugin is switched off.
    #[error("plugin '{name}' is disabled{}", .reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    Disabled {
        /// The plugin.
        name: String,
        /// Why, where it was not the user.
        reason: Option<String>,
    },
    /// The calling thread is inside an operation on this very plugin, or one that waits for it.
    #[error("'{name}' is being {doing} by the code that asks for it; it would wait for itself")]
    Reentrant {
        /// The plugin.
        name: String,
        /// "loaded or unloaded".
        doing: &'static str,
    },
    /// Another operation on the plugin did not end in time.
    #[error("another operation on '{name}' has been running for {seconds} s")]
    Busy {
        /// The plugin.
        name: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The plugin failed; the failure is also kept with it.
    #[error("{failure}")]
    Failed {
        /// The plugin.
        name: String,
        /// What happened.
        failure: Box<Failure>,
    },
    /// An operation that the plugin's state does not allow.
    #[error("plugin '{name}': {source}")]
    State {
        /// The plugin.
        name: String,
        /// Which event in which state.
        source: IllegalTransition,
    },
    /// A file of ours could not be read or written.
    #[error("{what}: {reason}")]
    Io {
        /// Which file, for what.
        what: String,
        /// The system's reason.
        reason: String,
    },
    /// A name that cannot be one of a plugin.
    #[error("'{name}' is not a plugin's name: {reason}")]
    BadName {
        /// As given.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A plugin could not be made, installed, updated or removed.
    #[error("{0}")]
    Package(#[source] Arc<PackageError>),
    /// Safe mode is on.
    #[error("plugin '{name}' was not loaded: safe mode is on (LFS_SAFE_MODE)")]
    SafeMode {
        /// The plugin.
        name: String,
    },
}

impl Error {
    /// What a plugin's failure means for whoever asked for the step.
    pub(crate) fn of_step(name: &str, failure: Failure) -> Self {
        let name = name.to_owned();
        match failure.kind {
            FailureKind::Cancelled => Self::Cancelled { name },
            FailureKind::Interrupted => Self::Interrupted { name },
            _ => Self::Failed {
                name,
                failure: Box::new(failure),
            },
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownPlugin { .. } => "LR001",
            Self::Incompatible { .. } => "LR101",
            Self::Cancelled { .. } => "LR002",
            Self::Interrupted { .. } => "LR012",
            Self::Disabled { .. } => "LR003",
            Self::Reentrant { .. } => "LR004",
            Self::Busy { .. } => "LR005",
            Self::Failed { failure, .. } => failure.code(),
            Self::State { .. } => "LR006",
            Self::Io { .. } => "LR007",
            Self::BadName { .. } => "LR008",
            Self::SafeMode { .. } => "LR009",
            Self::Package(error) => error.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownPlugin { .. } => {
                Some("`lichtfeld-plugins list` shows the plugins there are".to_owned())
            }
            Self::Incompatible { .. } => Some(
                "install a version of the plugin made for this host, or update the host".to_owned(),
            ),
            Self::Disabled { name, .. } => Some(format!(
                "`lichtfeld-plugins enable {name}`, or `manager.enable(\"{name}\")`"
            )),
            Self::Reentrant { .. } => Some(
                "do it after `on_load` has returned, for instance from a timer or a button"
                    .to_owned(),
            ),
            Self::Busy { .. } => Some("its code or its install hangs; see its log".to_owned()),
            Self::Failed { failure, .. } => failure.hint.clone(),
            Self::Package(error) => error.hint(),
            Self::SafeMode { .. } => Some("start again without LFS_SAFE_MODE".to_owned()),
            Self::Cancelled { .. }
            | Self::Interrupted { .. }
            | Self::State { .. }
            | Self::Io { .. }
            | Self::BadName { .. } => None,
        }
    }
}

/// An error and its causes in one line, for errors that do not repeat their source.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
