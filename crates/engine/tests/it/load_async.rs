//! Loads that go on by themselves.

use crate::support::{Fixture, LONG, Step, fails, next};
use lichtfeld_engine::{Error, FailureKind, Stage, State};
use std::sync::mpsc::channel;
use std::thread;

#[test]
fn it_can_be_watched_and_waited_for() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let gate = app.fake.holds("a", Step::Activate);
    let loading = app.manager.load_async("a");
    gate.arrived();
    assert!(!loading.is_done() && loading.result().is_none());
    assert_eq!(loading.state(), Some(State::Loading));
    assert_eq!(loading.stage(), Some(Stage::Activation));
    assert!((0.9..1.0).contains(&loading.progress()));
    assert!(!loading.wait(Some(Fixture::soon())));
    gate.open();
    assert!(loading.wait(Some(LONG)));
    assert!(loading.result().unwrap().is_ok());
    assert_eq!(loading.state(), Some(State::Active));
    assert!((loading.progress() - 1.0).abs() < f64::EPSILON);
}

#[test]
fn callbacks_are_called_once_each_also_after_the_end() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let gate = app.fake.holds("a", Step::Import);
    let loading = app.manager.load_async("a");
    let (sender, called) = channel();
    for name in ["one", "two"] {
        let sender = sender.clone();
        loading.on_end(move |loading| {
            let ended = (name, loading.is_done(), thread::current().id());
            sender.send(ended).unwrap();
        });
    }
    gate.arrived();
    gate.open();
    for name in ["one", "two"] {
        let (called, is_done, thread) = next(&called);
        assert_eq!((called, is_done), (name, true));
        assert_ne!(thread, thread::current().id());
    }
    loading.on_end(move |_| sender.send(("late", true, thread::current().id())).unwrap());
    assert_eq!(next(&called), ("late", true, thread::current().id()));
    assert!(called.try_recv().is_err());
}

#[test]
fn it_can_be_cancelled() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let gate = app.fake.holds("a", Step::Import);
    let loading = app.manager.load_async("a");
    gate.arrived();
    loading.cancel();
    assert!(loading.wait(Some(LONG)));
    let error = loading.result().unwrap().unwrap_err();
    assert!(matches!(*error, Error::Cancelled { .. }), "{error}");
    assert_eq!(app.state("a"), Some(State::Unloaded));
    assert!(loading.progress() < 1.0);
    loading.cancel();
}

#[test]
fn errors_are_in_the_result() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.fake
        .once("a", Step::Import, fails(FailureKind::Import, "boom"));
    for (name, code) in [("a", "LR106"), ("nobody", "LR001")] {
        let loading = app.manager.load_async(name);
        assert!(loading.wait(Some(LONG)));
        assert_eq!(loading.result().unwrap().unwrap_err().code(), code);
    }
}

#[test]
fn a_load_without_a_thread_ends_at_once() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.fake.refuse_threads();
    let loading = app.manager.load_async("a");
    assert!(loading.is_done());
    let error = loading.result().unwrap().unwrap_err();
    let text = lichtfeld_engine::with_causes(&*error);
    assert!(text.contains("the thread could not be started"), "{text}");
    assert_eq!(app.state("a"), None);
}

#[test]
fn a_plugin_that_panics_ends_its_load() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.fake
        .once("a", Step::Activate, |_| panic!("of this test"));
    let loading = app.manager.load_async("a");
    assert!(loading.wait(Some(LONG)));
    assert!(loading.result().unwrap().is_err());
    // Its turn was given back: nobody waits for it in vain.
    app.manager.unload("a").unwrap();
}
