//! What is known of the plugins directory, whatever happens at the same time.

use crate::support::{Fixture, Step, next, spawn};
use lichtfeld_engine::State;
use lichtfeld_testkit::PluginBuilder;
use std::fs;
use std::sync::Arc;

fn names(app: &Fixture) -> Vec<String> {
    let found = app.manager.discover().unwrap();
    found.iter().map(|info| info.name.clone()).collect()
}

#[test]
fn plugins_are_found_by_name_without_running_them() {
    let app = Fixture::new();
    app.plugins(&["b", "a"]);
    app.write(&PluginBuilder::new("Odd.Name").directory("elsewhere"));
    assert_eq!(names(&app), ["a", "b", "Odd.Name"]);
    assert_eq!(app.state("odd_name"), Some(State::Unloaded));
    assert!(app.fake.steps().is_empty() && app.changes().is_empty());
}

#[test]
fn a_plugin_whose_directory_is_gone_is_forgotten_once_it_does_not_run() {
    let app = Fixture::new();
    app.loaded(&["a", "b"]);
    app.manager.unload("b").unwrap();
    for name in ["a", "b"] {
        fs::remove_dir_all(app.home.plugin(name)).unwrap();
    }
    assert_eq!(names(&app), ["a"]);
    assert_eq!(app.state("a"), Some(State::Active));
    app.manager.unload("a").unwrap();
    assert!(names(&app).is_empty());
    assert_eq!(app.state("a"), None);
}

/// Takes the folder away and discovers while a step of `a` is held; then lets it go on.
fn discover_meanwhile(app: &Fixture, step: Step) {
    let gate = app.fake.holds_stubbornly("a", step);
    let manager = Arc::clone(&app.manager);
    let working = spawn(move || manager.reload("a", &mut lichtfeld_engine::Unobserved));
    gate.arrived();
    fs::remove_dir_all(app.home.plugin("a")).unwrap();
    assert_eq!(names(app), ["a"], "during {step}");
    assert!(app.state("a").is_some());
    gate.open();
    let ended = next(&working);
    assert!(ended.is_ok(), "during {step}: {ended:?}");
    assert_eq!(app.state("a"), Some(State::Active));
    // What runs can still be taken out of the process.
    app.manager.unload("a").unwrap();
    assert!(app.fake.alive("a").is_empty(), "during {step}");
    assert!(names(app).is_empty());
}

#[test]
fn a_plugin_is_not_forgotten_during_its_reload() {
    for step in [
        Step::Import,
        Step::HandOver,
        Step::Deactivate,
        Step::Activate,
    ] {
        let app = Fixture::new();
        app.loaded(&["a"]);
        discover_meanwhile(&app, step);
    }
}

#[test]
fn a_plugin_is_not_forgotten_during_its_load() {
    for step in [Step::Import, Step::Activate] {
        let app = Fixture::new();
        app.plugins(&["a"]);
        discover_meanwhile(&app, step);
    }
}

#[test]
fn a_plugin_is_not_forgotten_during_its_unload() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let gate = app.fake.holds_stubbornly("a", Step::Deactivate);
    let manager = Arc::clone(&app.manager);
    let working = spawn(move || manager.unload("a"));
    gate.arrived();
    fs::remove_dir_all(app.home.plugin("a")).unwrap();
    assert_eq!(names(&app), ["a"]);
    gate.open();
    next(&working).unwrap();
    assert_eq!(app.changes(), ["a ACTIVE->UNLOADED unloaded"]);
    assert!(names(&app).is_empty());
}
