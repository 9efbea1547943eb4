//! Parses the text of a `pyproject.toml` to a manifest, or to all problems that it has.

use std::fmt::Write as _;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use toml::de::{DeTable, DeValue};

use crate::checks::{lichtfeld, project};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Section;
use crate::model::{Locations, Manifest, ManifestForm};
use crate::package_name;
use crate::render::{Style, render_all};
use crate::report::{MOST, Report};

/// The size of the largest manifest that is read, in bytes.
pub const MAX_MANIFEST_SIZE: u64 = 1024 * 1024;

/// The result of parsing: a manifest unless there are errors, and all diagnostics.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub(crate) path: Utf8PathBuf,
    pub(crate) outcome: Outcome,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) source: Arc<str>,
}

#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Plugin(Arc<Manifest>),
    Broken,
    NotAPlugin,
}

impl Parsed {
    /// Returns the manifest, or `None` if there is an error or it is [not a plugin's](Self::is_plugin).
    #[must_use]
    pub fn manifest(&self) -> Option<&Arc<Manifest>> {
        match &self.outcome {
            Outcome::Plugin(manifest) => Some(manifest),
            Outcome::Broken | Outcome::NotAPlugin => None,
        }
    }

    /// Returns whether this is meant to be a plugin, with or without errors: it has a manifest with
    /// a `[tool.lichtfeld]` section.
    #[must_use]
    pub fn is_plugin(&self) -> bool {
        !matches!(self.outcome, Outcome::NotAPlugin)
    }

    /// Returns all diagnostics, in the order of the file.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns the text that the diagnostics refer to; it is empty if no text could be read.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Draws all diagnostics.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        render_all(&self.diagnostics, &self.source, style)
    }

    /// Returns the manifest.
    ///
    /// # Errors
    /// [`ManifestError`] with all diagnostics, or if it is not a plugin's manifest.
    pub fn into_result(self) -> Result<Arc<Manifest>, ManifestError> {
        match self.outcome {
            Outcome::Plugin(manifest) => Ok(manifest),
            Outcome::Broken => Err(ManifestError::Invalid {
                path: self.path,
                diagnostics: self.diagnostics,
                source_text: self.source,
            }),
            Outcome::NotAPlugin => Err(ManifestError::NotAPlugin { path: self.path }),
        }
    }
}

/// Why there is no manifest.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The manifest has errors.
    #[error("{}", first_errors(diagnostics))]
    Invalid {
        /// The file.
        path: Utf8PathBuf,
        /// All diagnostics, including warnings.
        diagnostics: Vec<Diagnostic>,
        /// The text that they refer to, for [`Diagnostic::render`].
        source_text: Arc<str>,
    },
    /// It is not a plugin.
    #[error("{path} is not a plugin: it has no `[tool.lichtfeld]` section")]
    NotAPlugin {
        /// The file.
        path: Utf8PathBuf,
    },
}

impl ManifestError {
    /// Returns the stable code of the first error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { diagnostics, .. } => {
                let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error());
                first.map_or(Code::Unreadable, |first| first.code).as_str()
            }
            Self::NotAPlugin { .. } => Code::NotAPlugin.as_str(),
        }
    }

    /// Returns what to do about the first error.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { diagnostics, .. } => diagnostics
                .iter()
                .find(|diagnostic| diagnostic.is_error())
                .map(|first| first.hint.clone()),
            Self::NotAPlugin { .. } => Some(
                "Add the line `[tool.lichtfeld]` to its `pyproject.toml` if it is meant to be one."
                    .into(),
            ),
        }
    }
}

fn first_errors(diagnostics: &[Diagnostic]) -> String {
    let mut lines = String::new();
    for diagnostic in diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
    {
        let line_break = if lines.is_empty() { "" } else { "\n" };
        let _ = write!(lines, "{line_break}{diagnostic}");
    }
    lines
}

/// Parses the text of a `pyproject.toml`. `origin` is the path for messages. No file is read, so
/// the existence of the entry point is only checked by [`read`](crate::read).
#[must_use]
pub fn parse(text: &str, origin: &Utf8Path) -> Parsed {
    parse_in(text, origin, None)
}

