//! Plugins that load each other, and operations that would wait for themselves.

use crate::support::{Fixture, Step, fails, next, spawn};
use lichtfeld_engine::{Error, Failure, FailureKind, Manager, Stage, State, Unobserved};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex, Weak};

/// What an `on_load` does that loads another plugin.
fn load(manager: &Weak<Manager>, name: &str) -> Result<(), Failure> {
    let manager = manager.upgrade().unwrap();
    manager.load(name, &mut Unobserved).map_err(|error| {
        let message = format!("{}: {error}", error.code());
        Failure::new(FailureKind::Activation, Stage::Activation, message)
    })
}

#[test]
fn an_on_load_may_load_another_plugin() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    let manager = Arc::downgrade(&app.manager);
    app.fake
        .once("a", Step::Activate, move |_| load(&manager, "b"));
    app.load("a").unwrap();
    assert_eq!(app.manager.list_loaded(), ["b", "a"]);
}

#[test]
fn a_circle_on_one_thread_is_an_error() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    for (name, other) in [("a", "b"), ("b", "a")] {
        let manager = Arc::downgrade(&app.manager);
        app.fake
            .once(name, Step::Activate, move |_| load(&manager, other));
    }
    let error = app.load("a").unwrap_err();
    assert!(error.to_string().contains("LR004"), "{error}");
    assert_eq!([app.state("a"), app.state("b")], [Some(State::Error); 2]);
    // Both may try again.
    app.load("a").unwrap();
    app.load("b").unwrap();
}

#[test]
fn a_circle_of_two_threads_is_an_error_in_one_of_them() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    let both = Arc::new(Barrier::new(2));
    let threads: Vec<_> = [("a", "b"), ("b", "a")]
        .map(|(name, other)| {
            let weak = Arc::downgrade(&app.manager);
            let both = Arc::clone(&both);
            app.fake.once(name, Step::Activate, move |_| {
                both.wait();
                load(&weak, other)
            });
            let manager = Arc::clone(&app.manager);
            spawn(move || manager.load(name, &mut Unobserved))
        })
        .into();
    let ended: Vec<_> = threads.iter().map(next).collect();
    let refused = ended.iter().filter(|ended| {
        let text = ended.as_ref().err().map(ToString::to_string);
        text.is_some_and(|text| text.contains("LR004"))
    });
    assert!(refused.count() >= 1, "{ended:?}");
    for name in ["a", "b"] {
        app.load(name).unwrap();
    }
}

#[test]
fn a_plugin_cannot_take_itself_away() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let (sender, refused) = channel();
    let sender = Mutex::new(sender);
    let manager = Arc::downgrade(&app.manager);
    app.fake.always("a", Step::Activate, move |_| {
        let manager = manager.upgrade().unwrap();
        let asked = [
            manager.unload("a"),
            manager.load("a", &mut Unobserved),
            manager.reload("a", &mut Unobserved),
            manager.enable("a"),
            manager.disable("a"),
            manager.uninstall("a"),
        ];
        sender.lock().unwrap().send(asked).unwrap();
        Ok(())
    });
    app.load("a").unwrap();
    for refused in next(&refused) {
        assert!(
            matches!(refused, Err(Error::Reentrant { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(app.state("a"), Some(State::Active));
}

#[test]
fn another_operation_is_waited_for_within_the_limit() {
    let app = Fixture::with(|config| config.timeouts.operation = Fixture::soon());
    app.plugins(&["a"]);
    let gate = app.fake.holds("a", Step::Import);
    let manager = Arc::clone(&app.manager);
    let loading = spawn(move || manager.load("a", &mut Unobserved));
    gate.arrived();
    let refused = app.manager.unload("a");
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    gate.open();
    next(&loading).unwrap();
    app.manager.unload("a").unwrap();
}

#[test]
fn the_import_of_another_plugin_is_waited_for_within_the_limit() {
    let app = Fixture::with(|config| config.timeouts.import = Fixture::soon());
    app.plugins(&["a", "b"]);
    let gate = app.fake.holds("a", Step::Import);
    let manager = Arc::clone(&app.manager);
    let loading = spawn(move || manager.load("a", &mut Unobserved));
    gate.arrived();
    let refused = app.load("b");
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    gate.open();
    next(&loading).unwrap();
    // Whoever was too impatient may try again.
    assert_eq!(app.state("b"), Some(State::Unloaded));
    app.load("b").unwrap();
}

#[test]
fn a_plugin_that_is_being_imported_cannot_import_another_one() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    let manager = Arc::downgrade(&app.manager);
    app.fake
        .once("a", Step::Import, move |_| load(&manager, "b"));
    let error = app.load("a").unwrap_err();
    assert!(error.to_string().contains("LR004"), "{error}");
    assert_eq!(app.state("b"), Some(State::Unloaded));
    app.load("b").unwrap();
}

#[test]
fn a_subscriber_may_call_back() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    struct Reloads(Mutex<Option<Weak<Manager>>>, Mutex<Vec<Option<State>>>);
    impl lichtfeld_engine::Subscriber for Reloads {
        fn changed(&self, change: &lichtfeld_engine::StateChange) {
            let manager = self.0.lock().unwrap().as_ref().and_then(Weak::upgrade);
            let state = manager.and_then(|manager| manager.state(&change.plugin));
            self.1.lock().unwrap().push(state);
        }
    }
    let manager = Arc::downgrade(&app.manager);
    let seen = Arc::new(Reloads(Mutex::new(Some(manager)), Mutex::default()));
    app.manager
        .events()
        .subscribe(Arc::clone(&seen) as Arc<dyn lichtfeld_engine::Subscriber>);
    app.fake
        .once("a", Step::Import, fails(FailureKind::Import, "boom"));
    app.load("a").unwrap_err();
    assert_eq!(
        *seen.1.lock().unwrap(),
        [Some(State::Loading), Some(State::Error)]
    );
}
