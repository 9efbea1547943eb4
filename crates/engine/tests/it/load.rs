//! A load, and each way in which it can end.

use crate::support::{Fixture, Step, Watching, fails};
use lichtfeld_engine::manager::shutdown::Afterwards;
use lichtfeld_engine::{Error, FailureKind, Observer, PlaceKind, Stage, State};
use lichtfeld_testkit::PluginBuilder;
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[test]
fn a_load_goes_through_all_its_steps() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let mut observer = Watching::default();
    app.manager.load("a", &mut observer).unwrap();
    assert_eq!(app.fake.steps(), ["a@1 import", "a@1 on_load"]);
    assert_eq!(
        app.changes(),
        [
            "a UNLOADED->LOADING environment_ready",
            "a LOADING->ACTIVE activated"
        ]
    );
    let stages = [
        Stage::Environment,
        Stage::Import,
        Stage::Activation,
        Stage::Complete,
    ];
    assert_eq!(observer.stages, stages);
    let report = app.manager.status("a").unwrap().report;
    assert_eq!(
        (report.place, report.stage),
        (Some(PlaceKind::Shared), Some(Stage::Complete))
    );
    assert_eq!(app.manager.list_loaded(), ["a"]);
    assert_eq!(app.seen("a"), Some(1));
}

#[test]
fn an_active_plugin_is_not_loaded_again() {
    let app = Fixture::new();
    app.loaded(&["a"]);
    app.load("A").unwrap();
    assert!(app.fake.steps().is_empty() && app.changes().is_empty());
}

#[test]
fn a_name_that_nobody_has_is_answered_with_the_nearest() {
    let app = Fixture::new();
    app.plugins(&["colmap"]);
    let error = app.load("colmpa").unwrap_err();
    assert!(
        matches!(&error, Error::UnknownPlugin { near: Some(near), .. } if near == "colmap"),
        "{error}"
    );
    assert!(matches!(app.load("no name!"), Err(Error::BadName { .. })));
}

#[test]
fn a_failure_ends_in_error_and_the_next_load_starts_anew() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    app.load("b").unwrap();
    let steps = [
        (Step::Import, FailureKind::Import, ["a@1 import"].as_slice()),
        (
            Step::Activate,
            FailureKind::Activation,
            &["a@2 import", "a@2 on_load", "a@2 remove"],
        ),
    ];
    app.fake.steps();
    for (step, kind, expected) in steps {
        app.fake.once("a", step, fails(kind, "boom"));
        let error = app.load("a").unwrap_err();
        assert!(
            matches!(&error, Error::Failed { failure, .. } if failure.kind == kind),
            "{error}"
        );
        assert_eq!(app.fake.steps(), expected);
        assert_eq!(app.state("a"), Some(State::Error));
        assert_eq!(app.failure("a").unwrap(), "boom");
        assert!(app.fake.alive("a").is_empty());
        assert_eq!(app.seen("a"), None);
    }
    assert!(app.host.has_logged(&["a error", "LR107", "on", "boom"]));
    app.load("a").unwrap();
    assert_eq!(app.failure("a"), None);
    assert_eq!(app.manager.list_loaded(), ["b", "a"]);
    assert_eq!(app.fake.alive("b"), [1], "the other one was not touched");
}

#[test]
fn what_a_plugin_registered_before_it_failed_is_freed() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let ledger = Arc::clone(app.manager.ledger());
    app.fake.once("a", Step::Activate, move |_| {
        let owner = ledger.active("a").unwrap();
        ledger.record(owner, "panel 'a.main'", || ());
        fails(FailureKind::Activation, "boom")(&mut crate::support::Call {
            revision: 1,
            wanted: &mut || true,
        })
    });
    app.load("a").unwrap_err();
    app.load("a").unwrap();
    let owner = app.manager.ledger().active("a").unwrap();
    assert!(app.manager.ledger().entries(&owner).is_empty());
}

#[test]
fn a_manifest_that_does_not_suit_the_host_runs_no_code() {
    let app = Fixture::new();
    app.write(&PluginBuilder::new("a").requires_python(">=4"));
    assert!(matches!(app.load("a"), Err(Error::Incompatible { .. })));
    app.plugins(&["b"]);
    app.manager.discover().unwrap();
    std::fs::remove_file(app.home.plugin("b").join("__init__.py")).unwrap();
    let error = app.load("b").unwrap_err();
    assert_eq!(error.code(), FailureKind::Import.code(), "{error}");
    assert!(app.fake.steps().is_empty());
    assert_eq!([app.state("a"), app.state("b")], [Some(State::Error); 2]);
}

