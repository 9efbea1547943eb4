//! `[project]`: the name, version and other metadata of the plugin.

use std::collections::BTreeMap;
use std::ops::Range;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::ExtraName;
use toml::Spanned;
use toml::de::DeValue;

use super::{dependencies, keys, versions};
use crate::code::Code;
use crate::document::{Field, Section, type_name};
use crate::model::{Author, License, Readme};
use crate::name::PluginName;
use crate::report::Report;
use crate::requirement::Requirement;

/// The content of `[project]`; required values are `None` if they are missing or invalid.
pub(crate) struct Project {
    pub(crate) name: Option<Field<PluginName>>,
    pub(crate) version: Option<Version>,
    pub(crate) description: Option<String>,
    pub(crate) authors: Vec<Author>,
    pub(crate) requires_python: Option<Field<VersionSpecifiers>>,
    pub(crate) dependencies: Vec<Requirement>,
    pub(crate) optional_dependencies: BTreeMap<ExtraName, Vec<Requirement>>,
    pub(crate) urls: BTreeMap<String, String>,
    pub(crate) readme: Option<Readme>,
    pub(crate) license: Option<License>,
}

/// Whether a manifest needs a description: the v1 form does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Description {
    Optional,
    Required,
}

pub(crate) fn read(
    project: &Section<'_, '_>,
    description: Description,
    report: &mut Report<'_>,
) -> Project {
    keys::unknown_in_project(project, report);
    let dynamic = dynamic(project, report);
    let computed = |key: &str| dynamic.contains(&key);

    if !project.has("name") && !computed("name") {
        keys::missing(project, "name", "\"my-plugin\"", "", report);
    }
    if !project.has("version") && !computed("version") {
        keys::missing(project, "version", "\"1.0.0\"", "", report);
    }
    if description == Description::Required
        && !project.has("description")
        && !computed("description")
    {
        let why = ", which a v1 manifest needs";
        keys::missing(
            project,
            "description",
            "\"What the plugin does\"",
            why,
            report,
        );
    }
    Project {
        name: name(project, report),
        version: versions::version(project, "version", report),
        description: project
            .string("description", report)
            .map(|field| field.value.to_owned()),
        authors: authors(project, report),
        requires_python: versions::specifiers(project, "requires-python", ">=3.10", report),
        dependencies: dependencies::requirements(project, "dependencies", report),
        optional_dependencies: dependencies::optional(project, report),
        urls: urls(project, report),
        readme: readme(project, report),
        license: license(project, report),
    }
}

fn name(project: &Section<'_, '_>, report: &mut Report<'_>) -> Option<Field<PluginName>> {
    let Field { value, range } = project.string("name", report)?;
    match PluginName::new(value) {
        Ok(name) => {
            if value.starts_with(|c: char| c.is_ascii_digit()) {
                let module = name.module_name();
                report.warning(
                    Code::NameStartsWithDigit,
                    range.clone(),
                    format!("the statement `import` cannot name a module that starts with a digit, such as `{module}`."),
                    format!("Write `importlib.import_module(\"lfs_plugins.{module}\")`, or choose a name that starts with a letter."),
                );
            }
            Some(Field { value: name, range })
        }
        Err(error) => {
            let hint = error.hint().unwrap_or_default();
            report.error(error.diagnostic_code(), range, format!("{error}."), hint);
            None
        }
    }
}

/// Reports keys that a build tool is expected to compute, and returns all of them.
fn dynamic<'d>(project: &Section<'d, '_>, report: &mut Report<'_>) -> Vec<&'d str> {
    // Other keys only describe the plugin; these determine what it is and what it needs.
    const NEEDED: &[&str] = &[
        "name",
        "version",
        "description",
        "requires-python",
        "dependencies",
        "optional-dependencies",
    ];
    let entries = project.strings("dynamic", report).unwrap_or_default();
    for entry in entries.iter().filter(|entry| NEEDED.contains(&entry.value)) {
        let key = entry.value;
        let example = match key {
            "version" => "version = \"1.0.0\"",
            "requires-python" => "requires-python = \">=3.10\"",
            "dependencies" => "dependencies = []",
            _ => "",
        };
        let line = if example.is_empty() {
            format!("`{key}`")
        } else {
            format!("`{example}`")
        };
        report.error(
            Code::Dynamic,
            entry.range.clone(),
            format!("a dynamic `{key}` is not supported: a plugin is never built, so it is not computed."),
            format!("Write {line} into `[project]`, and remove {key:?} from `dynamic`."),
        );
    }
    entries.into_iter().map(|entry| entry.value).collect()
}

