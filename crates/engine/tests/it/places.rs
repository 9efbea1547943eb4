//! Where plugins run.

use crate::support::{Fixture, Step, fails, spawn};
use lichtfeld_engine::{Error, FailureKind, PlaceKind};
use lichtfeld_testkit::PluginBuilder;
use std::sync::Arc;

fn place(app: &Fixture, name: &str) -> Option<PlaceKind> {
    app.manager.status(name)?.report.place
}

fn with_own_process(name: &str) -> PluginBuilder {
    PluginBuilder::new(name).lichtfeld("isolation = \"process\"")
}

#[test]
fn a_plugin_that_asks_for_a_process_gets_one() {
    let app = Fixture::with_workers();
    app.plugins(&["a"]);
    app.write(&with_own_process("w"));
    for name in ["a", "w"] {
        app.load(name).unwrap();
    }
    assert_eq!(place(&app, "a"), Some(PlaceKind::Shared));
    assert_eq!(place(&app, "w"), Some(PlaceKind::Worker));
    let plan = app.manager.plan(&["w".into()]).unwrap();
    assert_eq!(plan.placements[0].reason, "it runs there");
    app.reload("w").unwrap();
    assert_eq!(place(&app, "w"), Some(PlaceKind::Worker));
}

#[test]
fn a_rebuilt_native_module_is_loaded_by_another_process() {
    let app = Fixture::with_workers();
    app.plugins(&["a", "b"]);
    app.load("a").unwrap();
    app.fake.rebuild(&["_core.so", "libs/_more.so"]);
    let plan = app.manager.plan(&["b".into()]).unwrap();
    assert_eq!(plan.placements[0].place, Some(PlaceKind::Worker));
    app.reload("a").unwrap();
    app.load("b").unwrap();
    for name in ["a", "b"] {
        assert_eq!(place(&app, name), Some(PlaceKind::Worker));
        let notes = app.manager.status(name).unwrap().report.notes.join("\n");
        assert!(
            notes.contains("_core.so, libs/_more.so was rebuilt"),
            "{notes}"
        );
    }
}

#[test]
fn a_rebuilt_native_module_needs_a_restart_where_there_is_no_other_process() {
    let shared = PluginBuilder::new("s").lichtfeld("isolation = \"shared\"");
    for app in [Fixture::new(), Fixture::with_workers()] {
        app.write(&shared);
        app.load("s").unwrap();
        app.fake.rebuild(&["_core.so"]);
        let error = app.reload("s").unwrap_err();
        assert!(
            matches!(&error, Error::Failed { failure, .. } if failure.kind == FailureKind::RestartNeeded),
            "{error}"
        );
        assert!(error.hint().unwrap().starts_with("restart the application"));
        assert_eq!(
            place(&app, "s"),
            Some(PlaceKind::Shared),
            "the old version continues"
        );
        app.manager.unload("s").unwrap();
        assert!(app.load("s").is_err());
        let plan = app.manager.plan(&["s".into()]).unwrap();
        assert_eq!(plan.placements[0].place, None);
        app.fake.rebuild(&[]);
        app.load("s").unwrap();
    }
}

#[test]
fn a_host_without_processes_says_so() {
    let app = Fixture::new();
    app.write(&with_own_process("w"));
    let error = app.load("w").unwrap_err();
    assert!(
        matches!(&error, Error::Failed { failure, .. } if failure.kind == FailureKind::Conflict),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("isolation"));
    assert!(app.fake.steps().is_empty());
}

#[test]
fn processes_import_beside_this_one() {
    let app = Fixture::with_workers();
    app.plugins(&["a"]);
    let workers = ["v", "w"];
    for name in workers {
        app.write(&with_own_process(name));
    }
    let held: Vec<_> = ["a", "v", "w"]
        .map(|name| {
            let gate = app.fake.holds(name, Step::Import);
            let manager = Arc::clone(&app.manager);
            let loading = spawn(move || manager.load(name, &mut lichtfeld_engine::Unobserved));
            // All three are in their imports at once.
            gate.arrived();
            (gate, loading)
        })
        .into();
    for (gate, loading) in held {
        gate.open();
        crate::support::next(&loading).unwrap();
    }
}

#[test]
fn imports_in_this_process_are_one_after_the_other() {
    // The backend of the tests writes down every import beside another one.
    let app = Fixture::new();
    let names = ["a", "b", "c", "d"];
    app.plugins(&names);
    let gate = app.fake.holds("a", Step::Import);
    let loads: Vec<_> = names
        .map(|name| {
            let manager = Arc::clone(&app.manager);
            let loading = spawn(move || manager.load(name, &mut lichtfeld_engine::Unobserved));
            if name == "a" {
                gate.arrived();
            }
            loading
        })
        .into();
    gate.open();
    for loading in loads {
        crate::support::next(&loading).unwrap();
    }
    assert_eq!(app.manager.list_loaded().len(), 4);
}

/// A plugin that runs in this process, and whose next version runs in one of its own.
fn about_to_move() -> Fixture {
    let app = Fixture::with_workers();
    app.loaded(&["a"]);
    app.write(&with_own_process("a"));
    app
}

#[test]
fn the_state_of_a_reload_moves_with_the_plugin() {
    let app = about_to_move();
    app.reload("a").unwrap();
    assert_eq!(place(&app, "a"), Some(PlaceKind::Worker));
    let steps = app.fake.steps();
    let at = |step: &str| steps.iter().position(|known| known == step);
    assert!(at("a@2 on_load with the state of 1").is_some(), "{steps:?}");
    assert!(at("a@2 adopt") < at("a@1 on_unload"), "{steps:?}");
}

#[test]
fn a_state_that_cannot_move_keeps_the_old_version() {
    let app = about_to_move();
    let failed = fails(FailureKind::Deactivation, "cannot cross");
    app.fake.once("a", Step::Adopt, failed);
    let error = app.reload("a").unwrap_err();
    assert!(error.to_string().contains("cannot cross"), "{error}");
    assert_eq!(place(&app, "a"), Some(PlaceKind::Shared));
    assert_eq!((app.seen("a"), app.fake.alive("a")), (Some(1), vec![1]));
    let steps = app.fake.steps();
    assert!(!steps.contains(&"a@1 on_unload".to_owned()), "{steps:?}");
}

#[test]
fn a_move_that_fails_gives_the_old_version_its_own_state() {
    let app = about_to_move();
    let failed = fails(FailureKind::Activation, "cannot begin");
    app.fake.once("a", Step::Activate, failed);
    app.reload("a").unwrap_err();
    let steps = app.fake.steps();
    assert!(
        steps.contains(&"a@1 on_load with the state of 1".to_owned()),
        "{steps:?}"
    );
}
