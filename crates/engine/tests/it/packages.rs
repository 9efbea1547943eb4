//! Plugins that come and go as directories and archives.

use crate::support::{Fixture, Step, fails};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::{
    AfterInstall, Error, FailureKind, PackageError, State, Transport, Unobserved, Updated,
};
use lichtfeld_testkit::PluginBuilder;
use std::fs;
use std::io::Write;

/// The author's own directory, outside of the application's.
fn source(app: &Fixture, version: &str, helper: &str) -> Utf8PathBuf {
    let plugin = PluginBuilder::new("a").version(version);
    let plugin = plugin.file("helper.py", helper);
    plugin.write(&app.home.path().join("author"))
}

/// The same as an archive, with one directory in it as forges make them.
fn zipped(dir: &Utf8Path) -> Utf8PathBuf {
    let path = dir.with_extension("zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    for entry in dir.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("a-main/{}", entry.file_name()), options)
            .unwrap();
        zip.write_all(&fs::read(entry.path()).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    path
}

fn install(app: &Fixture, from: &Utf8Path, then: AfterInstall) -> Result<String, Error> {
    let transport = Transport::default();
    app.manager
        .install(from.as_str(), transport, then, &mut Unobserved)
}

fn update(app: &Fixture) -> Result<Updated, Error> {
    app.manager.update("a", &mut Unobserved)
}

fn helper(app: &Fixture) -> String {
    fs::read_to_string(app.home.plugin("a").join("helper.py")).unwrap()
}

fn package_error(error: Error) -> PackageError {
    match error {
        Error::Package(error) => std::sync::Arc::into_inner(error).unwrap(),
        other => panic!("{other}"),
    }
}

/// Hidden directories that an operation has left beside the plugins.
fn leftovers(app: &Fixture) -> Vec<String> {
    let entries = app.home.plugins().read_dir_utf8().unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_owned());
    names.filter(|name| name.starts_with('.')).collect()
}

#[test]
fn a_directory_and_an_archive_are_installed_alike() {
    for is_archive in [false, true] {
        let app = Fixture::new();
        let dir = source(&app, "1.0", "ONE = 1\n");
        let from = if is_archive { zipped(&dir) } else { dir };
        assert_eq!(install(&app, &from, AfterInstall::Load).unwrap(), "a");
        assert_eq!(app.fake.steps(), ["a@1 import", "a@1 on_load"]);
        assert_eq!(helper(&app), "ONE = 1\n");
        let error = install(&app, &from, AfterInstall::Load).unwrap_err();
        assert!(matches!(package_error(error), PackageError::Exists { .. }));
        assert!(leftovers(&app).is_empty());
    }
}

#[test]
fn installed_is_not_loaded_where_the_user_does_not_want_it() {
    let app = Fixture::new();
    let dir = source(&app, "1.0", "");
    install(&app, &dir, AfterInstall::DoNotLoad).unwrap();
    assert!(app.fake.steps().is_empty());
    assert_eq!(app.state("a"), Some(State::Unloaded));
}

#[test]
fn what_does_not_suit_the_host_or_is_no_plugin_is_not_installed() {
    let app = Fixture::new();
    let plugin = PluginBuilder::new("a").requires_python(">=4");
    let dir = plugin.write(&app.home.path().join("author"));
    let refused = install(&app, &dir, AfterInstall::Load);
    assert!(
        matches!(refused, Err(Error::Incompatible { .. })),
        "{refused:?}"
    );
    fs::write(dir.join("pyproject.toml"), "[project]\n").unwrap();
    install(&app, &dir, AfterInstall::Load).unwrap_err();
    let nowhere = app.home.path().join("nowhere.zip");
    install(&app, &nowhere, AfterInstall::Load).unwrap_err();
    assert!(app.manager.discover().unwrap().is_empty());
    assert!(leftovers(&app).is_empty());
}

#[test]
fn a_plugin_that_cannot_be_loaded_is_installed_all_the_same() {
    let app = Fixture::new();
    let dir = source(&app, "1.0", "");
    app.fake
        .once("a", Step::Import, fails(FailureKind::Import, "boom"));
    let failed = install(&app, &dir, AfterInstall::Load);
    assert!(matches!(failed, Err(Error::Failed { .. })), "{failed:?}");
    assert_eq!(app.state("a"), Some(State::Error));
    app.load("a").unwrap();
}

#[test]
fn an_update_reloads_an_active_plugin_and_keeps_added_files() {
    let app = Fixture::new();
    let dir = source(&app, "1.0", "ONE = 1\n");
    install(&app, &dir, AfterInstall::Load).unwrap();
    assert_eq!(update(&app).unwrap(), Updated::Newest);
    let mine = app.home.plugin("a").join("mine.txt");
    fs::write(&mine, "the user's").unwrap();
    source(&app, "2.0", "TWO = 2\n");
    app.fake.steps();
    assert_eq!(update(&app).unwrap(), Updated::Replaced);
    let loaded = app.fake.steps();
    assert!(loaded.contains(&"a@2 on_load with the state of 1".into()));
    assert_eq!(helper(&app), "TWO = 2\n");
    assert_eq!(fs::read_to_string(&mine).unwrap(), "the user's");
    assert_eq!(app.manager.info("a").unwrap().version, "2.0");
    assert!(leftovers(&app).is_empty());
    assert_eq!(update(&app).unwrap(), Updated::Newest);
}

#[test]
fn an_update_that_cannot_run_leaves_everything_as_it_was() {
    let app = Fixture::new();
    let dir = source(&app, "1.0", "ONE = 1\n");
    install(&app, &dir, AfterInstall::Load).unwrap();
    source(&app, "2.0", "TWO = 2\n");
    for step in [Step::Import, Step::HandOver, Step::Activate] {
        app.fake
            .once("a", step, fails(FailureKind::Activation, "boom"));
        let failed = update(&app);
        assert!(matches!(failed, Err(Error::Failed { .. })), "{failed:?}");
        assert_eq!(helper(&app), "ONE = 1\n", "{step}");
        assert_eq!(app.state("a"), Some(State::Active));
        assert_eq!(app.fake.alive("a"), [1]);
        assert_eq!(app.manager.info("a").unwrap().version, "1.0");
        assert!(leftovers(&app).is_empty());
    }
    assert_eq!(update(&app).unwrap(), Updated::Replaced);
}

#[test]
fn a_plugin_that_was_not_installed_has_no_update() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let error = update(&app).unwrap_err();
    assert!(matches!(
        package_error(error),
        PackageError::NoOrigin { .. }
    ));
}

