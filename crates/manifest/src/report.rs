//! Collects what the rules find, so that all problems of a file are reported at once, in order.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use camino::Utf8Path;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::{LineIndex, Span};

/// The largest number of diagnostics of one severity for one file. A file with more is not a
/// manifest with mistakes but something else, and checking all of it could take very long.
pub(crate) const MOST: usize = 200;

/// Collects the diagnostics of one file.
pub(crate) struct Report<'a> {
    path: &'a Utf8Path,
    text: &'a str,
    lines: OnceCell<LineIndex<'a>>,
    found: Vec<Diagnostic>,
    /// Lines that are not TOML. Other diagnostics about them would be guesses.
    broken_lines: BTreeSet<usize>,
    /// The number of diagnostics of each severity so far.
    counts: [usize; 3],
}

impl<'a> Report<'a> {
    pub(crate) fn new(path: &'a Utf8Path, text: &'a str) -> Self {
        let (lines, found, broken_lines) = (OnceCell::new(), Vec::new(), BTreeSet::new());
        Self {
            path,
            text,
            lines,
            found,
            broken_lines,
            counts: [0; 3],
        }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// Converts a byte range. The index of lines is only made for files with diagnostics.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        self.lines
            .get_or_init(|| LineIndex::new(self.text))
            .span(range)
    }

    pub(crate) fn error(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(code, Severity::Error, range, message.into(), hint.into());
    }

    pub(crate) fn warning(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(code, Severity::Warning, range, message.into(), hint.into());
    }

    pub(crate) fn note(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(code, Severity::Note, range, message.into(), hint.into());
    }

    /// Adds a syntax error.
    pub(crate) fn syntax(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: String,
        hint: String,
    ) {
        if self.is_full() {
            return;
        }
        let span = self.span(range.clone());
        if self.broken_lines.contains(&span.start.line) {
            return; // One mistake often causes several errors; the first one on a line is the best.
        }
        self.error(code, range, message, hint);
        self.broken_lines.extend(span.start.line..=span.end.line);
    }

    /// Returns whether further errors are dropped.
    pub(crate) fn is_full(&self) -> bool {
        self.counts[Severity::Error as usize] >= MOST
    }

    /// Returns whether the text is not TOML: what seems to be missing may only be unreadable.
    pub(crate) fn is_broken(&self) -> bool {
        !self.broken_lines.is_empty()
    }

    fn add(
        &mut self,
        code: Code,
        severity: Severity,
        range: Range<usize>,
        message: String,
        hint: String,
    ) {
        let count = &mut self.counts[severity as usize];
        *count += 1;
        if *count > MOST {
            return;
        }
        let span = self.span(range);
        let is_guess = self.is_broken()
            && (matches!(code, Code::MissingKey | Code::NoProject | Code::UnknownKey)
                || self.broken_lines.contains(&span.start.line));
        if !is_guess {
            let path = self.path.to_owned();
            self.found.push(Diagnostic {
                code,
                severity,
                path,
                span: Some(span),
                message,
                hint,
            });
        }
    }

    /// Returns all diagnostics in the order of the file.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.found
            .sort_by_key(|d| (d.span.map(|s| s.start.offset), d.code));
        self.found
    }
}
