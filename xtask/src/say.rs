//! What the tasks print: results on standard output, progress on standard error.

use std::io::{self, IsTerminal as _, Write as _};

/// Prints one result line on standard output. A closed pipe is no reason to fail.
pub(crate) fn out(line: impl AsRef<str>) {
    let _ = writeln!(io::stdout().lock(), "{}", line.as_ref());
}

/// Prints one line of progress on standard error.
pub(crate) fn note(line: impl AsRef<str>) {
    let _ = writeln!(io::stderr().lock(), "{}", line.as_ref());
}

/// Opens a section of progress: what is being done now.
pub(crate) fn heading(line: impl AsRef<str>) {
    let line = line.as_ref();
    if io::stderr().is_terminal() {
        note(format!("\n\u{1b}[1m== {line}\u{1b}[0m"));
    } else {
        note(format!("\n== {line}"));
    }
}
