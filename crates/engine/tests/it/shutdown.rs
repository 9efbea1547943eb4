//! The end of the application.

use crate::support::{Fixture, Step, fails, next, spawn};
use lichtfeld_engine::{Error, FailureKind, State, Unobserved};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn plugins_are_unloaded_in_reverse_order_each_within_the_limit() {
    let app = Fixture::with(|config| config.timeouts.unload = Duration::from_secs(7));
    app.loaded(&["b", "a", "c"]);
    let failed = fails(FailureKind::Deactivation, "cannot end");
    app.fake.once("a", Step::Deactivate, failed);
    app.manager.end();
    let names = ["c", "a", "b"];
    let steps = names.map(|name| {
        [
            format!("{name}@1 on_unload within 7s"),
            format!("{name}@1 remove"),
        ]
    });
    assert_eq!(app.fake.steps(), steps.concat());
    app.manager.end();
    assert!(app.fake.steps().is_empty(), "ending twice does nothing");
    assert!(matches!(app.load("a"), Err(Error::Cancelled { .. })));
    assert_eq!(app.state("a"), Some(State::Unloaded));
}

#[test]
fn plugins_whose_process_has_died_are_unloaded_too() {
    let app = Fixture::new();
    app.loaded(&["a", "b", "c"]);
    app.fake.dies("a");
    app.fake.dies("c");
    app.manager.unload_all();
    for name in ["a", "b", "c"] {
        assert!(app.fake.alive(name).is_empty(), "{name}");
    }
    assert_eq!([app.state("a"), app.state("c")], [Some(State::Unloaded); 2]);
}

#[test]
fn a_load_under_way_is_cancelled_and_waited_for() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.plugins(&["b"]);
    let gate = app.fake.holds("b", Step::Import);
    let manager = Arc::clone(&app.manager);
    let loading = spawn(move || manager.load("b", &mut Unobserved));
    gate.arrived();
    app.manager.end();
    let ended = next(&loading);
    assert!(matches!(ended, Err(Error::Cancelled { .. })), "{ended:?}");
    assert_eq!([app.state("a"), app.state("b")], [Some(State::Unloaded); 2]);
    assert!(!app.host.has_logged(&["still under way"]));
}

#[test]
fn a_load_that_cannot_be_ended_is_not_waited_for_for_ever() {
    let app = Fixture::with(|config| config.timeouts.unload = Fixture::soon());
    app.loaded(&["a"]);
    app.plugins(&["b"]);
    let gate = app.fake.holds_stubbornly("b", Step::Activate);
    let manager = Arc::clone(&app.manager);
    let loading = spawn(move || manager.load("b", &mut Unobserved));
    gate.arrived();
    app.manager.end();
    assert!(app.host.has_logged(&["- warn", "still under way"]));
    assert!(app.fake.alive("a").is_empty());
    gate.open();
    // It notices the end by itself.
    let ended = next(&loading);
    assert!(matches!(ended, Err(Error::Cancelled { .. })), "{ended:?}");
    assert!(app.fake.alive("b").is_empty());
    assert_eq!(app.state("b"), Some(State::Unloaded));
}

#[test]
fn a_plugin_whose_operation_hangs_does_not_keep_the_others() {
    let app = Fixture::with(|config| config.timeouts.unload = Fixture::soon());
    app.loaded(&["a", "b"]);
    let gate = app.fake.holds_stubbornly("b", Step::HandOver);
    let manager = Arc::clone(&app.manager);
    let reloading = spawn(move || manager.reload("b", &mut Unobserved));
    gate.arrived();
    app.manager.end();
    assert!(app.fake.alive("a").is_empty());
    assert!(
        app.host
            .has_logged(&["b error", "another operation on 'b'"])
    );
    gate.open();
    let _ = next(&reloading);
}

#[test]
fn loads_that_go_on_by_themselves_are_cancelled() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let gate = app.fake.holds("a", Step::Import);
    let loading = app.manager.load_async("a");
    gate.arrived();
    app.manager.unload_all();
    assert!(loading.is_done());
    let error = loading.result().unwrap().unwrap_err();
    assert!(matches!(*error, Error::Cancelled { .. }), "{error}");
}
