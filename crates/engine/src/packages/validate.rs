//! Whether a directory is a plugin.

use camino::Utf8Path;
use lichtfeld_manifest::MANIFEST_FILE;

/// Returns what is wrong with a plugin's directory, one line for each error. Empty if the manifest
/// is valid.
#[must_use]
pub fn validate(dir: &Utf8Path) -> Vec<String> {
    let parsed = lichtfeld_manifest::read(dir);
    if parsed.manifest().is_some() {
        return Vec::new();
    }
    let found = parsed.diagnostics();
    let errors: Vec<String> = found
        .iter()
        .filter(|found| found.is_error())
        .map(ToString::to_string)
        .collect();
    if !errors.is_empty() {
        return errors;
    }
    // A directory without a `[tool.lichtfeld]` section has no diagnostics, but it is not a plugin.
    let path = dir.join(MANIFEST_FILE);
    let reason = if path.is_file() {
        "it has no [tool.lichtfeld] section, so this is not a plugin. Write `[tool.lichtfeld]`."
    } else {
        "there is no such file, so this is not a plugin. `lichtfeld-plugins new NAME` makes one."
    };
    vec![format!("{path}: error: {reason}")]
}
