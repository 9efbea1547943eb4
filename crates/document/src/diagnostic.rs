//! What is wrong with a document, where it is, and what to do.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::codes::{self, DocumentCode};
use crate::limits::MAX_DIAGNOSTICS;
use crate::source::{Origin, Position};

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// The document is shown as it is meant, but another program may read it differently.
    Warning,
    /// A part of the document has no effect or is not shown.
    Error,
}

/// One problem of a document. `Display` writes one line:
/// `file:line:column: severity[code]: message. Hint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable code; [`codes::ALL`](crate::codes::ALL) explains it.
    pub code: String,
    /// How serious it is.
    pub severity: Severity,
    /// The name of the file, as the loader knows it.
    pub file: String,
    /// The place in the file, or `None` if the problem concerns the whole file.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl Diagnostic {
    /// Returns whether a part of the document has no effect or is not shown because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Position { line, column, .. }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, ": {severity}[{}]: {}", self.code, self.message)?;
        if !self.hint.is_empty() {
            write!(f, ". {}", self.hint)?;
        }
        Ok(())
    }
}

/// The diagnostics of a document, each once, up to the limit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    list: Vec<Diagnostic>,
    /// What has been reported: an update that fails again reports nothing new.
    seen: BTreeSet<(String, Option<u32>, String)>,
    is_cut: bool,
}

impl Report {
    pub(crate) fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    pub(crate) fn error(
        &mut self,
        code: DocumentCode,
        origin: &Origin,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(code, Severity::Error, origin, message.into(), hint.into());
    }

    pub(crate) fn warn(
        &mut self,
        code: DocumentCode,
        origin: &Origin,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(code, Severity::Warning, origin, message.into(), hint.into());
    }

    fn add(
        &mut self,
        code: DocumentCode,
        severity: Severity,
        origin: &Origin,
        message: String,
        hint: String,
    ) {
        let file = origin.source.name.to_string();
        if self.list.len() >= MAX_DIAGNOSTICS {
            if !self.is_cut {
                self.is_cut = true;
                self.list.push(Diagnostic {
                    code: codes::LIMIT.code.to_owned(),
                    severity: Severity::Warning,
                    file,
                    position: None,
                    message: format!("more than {MAX_DIAGNOSTICS} problems"),
                    hint: "Correct those above first.".to_owned(),
                });
            }
            return;
        }
        let key = (
            file.clone(),
            Some(origin.offset),
            format!("{}{message}", code.code),
        );
        if self.seen.insert(key) {
            self.list.push(Diagnostic {
                code: code.code.to_owned(),
                severity,
                file,
                position: Some(origin.position()),
                message,
                hint,
            });
        }
    }
}
