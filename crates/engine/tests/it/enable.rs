//! What the user switches on and off, now and in the next run of the application.

use crate::support::{Fixture, Step, fails};
use lichtfeld_engine::{Error, FailureKind, State};

#[test]
fn a_disabled_plugin_is_unloaded_and_stays_off() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.manager.disable("a").unwrap();
    assert_eq!(app.fake.steps(), ["a@1 on_unload", "a@1 remove"]);
    assert_eq!(
        app.changes(),
        [
            "a ACTIVE->UNLOADED unloaded",
            "a UNLOADED->DISABLED disabled"
        ]
    );
    assert!(matches!(
        app.load("a"),
        Err(Error::Disabled { reason: None, .. })
    ));
    app.manager.disable("a").unwrap();

    let app = app.again();
    app.manager.discover().unwrap();
    assert_eq!(app.state("a"), Some(State::Disabled));
    app.manager.enable("a").unwrap();
    assert_eq!(app.changes(), ["a DISABLED->UNLOADED enabled"]);
    app.manager.enable("a").unwrap();
    app.load("a").unwrap();

    let app = app.again();
    app.load("a").unwrap();
}

#[test]
fn a_failed_plugin_can_be_switched_off() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.fake
        .once("a", Step::Import, fails(FailureKind::Import, "boom"));
    app.load("a").unwrap_err();
    app.manager.disable("a").unwrap();
    assert_eq!(app.state("a"), Some(State::Disabled));
    assert_eq!(app.failure("a"), None);
}

#[test]
fn a_name_that_nobody_has_cannot_be_switched() {
    let app = Fixture::new();
    for switched in [app.manager.enable("a"), app.manager.disable("a")] {
        assert!(matches!(switched, Err(Error::UnknownPlugin { .. })));
    }
    assert!(!app.home.path().join("state.json").exists());
}
