//! Parts of what uv writes.

use camino::{Utf8Path, Utf8PathBuf};

/// uv's explanation without its labels and hints, whole.
pub(super) fn explanation(text: &str) -> String {
    let text = text.split("\nhint: ").next().unwrap_or(text);
    let mut lines: Vec<&str> = text.lines().collect();
    // `error: No solution found ...` is what our own message says already.
    if lines
        .first()
        .is_some_and(|line| line.contains("No solution found"))
    {
        lines.remove(0);
    }
    let label = |line: &str| {
        let bare = line.trim_start().strip_prefix("error: ").map(str::to_owned);
        bare.or_else(|| line.trim_start().strip_prefix("cause: ").map(str::to_owned))
            .or_else(|| line.trim_start().strip_prefix("╰─▶ ").map(str::to_owned))
            // uv indents what goes on from a labelled line.
            .unwrap_or_else(|| line.strip_prefix("         ").unwrap_or(line).to_owned())
    };
    let text = lines.into_iter().map(label).collect::<Vec<_>>().join("\n");
    text.trim().to_owned()
}

pub(super) fn first_error(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("error: "));
    line.or_else(|| text.lines().rev().find(|line| !line.trim().is_empty()))
        .unwrap_or("it said nothing")
        .to_owned()
}

pub(super) fn causes(text: &str) -> Vec<String> {
    let cause = |line: &str| line.trim_start().strip_prefix("cause: ").map(str::to_owned);
    text.lines().filter_map(cause).collect()
}

pub(super) fn line_with(text: &str, needles: &[&str]) -> String {
    let line = text
        .lines()
        .find(|line| needles.iter().any(|needle| line.contains(needle)));
    let line = line.map(|line| {
        let line = line.trim_start();
        line.strip_prefix("hint: ")
            .or_else(|| line.strip_prefix("cause: "))
            .unwrap_or(line)
    });
    line.map_or_else(|| first_error(text), str::to_owned)
}

/// The text between two others.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// The package in ``Failed to build `name==1.0` `` or ``Failed to build `name @ file:///...` ``.
pub(super) fn built_package(text: &str) -> Option<String> {
    let package = between(text, "Failed to build `", "`")?;
    // uv breaks long lines.
    let name = package.split(" @").next().unwrap_or(package);
    Some(name.trim().to_owned())
}

/// The directory in ``Failed to build `name @ file:///...` ``.
pub(super) fn local_path(text: &str) -> Option<Utf8PathBuf> {
    let package = between(text, "Failed to build `", "`")?;
    let (_, url) = package.split_once(" @")?;
    let url: String = url.split_whitespace().collect();
    crate::local_source::file_of(&url)
}

/// The line of a build that says most: the last one of its errors.
pub(super) fn build_reason(text: &str) -> String {
    let before_hints = text.split("\nhint:").next().unwrap_or(text);
    let line = before_hints
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty());
    line.map_or_else(|| first_error(text), |line| line.trim().to_owned())
}

/// The package in `Because NAME was not found in the package registry`.
pub(super) fn missing_package(text: &str) -> Option<String> {
    let at = text.find(" was not found in the package registry")?;
    let word = text[..at].rsplit(|c: char| c.is_whitespace()).next()?;
    (!word.is_empty()).then(|| word.trim_matches('`').to_owned())
}

/// The last absolute path in quotes.
pub(super) fn path_in(text: &str) -> Option<Utf8PathBuf> {
    let quoted = text.split('`').skip(1).step_by(2);
    let quoted = quoted.chain(text.split('"').skip(1).step_by(2));
    quoted
        .map(Utf8Path::new)
        .filter(|path| path.is_absolute())
        .last()
        .map(Utf8Path::to_owned)
}

/// The first address in the text.
pub(super) fn address_in(text: &str) -> Option<String> {
    let start = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| text.find(scheme))
        .min()?;
    let is_end = |c: char| c.is_whitespace() || matches!(c, ')' | '`' | '"' | ',');
    text[start..].split(is_end).next().map(str::to_owned)
}