/// Parses like [`parse`]; if the plugin's directory is given, the entry point's file must exist.
pub(crate) fn parse_in(text: &str, path: &Utf8Path, dir: Option<&Utf8Path>) -> Parsed {
    let mut report = Report::new(path, text);
    let outcome = check(text, path, dir, &mut report);
    let diagnostics = report.finish();
    let broken = diagnostics.iter().any(Diagnostic::is_error);
    let outcome = match outcome {
        Some(manifest) if !broken => Outcome::Plugin(Arc::new(manifest)),
        None if !broken => Outcome::NotAPlugin,
        _ => Outcome::Broken,
    };
    // The text is only needed for drawing diagnostics.
    let source = if diagnostics.is_empty() {
        Arc::default()
    } else {
        Arc::from(text)
    };
    Parsed {
        path: path.to_owned(),
        outcome,
        diagnostics,
        source,
    }
}

fn check(
    text: &str,
    path: &Utf8Path,
    dir: Option<&Utf8Path>,
    report: &mut Report<'_>,
) -> Option<Manifest> {
    if text.len() as u64 > MAX_MANIFEST_SIZE {
        report.error(
            Code::TooLarge,
            0..0,
            too_large(text.len() as u64),
            Code::TooLarge.cure(),
        );
        return None;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors.into_iter().take(10 * MOST) {
        crate::syntax::report_error(&error, report);
    }
    let root = Section {
        name: String::new(),
        table: root.get_ref(),
        range: 0..0,
    };
    let tool = root.get("tool").and_then(|tool| match tool.get_ref() {
        DeValue::Table(table) => Some(Section {
            name: "tool".into(),
            table,
            range: tool.span(),
        }),
        _ => None,
    });
    let Some(tool) = tool.filter(|tool| tool.has("lichtfeld")) else {
        if !report.is_broken() {
            report.note(
                Code::NotAPlugin,
                0..0,
                "this is not a plugin: there is no `[tool.lichtfeld]` section.",
                "If it is meant to be one, add the line `[tool.lichtfeld]`.",
            );
        }
        return None;
    };
    let section = tool.section("lichtfeld", report);
    let form = section
        .as_ref()
        .map_or(ManifestForm::Legacy, lichtfeld::form);
    let description = match form {
        ManifestForm::Legacy => project::Description::Optional,
        ManifestForm::V1 => project::Description::Required,
    };
    if !root.has("project") {
        let hint = "Add the lines `[project]`, `name = \"my-plugin\"` and `version = \"1.0.0\"`.";
        let message = "there is no `[project]` table, which has the plugin's name and version.";
        report.error(
            Code::NoProject,
            section.as_ref().map_or(0..0, |s| s.range.clone()),
            message,
            hint,
        );
    }
    let project = root
        .section("project", report)
        .map(|table| project::read(&table, description, report));

    if let Some(project) = &project {
        package_name::check(project, report);
    }
    let mut locations = Locations::default();
    let none = std::collections::BTreeMap::new();
    let optional = project
        .as_ref()
        .map_or(&none, |project| &project.optional_dependencies);
    let section = section?;
    let lichtfeld = lichtfeld::read(&section, optional, &mut locations, report);
    if let Some(dir) = dir
        && let Err(error) = lichtfeld.entry_point.resolve(dir)
    {
        let range = match section.get("entry_point") {
            Some(value) => value.span(),
            None => section.range.clone(),
        };
        let hint = error.hint().unwrap_or_default();
        report.error(error.diagnostic_code(), range, format!("{error}."), hint);
    }
    let uv = tool.get("uv").and_then(|uv| match uv.get_ref() {
        DeValue::Table(table) => Some(crate::syntax::to_table(table)),
        _ => None,
    });
    let project = project?;
    let name = project.name?;
    locations.name = Some(name.range);
    locations.requires_python = project
        .requires_python
        .as_ref()
        .map(|field| field.range.clone());
    Some(Manifest {
        path: path.to_owned(),
        name: name.value,
        version: project.version?,
        description: project.description,
        authors: project.authors,
        requires_python: project.requires_python.map(|field| field.value),
        dependencies: project.dependencies,
        optional_dependencies: project.optional_dependencies,
        urls: project.urls,
        readme: project.readme,
        license: project.license,
        lichtfeld,
        uv,
        locations,
        source: Arc::from(text),
    })
}

/// Returns the message about a file that is too large.
pub(crate) fn too_large(bytes: u64) -> String {
    format!("the manifest is larger than 1 MiB: it has {bytes} bytes.")
}

/// Makes the result for a file that could not be parsed at all.
pub(crate) fn broken(path: &Utf8Path, diagnostic: Diagnostic) -> Parsed {
    debug_assert_eq!(diagnostic.severity, Severity::Error);
    let (path, source) = (path.to_owned(), Arc::default());
    Parsed {
        path,
        outcome: Outcome::Broken,
        diagnostics: vec![diagnostic],
        source,
    }
}
