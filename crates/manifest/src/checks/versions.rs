//! Versions and version specifiers (PEP 440), and the one version of semver.

use pep440_rs::{Version, VersionSpecifiers};

use crate::code::Code;
use crate::document::{Field, Section};
use crate::report::Report;

/// Reads a PEP 440 version.
pub(crate) fn version(
    section: &Section<'_, '_>,
    key: &str,
    report: &mut Report<'_>,
) -> Option<Version> {
    let field = section.string(key, report)?;
    match field.value.parse() {
        Ok(version) => Some(version),
        Err(_) if field.value.trim().is_empty() => {
            let message = format!("`{}` is empty.", section.path(key));
            report.error(
                Code::InvalidVersion,
                field.range,
                message,
                format!("Write `{key} = \"1.0.0\"`."),
            );
            None
        }
        Err(_) => {
            let message = format!("{:?} is not a version by PEP 440.", field.value);
            let hint = format!("Write `{key} = \"{}\"`.", plain_version(field.value));
            report.error(Code::InvalidVersion, field.range, message, hint);
            None
        }
    }
}

/// Returns a version to suggest, made of the numbers in an invalid one.
fn plain_version(text: &str) -> &str {
    let numbers = numbers(text);
    if numbers.parse::<Version>().is_ok() {
        numbers
    } else {
        "1.0.0"
    }
}

/// Reads PEP 440 specifiers.
pub(crate) fn specifiers(
    section: &Section<'_, '_>,
    key: &str,
    example: &str,
    report: &mut Report<'_>,
) -> Option<Field<VersionSpecifiers>> {
    let Field { value, range } = section.string(key, report)?;
    if value.trim().is_empty() {
        let message = format!("`{}` is empty.", section.path(key));
        report.error(
            Code::EmptyValue,
            range,
            message,
            format!("Write `{key} = \"{example}\"`."),
        );
        return None;
    }
    match value.parse::<VersionSpecifiers>() {
        Ok(specifiers) => Some(Field {
            value: specifiers,
            range,
        }),
        Err(_) => {
            let message = format!("{value:?} is not a version specifier by PEP 440.");
            report.error(
                Code::InvalidSpecifier,
                range,
                message,
                specifier_hint(key, value, example),
            );
            None
        }
    }
}

fn specifier_hint(key: &str, value: &str, example: &str) -> String {
    let value = value.trim();
    let bare = value.trim_start_matches(|c: char| !c.is_ascii_digit());
    if value.parse::<Version>().is_ok() {
        return format!("Write an operator before the version: `{key} = \">={value}\"`.");
    }
    if value.starts_with(['^', '~', '=']) && bare.parse::<Version>().is_ok() {
        return format!(
            "Write `{key} = \">={bare}\"`: `^`, `~` and a single `=` are not operators of PEP 440."
        );
    }
    // `>=1.0 <2.0` is how other package managers write it.
    let with_commas = value.split_whitespace().collect::<Vec<_>>().join(",");
    if with_commas.parse::<VersionSpecifiers>().is_ok() {
        return format!("Separate the comparisons by commas: `{key} = \"{with_commas}\"`.");
    }
    format!("Write comparisons separated by commas: `{key} = \"{example}\"`.")
}

/// Reads a semantic version.
pub(crate) fn semantic(
    section: &Section<'_, '_>,
    key: &str,
    report: &mut Report<'_>,
) -> Option<Field<semver::Version>> {
    let Field { value, range } = section.string(key, report)?;
    match semver::Version::parse(value) {
        Ok(version) => Some(Field {
            value: version,
            range,
        }),
        Err(_) => {
            let numbers: Vec<&str> = numbers(value).split('.').collect();
            let padded = match numbers.as_slice() {
                [major] => format!("{major}.0.0"),
                [major, minor] => format!("{major}.{minor}.0"),
                [major, minor, patch, ..] => format!("{major}.{minor}.{patch}"),
                [] => String::new(),
            };
            let padded = if semver::Version::parse(&padded).is_ok() {
                padded
            } else {
                "1.0.0".into()
            };
            report.error(
                Code::InvalidSemver,
                range,
                format!("{value:?} is not a version of three numbers, as semver.org describes it."),
                format!("Write `{key} = \"{padded}\"`."),
            );
            None
        }
    }
}

/// Returns the first run of digits and dots.
fn numbers(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text.get(..end).unwrap_or("").trim_end_matches('.')
}
