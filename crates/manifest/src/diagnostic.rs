//! A problem of a manifest: what is wrong, where it is, and what to do.

use std::fmt;

use camino::Utf8PathBuf;
use serde::Serialize;

use crate::code::Code;
use crate::span::Span;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// For information only.
    Note,
    /// The plugin loads, but something differs from what its author expects.
    Warning,
    /// The plugin cannot be loaded.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One problem of one file.
///
/// `Display` writes a single line, `path:line:column: severity[code]: message Hint`;
/// [`render`](Self::render) draws it with the source line underlined; `Serialize` is the JSON that
/// `lichtfeld-plugins check --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// How serious it is.
    pub severity: Severity,
    /// The file, or the directory if the problem concerns a directory.
    pub path: Utf8PathBuf,
    /// The value that the problem concerns, or `None` if it concerns the file as a whole.
    pub span: Option<Span>,
    /// What is wrong, as one sentence.
    pub message: String,
    /// What to do, as one sentence.
    pub hint: String,
}

impl Diagnostic {
    /// Makes a diagnostic for a file or directory as a whole.
    pub(crate) fn of_file(
        code: Code,
        severity: Severity,
        path: impl Into<Utf8PathBuf>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (path, message, hint) = (path.into(), message.into(), hint.into());
        Self {
            code,
            severity,
            path,
            span: None,
            message,
            hint,
        }
    }

    /// Returns whether the plugin cannot be loaded because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(span) = self.span {
            write!(f, ":{}:{}", span.start.line, span.start.column)?;
        }
        write!(f, ": {}[{}]: {}", self.severity, self.code, self.message)?;
        if !self.hint.is_empty() {
            write!(f, " {}", self.hint)?;
        }
        Ok(())
    }
}
