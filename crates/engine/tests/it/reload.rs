//! Reload as a transaction: after every failing step the old version goes on.

use crate::support::{Fixture, Step, Watching, fails, next, spawn};
use lichtfeld_engine::{Error, FailureKind, Stage, State};
use lichtfeld_testkit::PluginBuilder;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Up to the switch: the new code is imported beside the old one.
const IMPORTED: [&str; 4] = ["a@1 leave", "a@2 import", "a@2 leave", "a@1 enter"];

fn after_import(rest: &[&str]) -> Vec<String> {
    let all = IMPORTED.iter().chain(rest);
    all.map(ToString::to_string).collect()
}

/// The old version goes on, and the failure is kept beside it.
fn goes_on(app: &Fixture, ended: Result<(), Error>, message: &str) {
    let error = ended.unwrap_err();
    assert!(matches!(error, Error::Failed { .. }), "{error}");
    assert_eq!(app.state("a"), Some(State::Active));
    assert_eq!(app.failure("a").unwrap(), message);
    assert_eq!((app.seen("a"), app.fake.alive("a")), (Some(1), vec![1]));
    assert_eq!(app.changes(), ["a ACTIVE->ACTIVE reload_failed"]);
    assert!(
        app.host
            .has_logged(&["a error", "the previous version continues"])
    );
}

#[test]
fn the_new_version_replaces_the_old_one() {
    let app = Fixture::new();
    app.loaded(&["a", "b"]);
    let mut observer = Watching::default();
    app.manager.reload("a", &mut observer).unwrap();
    assert_eq!(
        app.fake.steps(),
        after_import(&[
            "a@1 on_before_reload",
            "a@1 on_unload",
            "a@1 leave",
            "a@2 enter",
            "a@2 on_load with the state of 1",
            "a@1 remove",
        ])
    );
    assert_eq!(app.changes(), ["a ACTIVE->ACTIVE reloaded"]);
    assert_eq!((app.seen("a"), app.fake.alive("a")), (Some(2), vec![2]));
    assert_eq!(app.manager.list_loaded(), ["a", "b"], "the order stays");
    assert_eq!(observer.stages.last(), Some(&Stage::Complete));
    app.reload("a").unwrap();
    assert_eq!(app.fake.alive("a"), [3]);
}

#[test]
fn new_code_that_cannot_be_imported_changes_nothing() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.fake
        .once("a", Step::Import, fails(FailureKind::Syntax, "no Python"));
    goes_on(&app, app.reload("a"), "no Python");
    assert_eq!(
        app.fake.steps(),
        ["a@1 leave", "a@2 import", "a@1 enter"],
        "no function of the old version was called"
    );
    app.reload("a").unwrap();
    assert_eq!((app.failure("a"), app.fake.alive("a")), (None, vec![3]));
}

#[test]
fn an_old_version_that_gives_no_state_goes_on() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let failed = fails(FailureKind::Deactivation, "cannot save");
    app.fake.once("a", Step::HandOver, failed);
    goes_on(&app, app.reload("a"), "cannot save");
    assert_eq!(
        app.fake.steps(),
        after_import(&["a@1 on_before_reload", "a@2 remove"])
    );
}

#[test]
fn an_on_unload_that_fails_does_not_keep_the_fix_out() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let failed = fails(FailureKind::Deactivation, "cannot end");
    app.fake.once("a", Step::Deactivate, failed);
    app.reload("a").unwrap();
    assert_eq!((app.failure("a"), app.fake.alive("a")), (None, vec![2]));
    assert!(app.host.has_logged(&["a warn", "cannot end"]));
}

