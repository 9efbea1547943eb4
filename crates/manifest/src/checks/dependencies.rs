//! `[project] dependencies` and `optional-dependencies`: PEP 508, entry by entry.

use std::collections::BTreeMap;

use pep508_rs::ExtraName;

use crate::code::Code;
use crate::document::Section;
use crate::report::Report;
use crate::requirement::Requirement;

/// Reads a list of requirements; invalid ones are reported and left out.
pub(crate) fn requirements(
    section: &Section<'_, '_>,
    key: &str,
    report: &mut Report<'_>,
) -> Vec<Requirement> {
    let Some(entries) = section.strings(key, report) else {
        return Vec::new();
    };
    let mut requirements = Vec::with_capacity(entries.len());
    for (at, entry) in entries.into_iter().enumerate() {
        match Requirement::new(entry.value) {
            Ok(requirement) => requirements.push(requirement),
            Err(error) => {
                let shown: String = entry.value.chars().take(60).collect();
                let message = format!(
                    "entry {} of `{}`, {shown:?}, is not a requirement by PEP 508: {}.",
                    at + 1,
                    section.path(key),
                    error.reason(),
                );
                report.error(
                    Code::InvalidRequirement,
                    entry.range,
                    message,
                    error.hint().unwrap_or_default(),
                );
            }
        }
    }
    requirements
}

/// Reads `[project.optional-dependencies]`.
pub(crate) fn optional(
    project: &Section<'_, '_>,
    report: &mut Report<'_>,
) -> BTreeMap<ExtraName, Vec<Requirement>> {
    let mut extras = BTreeMap::new();
    let Some(table) = project.section("optional-dependencies", report) else {
        return extras;
    };
    for key in table.table.keys() {
        let written = key.get_ref().as_ref();
        let requirements = requirements(&table, written, report);
        let Ok(extra) = written
            .parse::<ExtraName>()
            .map_err(|_| ())
            .and_then(nonempty)
        else {
            report.error(
                Code::InvalidChoice,
                key.span(),
                format!("{written:?} cannot be the name of an extra."),
                "Use letters, digits and hyphens, for example `cuda`.",
            );
            continue;
        };
        if extras.contains_key(&extra) {
            report.error(
                Code::DuplicateKey,
                key.span(),
                format!(
                    "the extra `{extra}` is declared twice: {written:?} is another spelling of it."
                ),
                "Join the two lists into one.",
            );
            continue;
        }
        extras.insert(extra, requirements);
    }
    extras
}

fn nonempty(extra: ExtraName) -> Result<ExtraName, ()> {
    if extra.as_ref().is_empty() {
        Err(())
    } else {
        Ok(extra)
    }
}
