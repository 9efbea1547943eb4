//! A system at its limits, for real: a user namespace with few inotify watches or no instance.

use crate::common::Scratch;
use lichtfeld_watcher::{NotifySource, Options, Tree, WatchEvent, Watcher};
use std::process::Command;
use std::time::Duration;

const INSIDE: &str = "LICHTFELD_WATCHER_TEST_INSIDE";

/// Runs one test of this program in a namespace with a limit, or prints why that is impossible.
fn with_limit(limit: &str, test: &str) {
    let script = format!("echo {limit} || exit 77; exec \"$0\" --exact {test} --nocapture");
    let program = std::env::current_exe().unwrap();
    inside(
        Command::new("unshare")
            .args(["-Ur", "sh", "-c", &script])
            .arg(program),
    );
}

fn inside(command: &mut Command) {
    match command.env(INSIDE, "1").output() {
        Err(error) => println!("skipped: {command:?} cannot be run: {error}"),
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            if output.status.success() && text.contains("inside and well") {
                return;
            }
            let refused = output.status.code() == Some(77)
                || text.contains("unshare failed")
                || text.starts_with("setpriv:");
            assert!(refused, "{text}");
            println!("skipped: the system does not let us set the limit: {text}");
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

/// Root can read everything, so it drops that right first.
#[test]
fn no_right_to_read() {
    let all = "-dac_override,-dac_read_search";
    let program = std::env::current_exe().unwrap();
    let mut command = if rustix::process::geteuid().is_root() {
        let mut command = Command::new("setpriv");
        command
            .args(["--inh-caps", all, "--bounding-set", all])
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    inside(command.args(["--exact", "limits::inside_no_right_to_read", "--nocapture"]));
}

#[test]
fn inside_no_right_to_read() {
    use std::os::unix::fs::PermissionsExt;
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let scratch = Scratch::new();
    scratch.write("open/a.py", "1");
    scratch.write("closed/b.py", "1");
    let closed = scratch.root.join("closed");
    let allow = |mode| {
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(0o000);
    let watcher = Watcher::start(Options::default(), NotifySource::new()).unwrap();
    let events = watcher.events();
    let next = || {
        events
            .recv_timeout(Duration::from_secs(60))
            .expect("an event comes")
    };
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    // Reported once, with a command to type.
    match next() {
        WatchEvent::Degraded { reason, hint, .. } => {
            assert_eq!(reason.code(), "watch-unreadable");
            assert!(reason.to_string().contains("closed"), "{reason}");
            assert!(hint.contains("chmod"), "{hint}");
        }
        other => panic!("{other:?}"),
    }
    // The rest is watched.
    scratch.write("open/a.py", "2");
    match next() {
        WatchEvent::Changes(set) => assert_eq!(set.changes[0].path, "open/a.py"),
        other => panic!("{other:?}"),
    }
    // When the directory can be read, what was written meanwhile is found.
    allow(0o755);
    scratch.write("closed/b.py", "2");
    loop {
        if let WatchEvent::Changes(set) = next() {
            assert!(set.changes[0].path.starts_with("closed"), "{set:?}");
            break;
        }
    }
    println!("inside and well");
}

/// Twenty trees of five directories: each tree that cannot be watched is reported once, and changes
/// in all of them are found.
fn degraded_but_complete(code: &str) {
    let scratch = Scratch::new();
    let options = Options::default().with_poll_interval(Duration::from_millis(100));
    let watcher = Watcher::start(options, NotifySource::new()).unwrap();
    let events = watcher.events();
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
        match events
            .recv_timeout(Duration::from_secs(60))
            .expect("every change is found")
        {
            WatchEvent::Changes(set) => changed += set.changes.len(),
            WatchEvent::Degraded { reason, .. } => {
                assert_eq!(reason.code(), code);
                degraded += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(degraded, polled);
    println!("inside and well");
}
