//! Draws diagnostics for people: the source line, the value underlined, the hint below.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};

/// How to draw a diagnostic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Style {
    /// Plain text, for files and pipes.
    #[default]
    Plain,
    /// Text with ANSI colours, for a terminal.
    Colored,
}

impl Diagnostic {
    /// Draws the diagnostic on several lines. `source` is the text of the file, for the underlined
    /// line; it may be empty if the text is not available.
    #[must_use]
    pub fn render(&self, source: &str, style: Style) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level
            .primary_title(self.message.as_str())
            .id(self.code.as_str());
        // If the file has changed since then, the span may not fit this text.
        let drawn = self
            .span
            .filter(|span| source.get(span.bytes()).is_some() && !source.is_empty());
        let group = match drawn {
            Some(span) => title.element(
                Snippet::source(source)
                    .path(self.path.as_str())
                    .annotation(AnnotationKind::Primary.span(span.bytes())),
            ),
            None => {
                let mut origin = Origin::path(self.path.as_str());
                if let Some(span) = self.span {
                    origin = origin.line(span.start.line).char_column(span.start.column);
                }
                Group::with_title(title).element(origin)
            }
        };
        let group = if self.hint.is_empty() {
            group
        } else {
            group.element(Level::HELP.message(self.hint.as_str()))
        };
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Colored => Renderer::styled(),
        };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }
}

/// Draws several diagnostics of one file, separated by empty lines.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], source: &str, style: Style) -> String {
    let drawn: Vec<String> = diagnostics
        .iter()
        .map(|d| d.render(source, style))
        .collect();
    drawn.join("\n\n")
}
