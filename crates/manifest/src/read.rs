//! Reads the manifest of a directory, and reports what can go wrong in the file system.

use std::fs::{self, File};
use std::io::{self, Read as _};

use camino::{Utf8Path, Utf8PathBuf};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::{MAX_MANIFEST_SIZE, Outcome, Parsed, broken, parse_in, too_large};

/// The file name of a manifest.
pub const MANIFEST_FILE: &str = "pyproject.toml";

/// The file name of the oldest form of the manifest.
pub const OLDEST_MANIFEST_FILE: &str = "plugin.toml";

/// Reads the manifest of a plugin's directory, and checks that its entry point exists inside.
///
/// No code is run and nothing is written.
#[must_use]
pub fn read(plugin_dir: &Utf8Path) -> Parsed {
    let path = plugin_dir.join(MANIFEST_FILE);
    match fs::metadata(&path) {
        Ok(found) => read_found(plugin_dir, path, &found),
        Err(error) => unreachable_manifest(plugin_dir, path, &error),
    }
}

/// Reads a manifest whose metadata is known.
pub(crate) fn read_found(plugin_dir: &Utf8Path, path: Utf8PathBuf, found: &fs::Metadata) -> Parsed {
    if !found.is_file() {
        let what = if found.is_dir() {
            "a directory"
        } else {
            "not an ordinary file"
        };
        return fail(
            &path,
            Code::NotAFile,
            format!("`{MANIFEST_FILE}` is {what}."),
        );
    }
    if found.len() > MAX_MANIFEST_SIZE {
        return fail(&path, Code::TooLarge, too_large(found.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0) + 1);
    // The file may have grown since then: the limit applies to what is read.
    let read =
        File::open(&path).and_then(|file| file.take(MAX_MANIFEST_SIZE + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return unreachable_manifest(plugin_dir, path, &error);
    }
    if bytes.len() as u64 > MAX_MANIFEST_SIZE {
        return fail(&path, Code::TooLarge, too_large(bytes.len() as u64));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => parse_in(text, &path, Some(plugin_dir)),
        Err(error) => not_utf8(&path, &bytes, error.valid_up_to()),
    }
}

/// Makes the result for a manifest that cannot be opened; most often it does not exist.
pub(crate) fn unreachable_manifest(
    plugin_dir: &Utf8Path,
    path: Utf8PathBuf,
    error: &io::Error,
) -> Parsed {
    if is_link_loop(error) {
        return fail(
            &path,
            Code::LinkLoop,
            "the links of this path form a loop.".into(),
        );
    }
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => absent(plugin_dir, path),
        _ => fail(
            &path,
            Code::Unreadable,
            format!("the manifest cannot be read: {error}."),
        ),
    }
}

fn absent(plugin_dir: &Utf8Path, path: Utf8PathBuf) -> Parsed {
    for link in [path.as_path(), plugin_dir] {
        if let Ok(target) = fs::read_link(link)
            && fs::metadata(link).is_err()
        {
            let message = format!(
                "this is a link to `{}`, which does not exist.",
                target.display()
            );
            return fail(link, Code::DanglingLink, message);
        }
    }
    let oldest = plugin_dir.join(OLDEST_MANIFEST_FILE);
    if oldest.is_file() {
        let message =
            format!("this plugin has a `{OLDEST_MANIFEST_FILE}`, which is no longer read.");
        let hint = format!(
            "Run `lichtfeld-plugins migrate {plugin_dir}`: it writes the `{MANIFEST_FILE}`."
        );
        let diagnostic = Diagnostic::of_file(
            Code::OldestForm,
            Severity::Error,
            oldest.clone(),
            message,
            hint,
        );
        return broken(&oldest, diagnostic);
    }
    let message = format!("this is not a plugin: there is no `{MANIFEST_FILE}`.");
    let hint = format!(
        "A plugin is a directory with a `{MANIFEST_FILE}` that has a `[tool.lichtfeld]` section."
    );
    let diagnostics = vec![Diagnostic::of_file(
        Code::NotAPlugin,
        Severity::Note,
        plugin_dir,
        message,
        hint,
    )];
    Parsed {
        path,
        outcome: Outcome::NotAPlugin,
        diagnostics,
        source: std::sync::Arc::default(),
    }
}

/// Reports the first byte that is not UTF-8, with the text as far as it can be read.
fn not_utf8(path: &Utf8Path, bytes: &[u8], at: usize) -> Parsed {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let what = if utf16 { "UTF-16" } else { "another encoding" };
    let byte = bytes.get(at).copied().unwrap_or(0);
    let text = String::from_utf8_lossy(bytes);
    let end = at + char::REPLACEMENT_CHARACTER.len_utf8();
    let span = crate::span::LineIndex::new(&text).span(at..end);
    let message =
        format!("the file is not UTF-8 but {what}: the first wrong byte is 0x{byte:02x}.");
    let hint = "Save it again with the encoding UTF-8, for example by \"Save with encoding\" of an editor.";
    let mut diagnostic = Diagnostic::of_file(Code::NotUtf8, Severity::Error, path, message, hint);
    diagnostic.span = Some(span);
    Parsed {
        source: text.into(),
        ..broken(path, diagnostic)
    }
}

/// Makes the result for a manifest that cannot be read at all.
pub(crate) fn fail(path: &Utf8Path, code: Code, message: String) -> Parsed {
    broken(
        path,
        Diagnostic::of_file(code, Severity::Error, path, message, code.cure()),
    )
}

/// Returns whether links form a loop. The standard library has no stable name for this error.
#[cfg(unix)]
fn is_link_loop(error: &io::Error) -> bool {
    // The number of ELOOP: 40 on Linux, 62 on macOS and the BSDs.
    error.raw_os_error() == Some(if cfg!(target_os = "linux") { 40 } else { 62 })
}

/// Returns whether links form a loop.
#[cfg(windows)]
fn is_link_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(1921) // ERROR_CANT_RESOLVE_FILENAME
}
