//! `[tool.lichtfeld]`: what the plugin requires of its host, in both forms.

use std::collections::BTreeMap;

use pep508_rs::ExtraName;

use super::{keys, versions};
use crate::code::Code;
use crate::compat::KNOWN_FEATURES;
use crate::document::{Field, Section};
use crate::entry_point::EntryPoint;
use crate::model::{Isolation, Lichtfeld, Locations, LockUse, ManifestForm};
use crate::report::Report;
use crate::requirement::Requirement;
use crate::suggest;

/// The keys that distinguish the v1 form.
const TRIO: [(&str, &str); 3] = [
    ("plugin_api", "\">=1.0,<2\""),
    ("lichtfeld_version", "\">=1.0\""),
    ("required_features", "[]"),
];

/// Returns the form of a manifest: v1 if any of its three own keys is present.
pub(crate) fn form(section: &Section<'_, '_>) -> ManifestForm {
    if TRIO.iter().any(|(key, _)| section.has(key)) {
        ManifestForm::V1
    } else {
        ManifestForm::Legacy
    }
}

/// Reads the section. `optional` has the declared extras. The caller checks the entry point's file,
/// for which the directory has to be known.
pub(crate) fn read(
    section: &Section<'_, '_>,
    optional: &BTreeMap<ExtraName, Vec<Requirement>>,
    locations: &mut Locations,
    report: &mut Report<'_>,
) -> Lichtfeld {
    keys::unknown_in_lichtfeld(section, report);
    let form = form(section);
    if form == ManifestForm::V1 {
        for (key, example) in TRIO {
            if !section.has(key) {
                let why = ", and a v1 manifest needs all of `plugin_api`, `lichtfeld_version` and `required_features`";
                keys::missing(section, key, example, why, report);
            }
        }
        if !section.has("hot_reload") {
            keys::missing(
                section,
                "hot_reload",
                "true",
                ", which a v1 manifest needs",
                report,
            );
        }
        if section.has("min_lichtfeld_version") {
            replaced_minimum(section, report);
        }
    }
    let plugin_api = versions::specifiers(section, "plugin_api", ">=1.0,<2", report);
    let lichtfeld_version = versions::specifiers(section, "lichtfeld_version", ">=1.0", report);
    let minimum = versions::semantic(section, "min_lichtfeld_version", report);
    locations.plugin_api = plugin_api.as_ref().map(|field| field.range.clone());
    locations.lichtfeld_version = lichtfeld_version.as_ref().map(|field| field.range.clone());
    locations.min_lichtfeld_version = minimum.as_ref().map(|field| field.range.clone());
    Lichtfeld {
        form,
        auto_start: section.boolean("auto_start", report).unwrap_or(false),
        hot_reload: section.boolean("hot_reload", report).unwrap_or(true),
        entry_point: entry_point(section, report),
        isolation: isolation(section, report),
        lock: lock_use(section, report),
        extras: extras(section, optional, report),
        plugin_api: plugin_api.map(|field| field.value),
        lichtfeld_version: lichtfeld_version.map(|field| field.value),
        min_lichtfeld_version: minimum.map(|field| field.value),
        required_features: features(section, locations, report),
        author: text(section, "author", report),
        display_name: text(section, "display_name", report),
    }
}

fn replaced_minimum(section: &Section<'_, '_>, report: &mut Report<'_>) {
    let minimum = section
        .get("min_lichtfeld_version")
        .and_then(|value| value.get_ref().as_str());
    report.warning(
        Code::RemovedKey,
        section.key_range("min_lichtfeld_version"),
        "`tool.lichtfeld.min_lichtfeld_version` is not a key of a v1 manifest, which has `lichtfeld_version` instead.",
        format!("Delete the line, and write `lichtfeld_version = \">={}\"`.", minimum.unwrap_or("1.0")),
    );
}

fn entry_point(section: &Section<'_, '_>, report: &mut Report<'_>) -> EntryPoint {
    let Some(Field { value, range }) = section.string("entry_point", report) else {
        return EntryPoint::default();
    };
    EntryPoint::new(value).unwrap_or_else(|error| {
        let hint = error.hint().unwrap_or_default();
        report.error(error.diagnostic_code(), range, format!("{error}."), hint);
        EntryPoint::default()
    })
}

