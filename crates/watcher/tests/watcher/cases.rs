//! Every case of `cases/` on the operating system, on a script that watches directory by
//! directory, and on one that watches whole trees as macOS and Windows do.

use crate::common::{Play, cases, prepare};
use lichtfeld_watcher::Reach;

#[test]
fn on_a_script_by_directory() {
    for case in cases() {
        Play::scripted(prepare(&case), Reach::Directory).play(&case);
    }
}

#[test]
fn on_a_script_by_subtree() {
    for case in cases() {
        Play::scripted(prepare(&case), Reach::Subtree).play(&case);
    }
}

#[test]
fn on_the_operating_system() {
    // Side by side: most of the time is waiting for quiet.
    std::thread::scope(|scope| {
        for case in cases() {
            scope.spawn(move || Play::system(prepare(&case)).play(&case));
        }
    });
}
