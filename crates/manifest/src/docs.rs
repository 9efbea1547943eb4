//! The part of manifests in the reference of the diagnostics, as Markdown: one section for each code.

use std::fmt::Write as _;

use crate::code::Code;

/// Returns the rows of these codes in the table of `docs/reference/diagnostics.md`.
#[must_use]
pub fn diagnostics_rows() -> String {
    let mut text = String::new();
    for code in Code::ALL {
        let anchor = code.as_str().to_ascii_lowercase();
        let _ = writeln!(text, "| [{code}](#{anchor}) | {} |", code.title());
    }
    text
}

/// Returns the sections of these codes in `docs/reference/diagnostics.md`.
#[must_use]
pub fn diagnostics_sections() -> String {
    let mut text = String::new();
    for code in Code::ALL {
        let _ = write!(
            text,
            "\n## {code}\n\n**{}.** {}\n\n{}\n",
            capitalized(code.title()),
            code.explanation(),
            code.cure()
        );
    }
    text
}

/// Returns the text with a capital letter, unless it begins with a name such as `plugin.toml`.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    // `plugin.toml` and `[project]` are names, whose case does not change.
    let name = text
        .split(' ')
        .next()
        .is_some_and(|word| word.contains(['.', '[']));
    match letters.next() {
        Some(first) if !name => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