#[test]
fn an_on_load_that_fails_brings_the_old_version_back() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let failed = fails(FailureKind::Activation, "cannot begin");
    app.fake.once("a", Step::Activate, failed);
    goes_on(&app, app.reload("a"), "cannot begin");
    assert_eq!(
        app.fake.steps(),
        after_import(&[
            "a@1 on_before_reload",
            "a@1 on_unload",
            "a@1 leave",
            "a@2 enter",
            "a@2 on_load with the state of 1",
            "a@2 leave",
            "a@1 enter",
            "a@1 on_load with the state of 1",
            "a@2 remove",
        ])
    );
    app.manager.unload("a").unwrap();
    assert!(app.fake.alive("a").is_empty());
}

#[test]
fn where_neither_version_can_run_there_is_none() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    for message in ["the new one", "the old one"] {
        let failed = fails(FailureKind::Activation, message);
        app.fake.once("a", Step::Activate, failed);
    }
    let error = app.reload("a").unwrap_err();
    assert!(matches!(error, Error::Failed { .. }), "{error}");
    assert_eq!(app.state("a"), Some(State::Error));
    let kept = app.failure("a").unwrap();
    assert!(
        kept.contains("the new one") && kept.contains("the old one"),
        "{kept}"
    );
    assert_eq!((app.seen("a"), app.fake.alive("a")), (None, vec![]));
    assert_eq!(app.changes(), ["a ACTIVE->ERROR failed"]);
    app.load("a").unwrap();
    assert_eq!(app.fake.alive("a"), [3]);
}

#[test]
fn a_manifest_that_is_refused_keeps_the_old_version() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.write(&PluginBuilder::new("a").requires_python(">=4"));
    let error = app.reload("a").unwrap_err();
    assert_eq!(error.code(), FailureKind::Incompatible.code(), "{error}");
    let manifest = app.home.plugin("a").join("pyproject.toml");
    std::fs::write(&manifest, "[project").unwrap();
    let error = app.reload("a").unwrap_err();
    assert_eq!(error.code(), FailureKind::Manifest.code(), "{error}");
    std::fs::remove_file(&manifest).unwrap();
    app.reload("a").unwrap_err();
    assert!(app.fake.steps().is_empty());
    assert_eq!(app.changes(), ["a ACTIVE->ACTIVE reload_failed"; 3]);
    assert_eq!(app.fake.alive("a"), [1]);
}

#[test]
fn a_reload_that_is_cancelled_is_no_failure() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let gate = app.fake.holds("a", Step::Import);
    let mut observer = Watching::default();
    let cancel = Arc::clone(&observer.cancel);
    let manager = Arc::clone(&app.manager);
    let reloading = spawn(move || manager.reload("a", &mut observer));
    gate.arrived();
    assert_eq!(app.state("a"), Some(State::Active), "the old version runs");
    cancel.store(true, Ordering::Release);
    let ended = next(&reloading);
    assert!(matches!(ended, Err(Error::Cancelled { .. })), "{ended:?}");
    assert_eq!((app.failure("a"), app.seen("a")), (None, Some(1)));
    assert!(app.changes().is_empty());
    app.reload("a").unwrap();
}

#[test]
fn a_plugin_that_does_not_run_is_loaded() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.reload("a").unwrap();
    assert_eq!(app.fake.steps(), ["a@1 import", "a@1 on_load"]);
    let failed = fails(FailureKind::Import, "boom");
    app.fake.once("a", Step::Import, failed);
    app.manager.unload("a").unwrap();
    app.load("a").unwrap_err();
    app.reload("a").unwrap();
    assert_eq!(app.state("a"), Some(State::Active));
}

#[test]
fn only_one_version_is_seen_at_any_moment() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let ledger = Arc::clone(app.manager.ledger());
    let seen = move || ledger.active("a").map(|owner| owner.revision);
    let expected = [
        (Step::Import, Some(1)),
        (Step::HandOver, Some(1)),
        (Step::Deactivate, Some(1)),
        (Step::Activate, Some(2)),
    ];
    for (step, revision) in expected {
        let seen = seen.clone();
        app.fake.once("a", step, move |_| {
            assert_eq!(seen(), revision, "{step}");
            Ok(())
        });
    }
    app.reload("a").unwrap();
}
