//! A failure of a plugin: the step, what happened, the location in its code, and what to do.

use crate::error::causes::with_causes;
use crate::error::codes;
use camino::Utf8Path;
use lichtfeld_installer::InstallError;
use lichtfeld_manifest::{Diagnostic, Incompatibility};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A step of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
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
    /// Returns the name that observers receive: `"environment"`.
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

/// A position in a plugin's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Location {
    /// The file, as Python names it.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters; `None` if Python does not know it.
    pub column: Option<u32>,
}

impl Location {
    /// A line, and its column if it is known.
    pub fn new(file: impl Into<String>, line: u32, column: Option<u32>) -> Self {
        Self {
            file: file.into(),
            line,
            column,
        }
    }
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
#[non_exhaustive]
pub enum FailureKind {
    /// The manifest is damaged or was removed.
    Manifest,
    /// The manifest's rules exclude this host.
    Incompatible,
    /// The environment could not be made, or does not fit the host.
    Environment,
    /// Its distributions conflict with those of the process.
    Conflict,
    /// A file is not Python.
    Syntax,
    /// A module that it imports does not exist.
    MissingModule,
    /// Its code raised while being imported.
    Import,
    /// `on_load` raised.
    Activation,
    /// `on_unload` raised.
    Deactivation,
    /// A changed native library cannot be replaced in a running process.
    RestartNeeded,
    /// Its worker has ended.
    Crashed,
    /// It did not answer within the limit.
    Unresponsive,
    /// The caller cancelled.
    Cancelled,
    /// Ctrl-C while its code ran.
    Interrupted,
    /// This process is a forked copy of the one that has a connection to its worker.
    Forked,
    /// A saved template cannot be shown; its panel shows the version before.
    Template,
}

impl FailureKind {
    /// The stable code: `LR...`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Manifest => codes::MANIFEST.code,
            Self::Incompatible => codes::INCOMPATIBLE.code,
            Self::Environment => codes::ENVIRONMENT.code,
            Self::Conflict => codes::CONFLICT.code,
            Self::Syntax => codes::SYNTAX.code,
            Self::MissingModule => codes::MISSING_MODULE.code,
            Self::Import => codes::IMPORT.code,
            Self::Activation => codes::ACTIVATION.code,
            Self::Deactivation => codes::DEACTIVATION.code,
            Self::RestartNeeded => codes::RESTART_NEEDED.code,
            Self::Crashed => codes::CRASHED.code,
            Self::Unresponsive => codes::UNRESPONSIVE.code,
            Self::Cancelled => codes::CANCELLED.code,
            Self::Interrupted => codes::INTERRUPTED.code,
            Self::Forked => codes::FORKED.code,
            Self::Template => codes::TEMPLATE.code,
        }
    }
}

/// A failure of a plugin. It is kept with the plugin until the plugin is loaded again.
#[derive(Clone, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{}{message}", .location.as_ref().map(|location| format!("{location}: ")).unwrap_or_default())]
#[non_exhaustive]
pub struct Failure {
    /// The kind, which determines the code.
    pub kind: FailureKind,
    /// The step that failed.
    pub stage: Stage,
    /// One sentence.
    pub message: String,
    /// The position in the plugin's code, if it is known.
    pub location: Option<Location>,
    /// Python's traceback, from the plugin's first frame on.
    pub traceback: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure with a message only.
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

    /// Adds a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the location in the plugin's code.
    #[must_use]
    pub fn with_location(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// Replaces the kind.
    #[must_use]
    pub fn with_kind(mut self, kind: FailureKind) -> Self {
        self.kind = kind;
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
            with_causes(error),
        );
        failure.hint = error.hint();
        let output = error.output();
        if !output.is_empty() {
            failure.traceback = Some(output.join("\n"));
        }
        failure
    }

    /// The failure for a manifest that is no longer valid: its first error, and the number of the
    /// others.
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

/// Returns a failure as text for a log: code and stage, the message, the traceback and the hint.
#[must_use]
pub fn log_text(failure: &Failure) -> String {
    let what = match failure.kind {
        // Unloading has no stage.
        FailureKind::Deactivation => "on_unload",
        FailureKind::Template => "the template",
        _ => failure.stage.name(),
    };
    let mut text = format!("{} {what} failed: {failure}", failure.code());
    if let Some(traceback) = &failure.traceback {
        text.push('\n');
        text.push_str(traceback.trim_end());
    }
    if let Some(hint) = &failure.hint {
        text.push_str("\nhint: ");
        text.push_str(hint);
    }
    text
}
