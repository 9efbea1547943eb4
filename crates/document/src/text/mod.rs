//! A document as plain text: for tests, for logs, and for terminals without anything else.

mod controls;
mod flow;

use crate::changes::Snapshot;
use crate::diagnostic::Diagnostic;
use crate::document::Document;

/// Draws a document as text of at most `width` columns, with what is wrong below it.
///
/// Controls look like controls (`[ Save ]`, `[x]`, `[name____]`), elements of a row stand beside each
/// other if there is room, and what is not displayed is left out.
#[must_use]
pub fn render_text(document: &Document, width: usize) -> String {
    let diagnostics = document.diagnostics();
    match document.snapshot() {
        Some(snapshot) if document.is_shown() => {
            render_snapshot(&snapshot, &diagnostics, width, "")
        }
        _ => String::new(),
    }
}

/// Draws a version as text, such as that of a [`Mirror`](crate::Mirror). `embedded` is what the panel
/// itself draws into the element `im-root`.
#[must_use]
pub fn render_snapshot(
    snapshot: &Snapshot,
    diagnostics: &[Diagnostic],
    width: usize,
    embedded: &str,
) -> String {
    let width = width.clamp(8, 1_000);
    let mut lines = flow::Flow::new(width, embedded).lines(snapshot);
    for diagnostic in diagnostics {
        lines.push(format!("! {}", flow::printable(&diagnostic.to_string())));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
