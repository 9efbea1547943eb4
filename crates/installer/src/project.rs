//! The project that uv sees.
//!
//! A plugin without a lock file is resolved from a copy of what matters in its manifest, so that uv
//! writes nothing into the author's directory, resolves for this machine and this Python alone, and
//! never trips over development groups or a build system that have nothing to do with running it.

use std::fs;
use std::str::FromStr;

use camino::{Utf8Path, Utf8PathBuf};
use pep440_rs::{Version, VersionSpecifiers};
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use crate::error::InstallError;
use crate::python::PythonInfo;
use lichtfeld_system::files;

/// Keys of `[tool.uv]` that are about developing the plugin, or about where it is installed.
const DEVELOPMENT: [&str; 8] = [
    "dev-dependencies",
    "default-groups",
    "dependency-groups",
    "package",
    "managed",
    "workspace",
    "environments",
    "required-environments",
];

/// Keys of `[tool.uv]` with lists of places, which may be relative paths.
const PLACES: [&str; 3] = ["find-links", "extra-index-url", "index-url"];

/// How a manifest is given to uv.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Project {
    /// A copy.
    Copied(String),
    /// The author's own directory: its dependencies are members of one workspace with it.
    InPlace,
}

/// Reads the manifest of a plugin and decides how to give it to uv.
pub(crate) fn prepare(
    project_dir: &Utf8Path,
    python: &PythonInfo,
) -> Result<Project, InstallError> {
    let manifest = project_dir.join("pyproject.toml");
    let text = fs::read_to_string(&manifest)
        .map_err(|error| InstallError::io("read", &manifest, error))?;
    let bad = |reason: String| InstallError::BadManifest {
        manifest: manifest.clone(),
        reason,
        transcript: Box::default(),
    };
    let document: DocumentMut = text.parse().map_err(|error| bad(format!("{error}")))?;
    let uv = table(document.as_table(), "tool").and_then(|tool| table(tool, "uv"));
    if uv.is_some_and(uses_workspace) {
        return Ok(Project::InPlace);
    }
    let project = table(document.as_table(), "project")
        .ok_or_else(|| bad("it has no [project] table".into()))?;
    let copy = copied(project, uv, project_dir, python);
    Ok(Project::Copied(copy.to_string()))
}

/// Writes a copy, over that of an attempt before, with a lock file if there is one.
pub(crate) fn write(
    directory: &Utf8Path,
    text: &str,
    project_dir: &Utf8Path,
    lock: Option<&str>,
) -> Result<(), InstallError> {
    fs::create_dir_all(directory).map_err(|error| InstallError::io("create", directory, error))?;
    let _ = fs::remove_file(directory.join("uv.lock"));
    files::write_scratch(&directory.join("pyproject.toml"), text.as_bytes())?;
    if let Ok(settings) = fs::read(project_dir.join("uv.toml")) {
        files::write_scratch(&directory.join("uv.toml"), &settings)?;
    }
    if let Some(lock) = lock {
        files::write_scratch(&directory.join("uv.lock"), lock.as_bytes())?;
    }
    Ok(())
}

fn copied(
    project: &dyn TableLike,
    uv: Option<&dyn TableLike>,
    project_dir: &Utf8Path,
    python: &PythonInfo,
) -> DocumentMut {
    let mut kept = Table::new();
    for key in ["name", "version", "dependencies", "optional-dependencies"] {
        if let Some(item) = project.get(key) {
            kept.insert(key, item.clone());
        }
    }
    if !kept.contains_key("version") {
        kept.insert("version", Item::Value("0".into()));
    }
    kept.insert(
        "requires-python",
        Item::Value(requires_python(project, python).into()),
    );
    let mut settings = Table::new();
    for (key, item) in uv.into_iter().flat_map(TableLike::iter) {
        if !DEVELOPMENT.contains(&key) {
            settings.insert(key, item.clone());
        }
    }
    let _ = anchor(&mut settings, project_dir);
    settings.insert("package", Item::Value(false.into()));
    settings.insert(
        "environments",
        Item::Value(Value::Array(Array::from_iter([marker(python)]))),
    );
    // Its own root: a workspace further up would adopt it.
    settings.insert("workspace", Item::Table(Table::new()));
    let mut tool = Table::new();
    tool.set_implicit(true);
    tool.insert("uv", Item::Table(settings));
    let mut document = DocumentMut::new();
    document.insert("project", Item::Table(kept));
    document.insert("tool", Item::Table(tool));
    let text = document
        .to_string()
        .replace("${PROJECT_ROOT}", project_dir.as_str());
    text.parse().unwrap_or(document)
}

/// Exactly this series of Python where the author allows it: a package that has dropped an older
/// one is then no reason to fail. Otherwise the author's own words, which uv refuses well.
fn requires_python(project: &dyn TableLike, python: &PythonInfo) -> String {
    let asked = project.get("requires-python").and_then(Item::as_str);
    let acceptable = || {
        let specifiers = VersionSpecifiers::from_str(asked?).ok()?;
        let version = Version::from_str(&python.version_text()).ok()?;
        Some(specifiers.contains(&version))
    };
    match asked {
        Some(asked) if acceptable() != Some(true) => asked.to_owned(),
        _ => format!("=={}.*", python.series()),
    }
}