fn isolation(section: &Section<'_, '_>, report: &mut Report<'_>) -> Isolation {
    let Some(Field { value, range }) = section.string("isolation", report) else {
        return Isolation::default();
    };
    value.parse().unwrap_or_else(|_| {
        let words = suggest::list(Isolation::WORDS, "or");
        let hint = match suggest::nearest(value, Isolation::WORDS.iter().copied()) {
            Some(word) => format!("Did you mean `isolation = \"{word}\"`?"),
            None => {
                "Write `isolation = \"auto\"`, or delete the line, which means the same.".to_owned()
            }
        };
        let message = format!("`tool.lichtfeld.isolation` is {value:?}, but must be {words}.");
        report.error(Code::InvalidChoice, range, message, hint);
        Isolation::default()
    })
}

fn lock_use(section: &Section<'_, '_>, report: &mut Report<'_>) -> LockUse {
    let Some(Field { value, range }) = section.string("lock", report) else {
        return LockUse::default();
    };
    LockUse::of_word(value).unwrap_or_else(|| {
        let words = suggest::list(LockUse::WORDS, "or");
        let hint = match suggest::nearest(value, LockUse::WORDS.iter().copied()) {
            Some(word) => format!("Did you mean `lock = \"{word}\"`?"),
            None => "Write `lock = \"exact\"` to get the versions of `uv.lock` to the letter, or \
                     delete the line."
                .to_owned(),
        };
        let message = format!("`tool.lichtfeld.lock` is {value:?}, but must be {words}.");
        report.error(Code::InvalidChoice, range, message, hint);
        LockUse::default()
    })
}

fn extras(
    section: &Section<'_, '_>,
    optional: &BTreeMap<ExtraName, Vec<Requirement>>,
    report: &mut Report<'_>,
) -> Vec<ExtraName> {
    let mut extras: Vec<ExtraName> = Vec::new();
    for entry in section.strings("extras", report).unwrap_or_default() {
        match entry.value.parse::<ExtraName>() {
            Ok(extra) if optional.contains_key(&extra) => {
                if !extras.contains(&extra) {
                    extras.push(extra);
                }
            }
            _ => {
                let declared: Vec<&str> = optional.keys().map(AsRef::as_ref).collect();
                let hint = match suggest::nearest(entry.value, declared.iter().copied()) {
                    Some(better) => format!("Did you mean {better:?}?"),
                    None if declared.is_empty() => format!(
                        "Add a table `[project.optional-dependencies]` with the line `{} = [\"...\"]`.",
                        if entry.value.is_empty() {
                            "cuda"
                        } else {
                            entry.value
                        }
                    ),
                    None => format!(
                        "The declared extras are {}.",
                        suggest::list(&declared, "and")
                    ),
                };
                report.error(
                    Code::UnknownExtra,
                    entry.range,
                    format!(
                        "the extra {:?} is not declared in `[project.optional-dependencies]`.",
                        entry.value
                    ),
                    hint,
                );
            }
        }
    }
    extras
}

fn features(
    section: &Section<'_, '_>,
    locations: &mut Locations,
    report: &mut Report<'_>,
) -> Vec<String> {
    let mut features = Vec::new();
    for entry in section
        .strings("required_features", report)
        .unwrap_or_default()
    {
        if entry.value.trim().is_empty() {
            let hint = "Delete the entry.";
            report.error(
                Code::EmptyValue,
                entry.range,
                "a required feature is empty.",
                hint,
            );
            continue;
        }
        if !KNOWN_FEATURES.contains(&entry.value) {
            let hint = match suggest::nearest(entry.value, KNOWN_FEATURES.iter().copied()) {
                Some(better) => format!("Did you mean {better:?}?"),
                None => format!("The features are {}.", suggest::list(KNOWN_FEATURES, "and")),
            };
            let message = format!(
                "no known version of LichtFeld Studio has the feature {:?}.",
                entry.value
            );
            report.warning(Code::UnknownFeature, entry.range.clone(), message, hint);
        }
        locations.required_features.push(entry.range);
        features.push(entry.value.to_owned());
    }
    features
}

fn text(section: &Section<'_, '_>, key: &str, report: &mut Report<'_>) -> Option<String> {
    let field = section.string(key, report)?;
    if field.value.trim().is_empty() {
        let message = format!("`{}` is empty.", section.path(key));
        report.warning(
            Code::EmptyValue,
            field.range,
            message,
            "Write a value, or delete the line.",
        );
        return None;
    }
    Some(field.value.to_owned())
}
