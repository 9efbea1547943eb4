//! Checks templates without running the code of their plugin.

use crate::retained::files::{self, Files};
use lichtfeld_document::{Diagnostic, LoadError, Severity, Template};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// More templates of one plugin are not checked.
const MOST_TEMPLATES: usize = 500;

/// Folders deeper than this are not searched.
const DEEPEST: usize = 12;

/// Returns what is wrong with the templates of a plugin, and with the sheets and templates that they name:
/// `path` is its folder, or one template. Names of data models are not looked up, since no code runs.
/// Files that cannot be read are left out; a template that names one has that as a mistake.
#[must_use]
pub fn check_templates(path: &Path) -> Vec<Diagnostic> {
    let root = if path.is_dir() {
        path
    } else {
        let folder = path.parent().unwrap_or(Path::new(""));
        let has_manifest = |folder: &&Path| folder.join("pyproject.toml").is_file();
        folder.ancestors().find(has_manifest).unwrap_or(folder)
    };
    let mut templates = Vec::new();
    if path.is_dir() {
        search(path, 0, &mut templates);
    } else {
        templates.push(path.to_owned());
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for template in templates {
        let text = match files::read(&template) {
            Ok(text) => text,
            Err(LoadError::NotFound | LoadError::Failed(_)) => continue,
        };
        let name = template.to_string_lossy();
        let all = Template::parse(&name, &text, &Files::new(root)).check();
        // A sheet of several templates is read for each.
        found.extend(all.into_iter().filter(|one| seen.insert(one.to_string())));
    }
    found
}

fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Links are not followed, as the watcher does not.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let is_skipped = name.starts_with('.') || ["__pycache__", "node_modules"].contains(&&*name);
        if is_skipped || found.len() >= MOST_TEMPLATES {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            search(&entry.path(), depth + 1, found);
        } else if kind.is_file() && name.ends_with(".rml") {
            found.push(entry.path());
        }
    }
}

/// Returns what is wrong with the templates of a plugin's folder, or with one template, as a list of dicts
/// with `code`, `severity` ("error" or "warning"), `file`, `line`, `column`, `message` and `hint`. No code of
/// the plugin runs, so names of data models are not looked up.
#[pyfunction]
#[pyo3(name = "check")]
pub(super) fn check<'py>(py: Python<'py>, path: PathBuf) -> PyResult<Bound<'py, PyList>> {
    let found = py.detach(|| check_templates(&path));
    let dicts = found.into_iter().map(|one| {
        let dict = PyDict::new(py);
        let severity = if one.severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        dict.set_item("code", one.code)?;
        dict.set_item("severity", severity)?;
        dict.set_item("file", one.file)?;
        dict.set_item("line", one.position.map(|position| position.line))?;
        dict.set_item("column", one.position.map(|position| position.column))?;
        dict.set_item("message", one.message)?;
        dict.set_item("hint", one.hint)?;
        PyResult::Ok(dict)
    });
    PyList::new(py, dicts.collect::<PyResult<Vec<_>>>()?)
}