fn authors(project: &Section<'_, '_>, report: &mut Report<'_>) -> Vec<Author> {
    let Some(value) = project.get("authors") else {
        return Vec::new();
    };
    let DeValue::Array(entries) = value.get_ref() else {
        let hint = match value.get_ref() {
            DeValue::String(name) => example_author(name),
            _ => example_author("Your Name"),
        };
        project.wrong_type("authors", value, "a list of tables", hint, report);
        return Vec::new();
    };
    let mut authors = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        if let DeValue::Table(table) = entry.get_ref() {
            let name = format!("project.authors.{at}");
            let section = Section {
                name,
                table,
                range: entry.span(),
            };
            let mut text = |key| {
                section
                    .string(key, report)
                    .map(|field| field.value.to_owned())
            };
            authors.push(Author {
                name: text("name"),
                email: text("email"),
            });
        } else {
            let name = entry.get_ref().as_str().unwrap_or("Your Name");
            report.error(
                Code::WrongType,
                entry.span(),
                format!(
                    "entry {} of `project.authors` is {}, but must be a table.",
                    at + 1,
                    type_name(entry.get_ref())
                ),
                example_author(name),
            );
        }
    }
    authors
}

fn example_author(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '"' | '\\'))
        .collect();
    format!("Write `authors = [{{ name = \"{name}\" }}]`.")
}

fn urls(project: &Section<'_, '_>, report: &mut Report<'_>) -> BTreeMap<String, String> {
    let Some(section) = project.section("urls", report) else {
        return BTreeMap::new();
    };
    let keys = section.table.keys().map(|key| key.get_ref().as_ref());
    keys.filter_map(|key: &str| {
        let url = section.string(key, report)?;
        Some((key.to_owned(), url.value.to_owned()))
    })
    .collect()
}

fn readme(project: &Section<'_, '_>, report: &mut Report<'_>) -> Option<Readme> {
    let value = project.get("readme")?;
    match either(project, "readme", value, "README.md", report)? {
        Either::Plain(file) | Either::File(file) => Some(Readme::File(file)),
        Either::Text(text) => Some(Readme::Text(text)),
    }
}

fn license(project: &Section<'_, '_>, report: &mut Report<'_>) -> Option<License> {
    let value = project.get("license")?;
    match either(project, "license", value, "MIT", report)? {
        Either::Plain(expression) => Some(License::Expression(expression)),
        Either::File(file) => Some(License::File(file)),
        Either::Text(text) => Some(License::Text(text)),
    }
}

enum Either {
    Plain(String),
    File(String),
    Text(String),
}

/// Reads a string, or a table with `file` or `text`: the form of both `readme` and `license`.
fn either(
    project: &Section<'_, '_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
    example: &str,
    report: &mut Report<'_>,
) -> Option<Either> {
    let range: Range<usize> = value.span();
    match value.get_ref() {
        DeValue::String(text) => Some(Either::Plain(text.to_string())),
        DeValue::Table(table) => {
            let section = Section {
                name: project.path(key),
                table,
                range: range.clone(),
            };
            if let Some(file) = section.string("file", report) {
                return Some(Either::File(file.value.to_owned()));
            }
            if let Some(text) = section.string("text", report) {
                return Some(Either::Text(text.value.to_owned()));
            }
            if !section.has("file") && !section.has("text") {
                let hint = format!("Write `{key} = \"{example}\"`.");
                let message = format!("`{}` has neither `file` nor `text`.", project.path(key));
                report.error(Code::MissingKey, range, message, hint);
            }
            None
        }
        _ => {
            let hint = format!("Write `{key} = \"{example}\"`.");
            project.wrong_type(key, value, "a string or a table", hint, report);
            None
        }
    }
}
