//! Plugins whose manifest has errors: they exist, in ERROR, with file, line and column.

use crate::support::Fixture;
use lichtfeld_engine::{Error, FailureKind, State, Unobserved};
use std::fs;

const BROKEN: &str = "[project]\nname = \"my-tool\"\nversion = \n";
const NO_VERSION: &str = "[project]\nname = \"my-tool\"\n[tool.lichtfeld]\nauto_start = true\n";

fn write(app: &Fixture, directory: &str, manifest: &str) {
    let dir = app.home.plugin(directory);
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("pyproject.toml"), manifest).unwrap();
    fs::write(dir.join("__init__.py"), "").unwrap();
}

fn is_manifest_error(error: &Error) -> bool {
    matches!(error, Error::Failed { failure, .. } if failure.kind == FailureKind::Manifest)
}

#[test]
fn a_broken_manifest_is_an_error_with_its_place() {
    let app = Fixture::new();
    app.plugins(&["good"]);
    write(&app, "tool", BROKEN);
    assert_eq!(app.manager.discover().unwrap().len(), 1);
    let rejected = app.manager.rejected();
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0].name, "my-tool");
    let location = rejected[0].failure.location.as_ref().unwrap();
    assert!(location.file.ends_with("pyproject.toml"), "{location}");
    assert_eq!((location.line, location.column.is_some()), (3, true));
    for name in ["my-tool", "My_Tool", "tool"] {
        assert_eq!(app.state(name), Some(State::Error), "{name}");
        let error = app.load(name).unwrap_err();
        assert!(is_manifest_error(&error), "{error}");
        assert!(error.to_string().contains("pyproject.toml:3:"), "{error}");
        assert!(is_manifest_error(&app.reload(name).unwrap_err()));
        app.manager.unload(name).unwrap();
        assert!(app.failure(name).is_some());
        assert_eq!(app.manager.info(name).unwrap().name, "my-tool");
    }
    assert!(app.host.has_logged(&["my-tool error", "pyproject.toml:3:"]));
    let near = app.load("my-tol").unwrap_err();
    assert!(
        near.to_string().contains("did you mean 'my-tool'?"),
        "{near}"
    );
}

#[test]
fn load_all_says_false_for_one_and_loads_the_others() {
    let app = Fixture::new();
    app.plugins(&["good"]);
    write(&app, "my-tool", NO_VERSION);
    let results = app.manager.load_all(&mut Unobserved).unwrap();
    let expected = [("good".to_owned(), true), ("my-tool".to_owned(), false)];
    assert_eq!(results, expected.into());
    let status = app.manager.startup_status();
    assert_eq!((status.total, status.attempted, status.failed), (2, 2, 1));
    assert!(app.host.has_logged(&["my-tool error", "version"]));
}

#[test]
fn one_that_is_corrected_can_be_loaded() {
    let app = Fixture::new();
    write(&app, "my-tool", BROKEN);
    assert!(is_manifest_error(&app.load("my-tool").unwrap_err()));
    app.plugins(&["my-tool"]);
    app.load("my-tool").unwrap();
    assert_eq!(app.state("my-tool"), Some(State::Active));
    assert!(app.manager.rejected().is_empty());
    write(&app, "my-tool", BROKEN);
    app.manager.discover().unwrap();
    assert_eq!(
        app.state("my-tool"),
        Some(State::Active),
        "what runs goes on"
    );
    app.manager.unload("my-tool").unwrap();
    app.manager.discover().unwrap();
    assert_eq!(app.state("my-tool"), Some(State::Error));
}

#[test]
fn a_name_that_is_the_error_is_found_as_well() {
    let app = Fixture::new();
    write(
        &app,
        "os",
        "[project]\nname = \"os\"\nversion = \"1\"\n[tool.lichtfeld]\n",
    );
    let error = app.load("os").unwrap_err();
    assert!(is_manifest_error(&error), "{error}");
    assert_eq!(app.state("os"), Some(State::Error));
    assert!(matches!(app.load("sys"), Err(Error::BadName { .. })));
}
