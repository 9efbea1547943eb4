//! The way back, and what it finds.

use crate::support::{Fixture, Step, fails};
use lichtfeld_engine::{Error, FailureKind, State, UnloadReport};
use std::sync::Arc;

#[test]
fn what_a_plugin_forgot_and_left_is_in_the_report_and_in_the_log() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let ledger = Arc::clone(app.manager.ledger());
    app.fake.once("a", Step::Activate, move |_| {
        let owner = ledger.active("a").unwrap();
        ledger.record(owner, "panel 'a.main'", || ());
        Ok(())
    });
    app.load("a").unwrap();
    assert!(app.manager.unload_report("a").is_none());
    let mut left = UnloadReport::default();
    left.threads.push("Thread-1 at a.py:7".into());
    left.processes.push("123 ffmpeg".into());
    app.fake.leaves("a", left);
    app.manager.unload("a").unwrap();
    let report = app.manager.unload_report("a").unwrap();
    assert_eq!(report.freed, ["panel 'a.main'"]);
    assert_eq!(report.threads, ["Thread-1 at a.py:7"]);
    assert!(!report.is_clean());
    for what in ["freed: panel 'a.main'", "Thread-1 at a.py:7", "123 ffmpeg"] {
        assert!(app.host.has_logged(&["a warn", what]), "{what}");
    }
}

#[test]
fn a_plugin_that_left_nothing_has_a_clean_report() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.manager.unload("a").unwrap();
    assert!(app.manager.unload_report("a").unwrap().is_clean());
    app.manager.unload("a").unwrap();
    assert_eq!(app.fake.steps(), ["a@1 on_unload", "a@1 remove"]);
    assert_eq!(app.changes(), ["a ACTIVE->UNLOADED unloaded"]);
}

#[test]
fn an_on_unload_that_fails_keeps_no_plugin() {
    let app = Fixture::new();
    app.loaded(&["a", "b"]);
    let failed = fails(FailureKind::Deactivation, "cannot end");
    app.fake.once("a", Step::Deactivate, failed);
    app.manager.unload("a").unwrap();
    assert!(app.fake.alive("a").is_empty());
    assert_eq!(app.state("a"), Some(State::Unloaded));
    let report = app.manager.unload_report("a").unwrap();
    assert_eq!(report.error.as_deref(), Some("cannot end"));
    // Ctrl-C is passed on.
    let interrupted = fails(FailureKind::Interrupted, "KeyboardInterrupt");
    app.fake.once("b", Step::Deactivate, interrupted);
    let ended = app.manager.unload("b");
    assert!(matches!(ended, Err(Error::Interrupted { .. })), "{ended:?}");
    assert_eq!(app.state("b"), Some(State::Unloaded));
}

#[test]
fn an_error_is_put_aside_by_unloading() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.fake
        .once("a", Step::Import, fails(FailureKind::Import, "boom"));
    app.load("a").unwrap_err();
    app.manager.unload("a").unwrap();
    assert_eq!(app.state("a"), Some(State::Unloaded));
    assert_eq!(app.failure("a"), None);
}
