//! The output of a command, with or without colour.

use clap::builder::StyledStr;
use lichtfeld_runtime::{Error, with_causes};
use std::fmt;
use std::io::{self, IsTerminal, Write};

/// The two streams of a command.
#[non_exhaustive]
pub struct Streams<'a> {
    /// For results.
    pub out: &'a mut dyn Write,
    /// For messages about the results: progress, errors.
    pub err: &'a mut dyn Write,
    /// Whether `out` shows colours.
    pub colour: bool,
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Streams")
            .field("colour", &self.colour)
            .finish_non_exhaustive()
    }
}

impl<'a> Streams<'a> {
    /// Makes streams without colour, for files and tests.
    pub fn plain(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self {
            out,
            err,
            colour: false,
        }
    }

    /// Makes the streams of the process, with colour if `out` is a terminal and `NO_COLOR` is not set.
    pub fn of_process(out: &'a mut io::Stdout, err: &'a mut io::Stderr) -> Self {
        let colour = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { out, err, colour }
    }

    pub(crate) fn styled(&self, text: &StyledStr) -> String {
        if self.colour {
            text.ansi().to_string()
        } else {
            text.to_string()
        }
    }

    /// Prints a line of the result.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) {
        // A closed pipe (`| head`) is no error.
        let _ = writeln!(self.out, "{}", text.as_ref());
    }

    /// Prints a line about the result.
    pub(crate) fn note(&mut self, text: impl AsRef<str>) {
        let _ = writeln!(self.err, "{}", text.as_ref());
    }

    /// Prints an error with its code, the traceback of a plugin's failure, and the hint.
    pub(crate) fn error(&mut self, error: &Error) {
        self.note(format!("error[{}]: {}", error.code(), with_causes(error)));
        if let Error::Failed { failure, .. } = error
            && let Some(traceback) = &failure.traceback
        {
            self.note(traceback.trim_end());
        }
        if let Some(hint) = error.hint() {
            self.note(format!("hint: {hint}"));
        }
    }

    /// Prints a value as JSON, indented.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.line(text),
            Err(error) => self.note(format!("error: cannot write JSON: {error}")),
        }
    }
}
