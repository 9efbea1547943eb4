//! `lichtfeld-plugins check PATH...`: reports everything that is wrong with manifests and templates, and
//! packages of this machine that have the name of a plugin.

use crate::exit_status::{MISUSE, OK, WRONG};
use crate::output::Streams;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{
    Diagnostic, Discovery, MANIFEST_FILE, Manifest, OLDEST_MANIFEST_FILE, Style,
};
use lichtfeld_runtime::{Manager, TemplateMistake, check_templates, with_causes};
use serde::Serialize;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Directories of plugins, `pyproject.toml` files, or directories that hold several plugins.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// The result for one directory.
#[derive(Serialize)]
struct Checked {
    path: Utf8PathBuf,
    /// Whether its manifest allows it to be loaded.
    valid: bool,
    name: Option<String>,
    diagnostics: Vec<Diagnostic>,
    /// What is wrong with the templates of its panels.
    templates: Vec<TemplateMistake>,
    #[serde(skip)]
    source: String,
    #[serde(skip)]
    manifest: Option<Arc<Manifest>>,
}

pub(crate) fn run(args: &Args, manager: Option<&Manager>, streams: &mut Streams<'_>) -> i32 {
    let mut checked = Vec::new();
    for path in &args.paths {
        match check(path) {
            Ok(found) => checked.extend(found),
            Err(message) => {
                streams.note(format!("error: {message}"));
                return MISUSE;
            }
        }
    }
    // Without a manager, for example without a home, the manifests are checked alone.
    if let Some(manager) = manager {
        for one in &mut checked {
            let warnings = one
                .manifest
                .as_ref()
                .map(|known| manager.name_warnings(known));
            one.diagnostics.extend(warnings.unwrap_or_default());
        }
    }
    for one in &mut checked {
        one.templates = check_templates(one.path.as_std_path());
    }
    if args.json {
        streams.json(&checked);
    } else {
        print(&checked, streams);
    }
    let wrong = checked
        .iter()
        .flat_map(|one| &one.diagnostics)
        .any(Diagnostic::is_error);
    let mut mistakes = checked.iter().flat_map(|one| &one.templates);
    let wrong = wrong || mistakes.any(TemplateMistake::is_error);
    if wrong { WRONG } else { OK }
}

fn print(checked: &[Checked], streams: &mut Streams<'_>) {
    let style = if streams.colour {
        Style::Colored
    } else {
        Style::Plain
    };
    for one in checked {
        for diagnostic in &one.diagnostics {
            streams.line(diagnostic.render(&one.source, style));
            streams.line("");
        }
        for mistake in &one.templates {
            streams.line(mistake.to_string());
        }
        if let (true, Some(name)) = (one.valid, &one.name) {
            streams.line(format!("{}: {name} is a valid plugin", one.path));
        }
    }
}

fn check(path: &Utf8Path) -> Result<Vec<Checked>, String> {
    // A link that leads nowhere is a finding, not wrong use.
    let found = path
        .symlink_metadata()
        .map_err(|error| format!("{path}: {error}"))?;
    if path.is_file() {
        return match (path.file_name(), path.parent()) {
            (Some(MANIFEST_FILE | OLDEST_MANIFEST_FILE), Some(dir)) => {
                let dir = if dir.as_str().is_empty() {
                    Utf8Path::new(".")
                } else {
                    dir
                };
                Ok(vec![one(dir)])
            }
            _ => Err(format!(
                "{path} is not a `{MANIFEST_FILE}`; give the plugin's directory"
            )),
        };
    }
    let is_plugin = [MANIFEST_FILE, OLDEST_MANIFEST_FILE]
        .iter()
        .any(|name| path.join(name).symlink_metadata().is_ok());
    if is_plugin || !found.is_dir() {
        return Ok(vec![one(path)]);
    }
    let discovery = lichtfeld_manifest::discover(path).map_err(|error| with_causes(&error))?;
    let several = all(discovery);
    // A directory without plugins: the diagnostic says what a plugin is.
    Ok(if several.is_empty() {
        vec![one(path)]
    } else {
        several
    })
}

fn one(dir: &Utf8Path) -> Checked {
    let parsed = lichtfeld_manifest::read(dir);
    Checked {
        path: dir.to_owned(),
        valid: parsed.manifest().is_some(),
        name: parsed
            .manifest()
            .map(|manifest| manifest.name().to_string()),
        diagnostics: parsed.diagnostics().to_vec(),
        source: parsed.source().to_owned(),
        templates: Vec::new(),
        manifest: parsed.manifest().cloned(),
    }
}

/// Returns the results for all of a directory of plugins, by path.
fn all(discovery: Discovery) -> Vec<Checked> {
    let Discovery {
        plugins,
        rejected,
        duplicates,
        ..
    } = discovery;
    let mut checked: Vec<Checked> = Vec::new();
    for plugin in plugins {
        checked.push(Checked {
            path: plugin.dir,
            valid: true,
            name: Some(plugin.manifest.name().to_string()),
            diagnostics: plugin.warnings.to_vec(),
            // Kept for warnings only if there are some.
            source: plugin.manifest.source().to_owned(),
            templates: Vec::new(),
            manifest: Some(plugin.manifest),
        });
    }
    for rejected in rejected {
        checked.push(Checked {
            path: rejected.dir,
            valid: false,
            name: None,
            diagnostics: rejected.diagnostics.to_vec(),
            source: rejected.source.to_string(),
            templates: Vec::new(),
            manifest: None,
        });
    }
    for duplicate in duplicates {
        for (dir, warning) in duplicate.ignored.into_iter().zip(duplicate.warnings) {
            let mut ignored = one(&dir);
            ignored.diagnostics.push(warning);
            checked.push(ignored);
        }
    }
    checked.sort_by(|a, b| a.path.cmp(&b.path));
    checked
}
