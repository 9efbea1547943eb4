//! Many threads that do anything at any time.

use crate::support::{Fixture, LONG, Step, fails};
use lichtfeld_engine::{FailureKind, Manager, State, StateChange, Unobserved};
use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const STEPS: [Step; 4] = [
    Step::Import,
    Step::Activate,
    Step::HandOver,
    Step::Deactivate,
];
const THREADS: u64 = 8;
const ROUNDS: usize = 60;

/// The same numbers in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Every seventh call fails.
fn fail_now_and_then(app: &Fixture) {
    let kinds = [
        (Step::Import, FailureKind::Import),
        (Step::Activate, FailureKind::Activation),
        (Step::HandOver, FailureKind::Deactivation),
        (Step::Deactivate, FailureKind::Deactivation),
    ];
    let calls = Arc::new(AtomicU64::new(0));
    for name in NAMES {
        for (step, kind) in kinds {
            let calls = Arc::clone(&calls);
            let failed = fails(kind, "now and then");
            app.fake.always(name, step, move |call| {
                let number = calls.fetch_add(1, Ordering::Relaxed);
                if number % 7 == 3 {
                    failed(call)
                } else {
                    Ok(())
                }
            });
        }
    }
}

/// One operation. Its errors are those of a busy life; what must hold is checked at the end.
fn one(manager: &Arc<Manager>, numbers: &mut Numbers) {
    let name = NAMES[numbers.below(NAMES.len())];
    let _ = match numbers.below(10) {
        0..3 => manager.load(name, &mut Unobserved),
        3..6 => manager.reload(name, &mut Unobserved),
        6 => manager.unload(name),
        7 => manager.enable(name),
        8 => manager.disable(name),
        _ => {
            assert_eq!(manager.discover().unwrap().len(), NAMES.len());
            manager.list_loaded();
            manager.load_async(name).cancel();
            Ok(())
        }
    };
}

/// Each change begins where the one before has ended, and the table allows it.
fn check_changes(changes: impl Iterator<Item = StateChange>) {
    let mut states: HashMap<String, State> = HashMap::new();
    for (number, change) in changes.enumerate() {
        assert_eq!(change.sequence, number as u64, "none is lost or doubled");
        let before = states.insert(change.plugin.clone(), change.to);
        assert_eq!(before.unwrap_or(State::Unloaded), change.from, "{change:?}");
        assert_eq!(change.from.on(change.event), Ok(change.to));
    }
}

fn check_instances(app: &Fixture) {
    for name in NAMES {
        let (state, alive) = (app.state(name), app.fake.alive(name));
        let expected = usize::from(state == Some(State::Active));
        assert_eq!(alive.len(), expected, "{name} is {state:?}: {alive:?}");
        assert_eq!(app.seen(name), alive.last().copied());
    }
}

#[test]
fn operations_of_many_threads_lose_nothing_and_end() {
    let app = Fixture::new();
    app.plugins(&NAMES);
    app.manager.discover().unwrap();
    fail_now_and_then(&app);
    let (sender, ended) = channel();
    for seed in 1..=THREADS {
        let (manager, sender) = (Arc::clone(&app.manager), sender.clone());
        thread::spawn(move || {
            let mut numbers = Numbers::new(seed);
            for _ in 0..ROUNDS {
                one(&manager, &mut numbers);
            }
            sender.send(()).unwrap();
        });
    }
    // A thread that panics drops its sender without having sent.
    drop(sender);
    let deadline = Instant::now() + LONG;
    for _ in 0..THREADS {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(
            ended.recv_timeout(left).is_ok(),
            "a thread hangs or has panicked"
        );
    }
    // Loads of their own threads may go on.
    app.manager.end();
    for name in NAMES {
        app.manager.unload(name).unwrap();
    }
    check_instances(&app);
    check_changes(app.changes.try_iter());
}

#[test]
fn one_load_is_enough_for_all_who_ask() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let gate = app.fake.holds("a", Step::Import);
    let asked: Vec<_> = (0..THREADS)
        .map(|_| {
            let manager = Arc::clone(&app.manager);
            crate::support::spawn(move || manager.load("a", &mut Unobserved))
        })
        .collect();
    gate.arrived();
    gate.open();
    for asked in &asked {
        crate::support::next(asked).unwrap();
    }
    assert_eq!(app.fake.steps(), ["a@1 import", "a@1 on_load"]);
}

#[test]
fn a_folder_that_comes_and_goes_takes_nothing_along() {
    let app = Fixture::new();
    app.plugins(&NAMES);
    app.manager.discover().unwrap();
    let calls = Arc::new(AtomicU64::new(0));
    for (name, step) in NAMES.iter().flat_map(|name| STEPS.map(|step| (name, step))) {
        let (calls, manager) = (Arc::clone(&calls), Arc::downgrade(&app.manager));
        let dir = app.home.plugin(name);
        let aside = app.home.path().join(format!("{name} aside"));
        app.fake.always(name, step, move |_| {
            if calls.fetch_add(1, Ordering::Relaxed) % 3 == 0 {
                let manager = manager.upgrade().unwrap();
                fs::rename(&dir, &aside).unwrap();
                manager.discover().unwrap();
                fs::rename(&aside, &dir).unwrap();
                manager.discover().unwrap();
            }
            Ok(())
        });
    }
    let (sender, ended) = channel();
    for seed in 1..=4 {
        let (manager, sender) = (Arc::clone(&app.manager), sender.clone());
        thread::spawn(move || {
            let mut numbers = Numbers::new(seed);
            for _ in 0..ROUNDS {
                let name = NAMES[numbers.below(NAMES.len())];
                let _ = match numbers.below(3) {
                    0 => manager.load(name, &mut Unobserved),
                    1 => manager.reload(name, &mut Unobserved),
                    _ => manager.unload(name),
                };
            }
            sender.send(()).unwrap();
        });
    }
    drop(sender);
    let deadline = Instant::now() + LONG;
    for _ in 0..4 {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(
            ended.recv_timeout(left).is_ok(),
            "a thread hangs or has panicked"
        );
    }
    app.manager.discover().unwrap();
    check_instances(&app);
    app.manager.end();
    check_instances(&app);
    for name in NAMES {
        assert!(app.fake.alive(name).is_empty());
    }
}