#[test]
fn an_uninstalled_plugin_is_gone_but_not_the_files_of_the_user() {
    let app = Fixture::new();
    let dir = source(&app, "1.0", "ONE = 1\n");
    install(&app, &dir, AfterInstall::Load).unwrap();
    fs::write(app.home.plugin("a").join("helper.py"), "CHANGED = 1\n").unwrap();
    fs::write(app.home.plugin("a").join("mine.txt"), "mine").unwrap();
    app.manager.disable("a").unwrap();
    app.manager.enable("a").unwrap();
    app.load("a").unwrap();
    app.fake.steps();
    app.manager.uninstall("a").unwrap();
    assert_eq!(app.fake.steps(), ["a@2 on_unload", "a@2 remove"]);
    assert!(!app.home.plugin("a").exists());
    assert_eq!(app.state("a"), None);
    let kept = app.home.path().join("kept/a/1.0");
    for (file, text) in [("helper.py", "CHANGED = 1\n"), ("mine.txt", "mine")] {
        let found = fs::read_to_string(kept.join(file)).unwrap();
        assert_eq!(found, text);
    }
    assert!(leftovers(&app).is_empty());
    // The name is free again.
    install(&app, &dir, AfterInstall::Load).unwrap();
}

#[test]
fn uninstall_of_a_plugin_of_an_author_keeps_its_directory() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.manager.uninstall("a").unwrap();
    assert!(app.home.path().join("kept/a/1.0.0/pyproject.toml").exists());
}