#[test]
fn a_manifest_that_broke_since_it_was_found_is_read_again() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.manager.discover().unwrap();
    let manifest = app.home.plugin("a").join("pyproject.toml");
    std::fs::write(manifest, "[project]\nname = \"a\"\n[tool.lichtfeld]\n").unwrap();
    let error = app.load("a").unwrap_err();
    assert_eq!(error.code(), FailureKind::Manifest.code(), "{error}");
    app.plugins(&["a"]);
    app.load("a").unwrap();
}

#[test]
fn a_load_that_is_cancelled_at_first_changes_nothing() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let cancelled = app
        .manager
        .load("a", &mut Watching::until(Stage::Environment));
    assert!(matches!(cancelled, Err(Error::Cancelled { .. })));
    assert!(app.fake.steps().is_empty() && app.changes().is_empty());
    assert_eq!(app.state("a"), Some(State::Unloaded));
}

#[test]
fn a_load_that_is_cancelled_later_takes_everything_back() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let cancelled = |observer: &mut dyn Observer| {
        let ended = app.manager.load("a", observer);
        assert!(matches!(ended, Err(Error::Cancelled { .. })), "{ended:?}");
        assert_eq!(app.state("a"), Some(State::Unloaded));
        assert_eq!(app.failure("a"), None);
        assert!(app.fake.alive("a").is_empty());
        app.fake.steps()
    };
    // While it is imported: the backend asks whether it is still wanted.
    let _gate = app.fake.holds("a", Step::Import);
    let steps = cancelled(&mut Watching::until(Stage::Import));
    assert_eq!(steps, ["a@1 import"]);

    // During the import, which the backend cannot end, and after it.
    for step in [Step::Import, Step::Activate] {
        let mut observer = Watching::default();
        let cancel = Arc::clone(&observer.cancel);
        let app_step = step;
        app.fake.always("a", step, move |call| {
            cancel.store(true, Ordering::Release);
            match app_step {
                Step::Activate => {
                    assert!(!(call.wanted)());
                    fails(FailureKind::Cancelled, "nobody wants it")(call)
                }
                _ => Ok(()),
            }
        });
        let steps = cancelled(&mut observer);
        assert_eq!(steps.last().unwrap().split(' ').nth(1), Some("remove"));
        app.fake.always("a", step, |_| Ok(()));
    }
    app.load("a").unwrap();
}

#[test]
fn an_import_that_hangs_is_ended_by_its_observer() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let gate = app.fake.holds("a", Step::Import);
    let mut observer = Watching::default();
    let cancel = Arc::clone(&observer.cancel);
    let manager = Arc::clone(&app.manager);
    let loading = crate::support::spawn(move || manager.load("a", &mut observer));
    gate.arrived();
    assert_eq!(app.state("a"), Some(State::Loading));
    cancel.store(true, Ordering::Release);
    let ended = crate::support::next(&loading);
    assert!(matches!(ended, Err(Error::Cancelled { .. })), "{ended:?}");
    assert_eq!(
        app.changes(),
        [
            "a UNLOADED->LOADING environment_ready",
            "a LOADING->UNLOADED cancelled"
        ]
    );
}

#[test]
fn ctrl_c_is_no_failure_of_the_plugin() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let interrupted = fails(FailureKind::Interrupted, "KeyboardInterrupt");
    app.fake.once("a", Step::Import, interrupted);
    assert!(matches!(app.load("a"), Err(Error::Interrupted { .. })));
    assert_eq!(app.state("a"), Some(State::Unloaded));
    assert_eq!(app.failure("a"), None);
}

#[test]
fn an_application_that_ends_meanwhile_gets_no_plugin() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let manager = Arc::downgrade(&app.manager);
    app.fake.once("a", Step::Activate, move |_| {
        let manager = manager.upgrade().unwrap();
        manager.begin_end(Afterwards::GoesOn);
        Ok(())
    });
    assert!(matches!(app.load("a"), Err(Error::Cancelled { .. })));
    assert_eq!(
        app.fake.steps(),
        ["a@1 import", "a@1 on_load", "a@1 on_unload", "a@1 remove"]
    );
    assert_eq!(app.state("a"), Some(State::Unloaded));
    assert!(matches!(app.load("a"), Err(Error::Cancelled { .. })));
}

#[test]
fn a_limit_for_loading_reaches_the_backend() {
    let app = Fixture::with(|config| {
        config.timeouts.load = Some(std::time::Duration::from_secs(7));
    });
    app.plugins(&["a"]);
    app.load("a").unwrap();
    assert_eq!(
        app.fake.steps(),
        ["a@1 import within 7s", "a@1 on_load within 7s"]
    );
}

#[test]
fn nothing_is_loaded_in_safe_mode() {
    let app = Fixture::with(|config| config.safe_mode = true);
    app.plugins(&["a"]);
    assert!(matches!(app.load("a"), Err(Error::SafeMode { .. })));
    assert!(app.fake.steps().is_empty());
    assert_eq!(app.state("a"), Some(State::Unloaded));
}
