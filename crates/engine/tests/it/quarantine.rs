//! Plugins whose processes die, and plugins with which the application died.

use crate::support::{Fixture, Step, fails};
use lichtfeld_engine::worker::health::HealthChange;
use lichtfeld_engine::{Error, FailureKind, State};
use std::fs;
use std::sync::Arc;

const ERRORS: [&str; 2] = ["a ACTIVE->ERROR failed", "a ERROR->DISABLED disabled"];

#[test]
fn the_third_crash_is_one_too_many_until_the_user_says_otherwise() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    app.load("b").unwrap();
    for crash in 1..=3 {
        app.load("a").unwrap();
        app.changes();
        app.fake.dies("a");
        assert_eq!(app.changes(), ERRORS[..if crash < 3 { 1 } else { 2 }]);
    }
    let kept = app.failure("a").unwrap();
    assert!(kept.contains("SIGSEGV"), "{kept}");
    let refused = app.load("a").unwrap_err();
    assert!(
        matches!(&refused, Error::Disabled { reason: Some(reason), .. }
            if reason.contains("ended too often")),
        "{refused}"
    );
    assert_eq!(app.state("b"), Some(State::Active));

    let app = app.again();
    app.manager.discover().unwrap();
    assert_eq!(app.state("a"), Some(State::Disabled));
    assert!(app.failure("a").unwrap().contains("ended too often"));
    app.manager.enable("a").unwrap();
    assert_eq!(app.failure("a"), None);
    // The count begins anew.
    for _ in 0..2 {
        app.load("a").unwrap();
        app.fake.dies("a");
        assert_eq!(app.state("a"), Some(State::Error));
    }
}

#[test]
fn what_is_left_of_a_dead_plugin_goes_with_its_next_load() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.fake.dies("a");
    assert!(app.fake.steps().is_empty(), "its panels say what happened");
    app.load("a").unwrap();
    assert_eq!(
        app.fake.steps(),
        ["a@1 remove", "a@2 import", "a@2 on_load"]
    );
    assert_eq!(app.fake.alive("a"), [2]);
}

#[test]
fn what_is_left_of_a_dead_plugin_goes_when_it_is_unloaded() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.fake.dies("a");
    app.manager.unload("a").unwrap();
    assert!(app.fake.alive("a").is_empty());
    assert_eq!(app.state("a"), Some(State::Unloaded));
}

#[test]
fn a_version_that_was_replaced_may_die() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let old = app.manager.ledger().active("a").unwrap();
    app.reload("a").unwrap();
    app.changes();
    let health = Arc::clone(&app.fake.services().health);
    health.tell(&old, HealthChange::Unresponsive("silent".into()));
    assert!(app.changes().is_empty());
    assert_eq!(app.state("a"), Some(State::Active));
}

#[test]
fn silence_is_told_and_the_plugin_stays_active() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    let silent = HealthChange::Unresponsive("it has not answered for 3 s".into());
    app.fake.reports("a", silent);
    app.fake.reports("a", HealthChange::Responsive);
    assert_eq!(
        app.changes(),
        [
            "a ACTIVE->ACTIVE unresponsive",
            "a ACTIVE->ACTIVE responsive"
        ]
    );
    assert!(app.host.has_logged(&["a warn", "has not answered for 3 s"]));
}

#[test]
fn processes_that_die_while_they_load_are_counted() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.fake
        .always("a", Step::Import, fails(FailureKind::Crashed, "it ended"));
    for _ in 0..2 {
        assert!(matches!(app.load("a"), Err(Error::Failed { .. })));
        assert_eq!(app.state("a"), Some(State::Error));
    }
    app.load("a").unwrap_err();
    assert_eq!(app.state("a"), Some(State::Disabled));
    // Other failures are not.
    app.manager.enable("a").unwrap();
    app.fake
        .always("a", Step::Import, fails(FailureKind::Import, "boom"));
    for _ in 0..5 {
        app.load("a").unwrap_err();
    }
    assert_eq!(app.state("a"), Some(State::Error));
}

#[test]
fn a_plugin_with_which_the_application_died_is_not_started_again() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    // What lies there if the process dies in `on_load` of `a`; nobody has it locked. Not copied from
    // a running load: the end of any application in this process removes the markers of all.
    let running = app.home.path().join("running");
    fs::create_dir_all(&running).unwrap();
    fs::write(running.join("1.0"), "on_load\na\n").unwrap();

    let app = app.again();
    let results = app
        .manager
        .load_all(&mut lichtfeld_engine::Unobserved)
        .unwrap();
    assert_eq!(
        results.into_iter().collect::<Vec<_>>(),
        [("b".into(), true)]
    );
    assert_eq!(app.state("a"), Some(State::Disabled));
    let kept = app.failure("a").unwrap();
    assert!(
        kept.starts_with("the application died while on_load of this plugin ran"),
        "{kept}"
    );
    app.manager.enable("a").unwrap();
    app.load("a").unwrap();
}
