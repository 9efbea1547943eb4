//! `.venv` of plugins through everything that happens to their directories.

use crate::support::{Fixture, Step, fails};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::{AfterInstall, FailureKind, Template, Transport, Unobserved, Updated};
use lichtfeld_testkit::PluginBuilder;
use std::fs;

/// An application with a real interpreter, which nothing here runs.
fn app() -> Fixture {
    Fixture::with(|config| config.python = lichtfeld_testkit::python())
}

fn source(app: &Fixture, version: &str) -> Utf8PathBuf {
    let plugin = PluginBuilder::new("a").version(version);
    plugin.write(&app.home.path().join("author"))
}

fn install(app: &Fixture, from: &Utf8Path, then: AfterInstall) {
    app.manager
        .install(from.as_str(), Transport::default(), then, &mut Unobserved)
        .unwrap();
}

fn update(app: &Fixture) -> Result<Updated, lichtfeld_engine::Error> {
    app.manager.update("a", &mut Unobserved)
}

fn venv(app: &Fixture) -> Utf8PathBuf {
    app.home.plugin("a").join(".venv")
}

fn is_whole(app: &Fixture) -> bool {
    venv(app).join("pyvenv.cfg").is_file() && venv(app).join("bin/python").is_file()
}

#[test]
fn it_exists_after_a_load_a_reload_an_installation_and_an_update() {
    let app = app();
    let dir = source(&app, "1.0");
    install(&app, &dir, AfterInstall::DoNotLoad);
    assert!(is_whole(&app), "installed, not loaded");
    app.load("a").unwrap();
    // What the author has put into it survives everything.
    let own = venv(&app).join("own");
    fs::write(&own, "x").unwrap();
    source(&app, "2.0");
    assert_eq!(update(&app).unwrap(), Updated::Replaced);
    assert!(is_whole(&app) && own.is_file(), "an active plugin");
    app.manager.unload("a").unwrap();
    source(&app, "3.0");
    assert_eq!(update(&app).unwrap(), Updated::Replaced);
    assert!(is_whole(&app) && own.is_file(), "one that is not loaded");

    fs::remove_dir_all(venv(&app)).unwrap();
    app.load("a").unwrap();
    assert!(is_whole(&app), "loaded");
    fs::remove_dir_all(venv(&app)).unwrap();
    app.reload("a").unwrap();
    assert!(is_whole(&app), "reloaded");
}

#[test]
fn an_update_that_fails_gives_it_back() {
    let app = app();
    install(&app, &source(&app, "1.0"), AfterInstall::Load);
    fs::write(venv(&app).join("own"), "x").unwrap();
    source(&app, "2.0");
    app.fake
        .once("a", Step::Import, fails(FailureKind::Import, "broken"));
    assert!(update(&app).is_err());
    assert!(is_whole(&app) && venv(&app).join("own").is_file());
}

#[test]
fn one_that_the_author_made_is_never_lost() {
    let app = app();
    let dir = source(&app, "1.0");
    install(&app, &dir, AfterInstall::DoNotLoad);
    fs::remove_dir_all(venv(&app)).unwrap();
    fs::create_dir(venv(&app)).unwrap();
    fs::write(venv(&app).join("pyvenv.cfg"), "home = /mine\n").unwrap();
    app.load("a").unwrap();
    source(&app, "2.0");
    assert_eq!(update(&app).unwrap(), Updated::Replaced);
    let text = || fs::read_to_string(venv(&app).join("pyvenv.cfg")).unwrap();
    assert_eq!(text(), "home = /mine\n");
    app.manager.uninstall("a").unwrap();
    assert!(!app.home.plugin("a").exists());
    let kept = app.home.path().join("kept/a/2.0/.venv/pyvenv.cfg");
    assert_eq!(fs::read_to_string(kept).unwrap(), "home = /mine\n");
}

#[test]
fn one_of_this_program_goes_with_its_plugin() {
    let app = app();
    install(&app, &source(&app, "1.0"), AfterInstall::Load);
    assert!(is_whole(&app));
    app.manager.uninstall("a").unwrap();
    assert!(!app.home.plugin("a").exists());
    assert!(!app.home.path().join("kept").exists());
}

#[test]
fn a_new_plugin_has_it_before_its_first_load() {
    let app = app();
    let dir = app.manager.create("a", None, Template::Panel).unwrap();
    assert!(is_whole(&app));
    let manifest = fs::read_to_string(dir.join("pyproject.toml")).unwrap();
    assert!(manifest.contains("venv = \".venv\""), "{manifest}");
}
