//! A manifest that names no Python: it can be locked for any.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use toml_edit::{DocumentMut, Item, Table};

use crate::error::InstallError;
use crate::local_source::plain;
use crate::project::{anchor, table, uses_workspace};

/// A manifest that names no Python.
pub(crate) struct OpenManifest {
    document: DocumentMut,
    /// The absolute paths in it that were relative.
    anchored: Vec<Utf8PathBuf>,
}

impl OpenManifest {
    pub(crate) fn for_python(&self, requires: &str) -> String {
        let mut document = self.document.clone();
        document["project"]["requires-python"] = toml_edit::value(requires);
        document.to_string()
    }

    /// The lock is for every machine: what the author has named by a relative path stays relative.
    pub(crate) fn paths_of_author(&self, mut lock: String, project_dir: &Utf8Path) -> String {
        for path in &self.anchored {
            if let Some(relative) = pathdiff::diff_utf8_paths(plain(path), project_dir) {
                let relative = relative.as_str().replace('\\', "/");
                for known in [path.as_str(), plain(path).as_str()] {
                    lock = lock.replace(&format!("\"{known}\""), &format!("\"{relative}\""));
                    // Wheels in a directory are named from there.
                    lock = lock.replace(&format!("path = \"{known}/"), "path = \"");
                }
            }
        }
        lock
    }
}

/// Reads a manifest that names no Python and belongs to no workspace, with absolute paths.
pub(crate) fn read(project_dir: &Utf8Path) -> Result<Option<OpenManifest>, InstallError> {
    let manifest = project_dir.join("pyproject.toml");
    let text = fs::read_to_string(&manifest)
        .map_err(|error| InstallError::io("read", &manifest, error))?;
    // What is wrong with it is for uv to say.
    let Ok(mut document) = text
        .replace("${PROJECT_ROOT}", project_dir.as_str())
        .parse::<DocumentMut>()
    else {
        return Ok(None);
    };
    let uv = table(document.as_table(), "tool").and_then(|tool| table(tool, "uv"));
    let is_member = uv.is_some_and(|uv| uses_workspace(uv) || uv.contains_key("workspace"));
    let project = table(document.as_table(), "project");
    // What is dynamic is read from files beside the manifest.
    let is_open = project.is_some_and(|project| {
        !project.contains_key("requires-python") && !project.contains_key("dynamic")
    });
    if is_member || !is_open {
        return Ok(None);
    }
    let mut anchored = Vec::new();
    let tool = document.get_mut("tool").and_then(Item::as_table_mut);
    let uv = tool.map(|tool| tool.entry("uv").or_insert(Item::Table(Table::new())));
    if let Some(settings) = uv.and_then(Item::as_table_mut) {
        anchored = anchor(settings, project_dir);
        // Its own root: a workspace further up would adopt it.
        settings.insert("workspace", Item::Table(Table::new()));
    }
    Ok(Some(OpenManifest { document, anchored }))
}
