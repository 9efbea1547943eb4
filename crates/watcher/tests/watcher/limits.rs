//! A system at its limits, for real: a user namespace with few inotify watches or no instance.

use crate::common::Scratch;
use lichtfeld_watcher::{Notice, NotifySource, Options, Tree, Watcher};
use std::process::Command;
use std::time::Duration;

const INSIDE: &str = "LICHTFELD_WATCHER_TEST_INSIDE";

/// Runs one test of this program in a namespace with a limit; prints why when there is none.
fn with_limit(limit: &str, test: &str) {
    let script = format!("echo {limit} || exit 77; exec \"$0\" --exact {test} --nocapture");
    let program = std::env::current_exe().unwrap();
    let output = Command::new("unshare")
        .args(["-Ur", "sh", "-c", &script])
        .arg(program)
        .env(INSIDE, "1")
        .output();
    match output {
        Err(error) => println!("skipped: `unshare` cannot be run: {error}"),
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            if output.status.success() && text.contains("inside and well") {
                return;
            }
            let refused = output.status.code() == Some(77) || text.contains("unshare failed");
            assert!(refused, "{text}");
            println!("skipped: no user namespace with an own limit here: {text}");
        }
    }
}

#[test]
fn few_watches() {
    with_limit(
        "40 > /proc/sys/user/max_inotify_watches",
        "limits::inside_few_watches",
    );
}

#[test]
fn no_instance() {
    with_limit(
        "0 > /proc/sys/user/max_inotify_instances",
        "limits::inside_no_instance",
    );
}

#[test]
fn inside_few_watches() {
    if std::env::var_os(INSIDE).is_some() {
        degraded_but_complete("watch-limit");
    }
}

#[test]
fn inside_no_instance() {
    if std::env::var_os(INSIDE).is_some() {
        degraded_but_complete("watch-instances");
    }
}

/// Twenty trees of five directories: those that cannot be watched say so once each, and changes
/// in all of them are found.
fn degraded_but_complete(code: &str) {
    let scratch = Scratch::new();
    let options = Options {
        poll_interval: Duration::from_millis(100),
        ..Options::default()
    };
    let watcher = Watcher::start(options, NotifySource::new()).unwrap();
    let notices = watcher.notices();
    for number in 0..20 {
        for part in 0..4 {
            scratch.write(&format!("t{number}/d{part}/a.py"), "1");
        }
        let root = scratch.root.join(format!("t{number}"));
        watcher.watch(Tree::new(number.to_string(), root)).unwrap();
    }
    let polled = watcher.stats().unwrap().polled_trees;
    assert!(polled >= 10, "{polled} trees polled");
    for number in 0..20 {
        scratch.write(&format!("t{number}/d3/a.py"), "2");
    }
    let (mut changed, mut degraded) = (0, 0);
    while changed < 20 {
        match notices
            .recv_timeout(Duration::from_secs(30))
            .expect("every change is found")
        {
            Notice::Changes(set) => changed += set.changes.len(),
            Notice::Degraded { reason, .. } => {
                assert_eq!(reason.code(), code);
                degraded += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(degraded, polled);
    println!("inside and well");
}
