//! Keys that are unknown, and keys that are missing.

use toml::Spanned;
use toml::de::DeString;

use crate::code::Code;
use crate::document::Section;
use crate::report::{MOST, Report};
use crate::suggest;

/// The keys of `[project]`: PEP 621, with PEP 639 and PEP 794.
pub(crate) const PROJECT: &[&str] = &[
    "name",
    "version",
    "description",
    "readme",
    "requires-python",
    "license",
    "license-files",
    "authors",
    "maintainers",
    "keywords",
    "classifiers",
    "urls",
    "scripts",
    "gui-scripts",
    "entry-points",
    "dependencies",
    "optional-dependencies",
    "dynamic",
    "import-names",
    "import-namespaces",
];

/// The keys of `[tool.lichtfeld]`, of both forms.
pub(crate) const LICHTFELD: &[&str] = &[
    "auto_start",
    "hot_reload",
    "entry_point",
    "isolation",
    "lock",
    "extras",
    "plugin_api",
    "lichtfeld_version",
    "required_features",
    "min_lichtfeld_version",
    "author",
    "display_name",
];

/// Keys of older forms, each with its replacement.
pub(crate) const REMOVED: &[(&str, &str)] = &[
    (
        "max_lichtfeld_version",
        "`lichtfeld_version`, for example `lichtfeld_version = \">=1.0,<2\"`",
    ),
    (
        "packages",
        "`[project] dependencies`, a list of requirements",
    ),
    (
        "dependencies",
        "`[project] dependencies`, a list of requirements",
    ),
];

/// Warns about every key of `[project]` that the standard does not define.
pub(crate) fn unknown_in_project(project: &Section<'_, '_>, report: &mut Report<'_>) {
    let unknown = |key: &&Spanned<DeString<'_>>| !PROJECT.contains(&key.get_ref().as_ref());
    for key in project.table.keys().filter(unknown).take(MOST) {
        let name = key.get_ref().as_ref();
        let hint = if LICHTFELD.contains(&name) && name != "author" {
            format!("Move the line below `[tool.lichtfeld]`, where `{name}` belongs.")
        } else {
            hint(name, PROJECT, "[project]")
        };
        let message = format!(
            "`{}` is not a key of `[project]`, and has no effect.",
            project.path(name)
        );
        report.warning(Code::UnknownKey, key.span(), message, hint);
    }
}

/// Warns about every key of `[tool.lichtfeld]` that is unknown or no longer read.
pub(crate) fn unknown_in_lichtfeld(section: &Section<'_, '_>, report: &mut Report<'_>) {
    let unknown = |key: &&Spanned<DeString<'_>>| !LICHTFELD.contains(&key.get_ref().as_ref());
    for key in section.table.keys().filter(unknown).take(MOST) {
        let name = key.get_ref().as_ref();
        if let Some((_, instead)) = REMOVED.iter().find(|(removed, _)| *removed == name) {
            let message = format!("`{}` is no longer read.", section.path(name));
            report.warning(
                Code::RemovedKey,
                key.span(),
                message,
                format!("Write {instead}."),
            );
            continue;
        }
        let hint = if PROJECT.contains(&name) {
            format!("Move the line below `[project]`, where `{name}` belongs.")
        } else {
            hint(name, LICHTFELD, "[tool.lichtfeld]")
        };
        let message = format!(
            "`{}` is not a key of `[tool.lichtfeld]`, and has no effect.",
            section.path(name)
        );
        report.warning(Code::UnknownKey, key.span(), message, hint);
    }
}

fn hint(name: &str, known: &[&'static str], table: &str) -> String {
    match suggest::nearest(name, known.iter().copied()) {
        Some(better) => format!("Did you mean `{better}`?"),
        None => format!(
            "Delete the line; the keys of `{table}` are {}.",
            suggest::list(known, "and")
        ),
    }
}

/// Reports a required key that is missing, at the header of its table.
pub(crate) fn missing(
    section: &Section<'_, '_>,
    key: &str,
    example: &str,
    why: &str,
    report: &mut Report<'_>,
) {
    let misspelt = section
        .table
        .keys()
        .map(|found| found.get_ref().as_ref())
        .filter(|found: &&str| !PROJECT.contains(found) && !LICHTFELD.contains(found));
    let hint = match suggest::nearest(key, misspelt) {
        Some(found) => format!("Rename `{found}` to `{key}`."),
        None => format!("Add a line to `[{}]`: `{key} = {example}`.", section.name),
    };
    let message = format!("`{}` is missing{why}.", section.path(key));
    report.error(Code::MissingKey, section.range.clone(), message, hint);
}