/// This machine alone, as an environment marker (PEP 508).
fn marker(python: &PythonInfo) -> String {
    let platform = &python.platform;
    let system = match platform.as_str() {
        platform if platform.starts_with("win") => "win32",
        platform if platform.starts_with("macosx") => "darwin",
        platform if platform.starts_with("linux") => "linux",
        _ => std::env::consts::OS,
    };
    // Windows spells it differently from everybody else.
    let machine = match platform.rsplit_once('-').map_or("", |(_, machine)| machine) {
        "amd64" => "AMD64",
        "arm64" if system == "win32" => "ARM64",
        "universal2" if cfg!(target_arch = "aarch64") => "arm64",
        "universal2" => "x86_64",
        machine => machine,
    };
    if machine.is_empty() || machine == "win32" {
        return format!("sys_platform == '{system}'");
    }
    format!("sys_platform == '{system}' and platform_machine == '{machine}'")
}

/// Relative paths start at the author's directory, and the copy lies elsewhere. Returns those that
/// were relative.
pub(crate) fn anchor(settings: &mut Table, project_dir: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut anchored = Vec::new();
    let mut anchor_one = |place: &mut Value| anchored.extend(anchor_value(place, project_dir));
    for key in PLACES {
        match settings.get_mut(key) {
            Some(Item::Value(Value::Array(places))) => places.iter_mut().for_each(&mut anchor_one),
            Some(Item::Value(place)) => anchor_one(place),
            _ => {}
        }
    }
    let mut anchor_key = |table: &mut dyn TableLike, key: &str| {
        if let Some(Item::Value(value)) = table.get_mut(key) {
            anchor_one(value);
        }
    };
    if let Some(index) = settings.get_mut("index") {
        each_table(index, &mut |table| anchor_key(table, "url"));
    }
    if let Some(sources) = settings
        .get_mut("sources")
        .and_then(Item::as_table_like_mut)
    {
        for (_, source) in sources.iter_mut() {
            each_table(source, &mut |table| anchor_key(table, "path"));
        }
    }
    anchored
}

/// Calls for a table, or for every one of a list of tables, in either notation.
fn each_table(item: &mut Item, call: &mut dyn FnMut(&mut dyn TableLike)) {
    if let Some(table) = item.as_table_like_mut() {
        return call(table);
    }
    match item {
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|table| call(table)),
        Item::Value(Value::Array(values)) => {
            values
                .iter_mut()
                .filter_map(Value::as_inline_table_mut)
                .for_each(|table| call(table));
        }
        _ => {}
    }
}

fn anchor_value(value: &mut Value, project_dir: &Utf8Path) -> Option<Utf8PathBuf> {
    let place = value.as_str()?;
    let is_address = place.contains("://") || place.starts_with("file:");
    if is_address || Utf8Path::new(place).is_absolute() {
        return None;
    }
    let anchored: Utf8PathBuf = project_dir.join(place);
    *value = anchored.as_str().into();
    Some(anchored)
}

pub(crate) fn uses_workspace(uv: &dyn TableLike) -> bool {
    let has_workspace = |table: &dyn TableLike| {
        table
            .get("workspace")
            .and_then(Item::as_bool)
            .unwrap_or(false)
    };
    let sources = uv.get("sources").and_then(Item::as_table_like);
    let in_sources = sources.into_iter().flat_map(TableLike::iter);
    let mut found = false;
    for (_, source) in in_sources {
        each_table(&mut source.clone(), &mut |table| {
            found |= has_workspace(table);
        });
    }
    found
}

pub(crate) fn table<'a>(parent: &'a dyn TableLike, key: &str) -> Option<&'a dyn TableLike> {
    parent.get(key).and_then(Item::as_table_like)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python() -> PythonInfo {
        PythonInfo {
            executable: "/opt/python".into(),
            version: (3, 12, 1),
            abi: "cpython-312-x86_64-linux-gnu".into(),
            platform: "linux-x86_64".into(),
        }
    }

    fn prepared(text: &str) -> Project {
        let scratch = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(scratch.path()).unwrap();
        files::write_atomic(dir.join("pyproject.toml"), text.as_bytes()).unwrap();
        match prepare(dir, &python()).unwrap() {
            Project::Copied(text) => Project::Copied(text.replace(dir.as_str(), "<plugin>")),
            Project::InPlace => Project::InPlace,
        }
    }

    #[test]
    fn the_copy_has_what_decides_the_environment() {
        let Project::Copied(text) = prepared(
            r#"
[build-system]
requires = ["no-such-backend"]
[project]
name = "x"
version = "1.0"
description = "not needed"
requires-python = ">=3.8"
dependencies = ["a>=1", "b @ file://${PROJECT_ROOT}/b.whl"]
optional-dependencies.gpu = ["c"]
[dependency-groups]
dev = ["no-such-package"]
[tool.lichtfeld]
[tool.uv]
find-links = ["wheels", "https://example.org/wheels"]
default-groups = ["dev"]
[[tool.uv.index]]
name = "local"
url = "./index"
explicit = true
[tool.uv.sources]
a = { path = "../a", editable = true }
c = [{ index = "local", marker = "sys_platform == 'linux'" }, { path = "c" }]
"#,
        ) else {
            panic!("not copied")
        };
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_authors_words_stay_where_python_does_not_fit() {
        for (asked, given) in [
            (">=3.13", ">=3.13"),
            (">=3.12,<4", "==3.12.*"),
            ("~nonsense", "~nonsense"),
        ] {
            let text = format!("[project]\nname = 'x'\nrequires-python = '{asked}'\n");
            let Project::Copied(copy) = prepared(&text) else {
                panic!("not copied")
            };
            assert!(
                copy.contains(&format!("requires-python = \"{given}\"")),
                "{copy}"
            );
        }
    }

    #[test]
    fn a_member_of_a_workspace_stays_in_it() {
        let text = "[project]\nname = 'x'\n[tool.uv.sources]\na = { workspace = true }\n";
        assert_eq!(prepared(text), Project::InPlace);
    }
}
