//! Every case of `cases/` on the operating system, on a script that watches directory by
//! directory, and on one that watches whole trees as macOS and Windows do.

use crate::common::{Case, DEBOUNCES, Play, cases, prepare};
use lichtfeld_watcher::Reach;

#[test]
fn on_a_script_by_directory() {
    for case in cases() {
        Play::scripted(prepare(&case), Reach::Directory)
            .play(&case)
            .unwrap();
    }
}

#[test]
fn on_a_script_by_subtree() {
    for case in cases() {
        Play::scripted(prepare(&case), Reach::Subtree)
            .play(&case)
            .unwrap();
    }
}

#[test]
fn on_the_operating_system() {
    // Side by side: most of the time is waiting for quiet.
    std::thread::scope(|scope| {
        for case in cases() {
            scope.spawn(move || play_on_the_system(&case));
        }
    });
}

/// Plays a case with longer and longer limits: one that is wrong on a quiet machine fails with all.
fn play_on_the_system(case: &Case) {
    let mut failures = Vec::new();
    for debounce in DEBOUNCES {
        match Play::system_with(prepare(case), debounce).play(case) {
            Ok(()) => return,
            Err(difference) => failures.push(format!("with {debounce:?}: {difference}")),
        }
    }
    panic!("{failures:#?}");
}
