//! Trees and parents beyond single saves: links, roots that vanish and return, problems, stopping.

use crate::common::{PATIENCE, Play, Scratch, describe};
use lichtfeld_watcher::{
    ChangeKind, NotifySource, Options, Problem, RawEvent, RawKind, Reach, Script, ScriptedSource,
    Tree, WatchEvent, Watcher,
};
use std::fs;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

fn scripted() -> (Watcher, Receiver<WatchEvent>, Script) {
    let (source, script) = ScriptedSource::new(Reach::Directory);
    let watcher = Watcher::start(Options::default(), source).unwrap();
    let events = watcher.events();
    (watcher, events, script)
}

fn system() -> (Watcher, Receiver<WatchEvent>) {
    let watcher = Watcher::start(Options::default(), NotifySource::new()).unwrap();
    let events = watcher.events();
    (watcher, events)
}

/// Waits for an event that `wanted` accepts; others are skipped.
fn until<T>(events: &Receiver<WatchEvent>, wanted: impl Fn(&WatchEvent) -> Option<T>) -> T {
    loop {
        let event = events.recv_timeout(PATIENCE).expect("the event comes");
        if let Some(found) = wanted(&event) {
            return found;
        }
    }
}

fn first_change(event: &WatchEvent) -> Option<String> {
    match event {
        WatchEvent::Changes(set) => Some(describe(&set.changes[0])),
        _ => None,
    }
}

#[test]
fn environments_hold_no_watch() {
    let scratch = Scratch::new();
    scratch.write("a.py", "1");
    scratch.write("ui/b.rml", "1");
    for number in 0..100 {
        scratch.write(&format!(".venv/lib/package{number}/x.py"), "1");
    }
    let (watcher, _events) = system();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    // The root, `ui`, and the directory above, where the root itself comes and goes.
    assert_eq!(watcher.stats().unwrap().watched_directories, 3);
    assert_eq!(
        watcher.known_files(&"t".into()).unwrap(),
        ["a.py", "ui/b.rml"]
    );
    assert!(watcher.unwatch(&"t".into()));
    assert!(!watcher.unwatch(&"t".into()));
    assert_eq!(watcher.stats().unwrap().watched_directories, 0);
}

#[cfg(unix)]
#[test]
fn what_is_written_again_as_it_was_is_sent_to_those_who_ask() {
    let scratch = Scratch::new();
    scratch.write("a.py", "1");
    let options = Options::default().with_rewritten(true);
    let watcher = Watcher::start(options, NotifySource::new()).unwrap();
    let events = watcher.events();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    let end = Instant::now() + PATIENCE;
    while watcher.stats().unwrap().unhashed_trees > 0 {
        assert!(Instant::now() < end, "the file is never hashed");
        std::thread::sleep(Duration::from_millis(1));
    }
    let next = || {
        until(&events, |event| match event {
            WatchEvent::Changes(set) => Some(set.clone()),
            _ => None,
        })
    };
    scratch.write("a.py", "1");
    let set = next();
    assert!(set.changes.is_empty(), "{set:?}");
    assert_eq!(set.rewritten[0].path, "a.py");
    scratch.write("a.py", "2");
    let set = next();
    assert_eq!(set.changes[0].path, "a.py");
    assert!(set.rewritten.is_empty());
}

#[test]
fn a_file_that_is_moved_over_another_twice_at_once_is_gone() {
    let scratch = Scratch::new();
    let at = |name: &str| scratch.root.join(name);
    for name in ["a.py", "b.py"] {
        scratch.write(name, "1");
    }
    let (watcher, events) = system();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    // Faster than the system's source joins them: it forgets the first of these moves.
    fs::rename(at("a.py"), at("b.py")).unwrap();
    fs::write(at("new"), "2").unwrap();
    fs::rename(at("new"), at("a.py")).unwrap();
    fs::rename(at("a.py"), at("b.py")).unwrap();
    until(&events, |event| {
        let WatchEvent::Changes(set) = event else {
            return None;
        };
        let mut removed = set.changes.iter().filter(|c| c.kind == ChangeKind::Removed);
        removed.any(|change| change.path == "a.py").then_some(())
    });
    assert_eq!(watcher.known_files(&"t".into()).unwrap(), ["b.py"]);
}

#[test]
fn a_file_that_a_new_one_is_moved_over_and_that_is_removed_at_once_is_gone() {
    let scratch = Scratch::new();
    let at = |name: &str| scratch.root.join(name);
    scratch.write("a.py", "1");
    let (watcher, events) = system();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    // For the system's source a file was made and removed: nothing has happened.
    fs::write(at("new"), "2").unwrap();
    fs::rename(at("new"), at("a.py")).unwrap();
    fs::remove_file(at("a.py")).unwrap();
    assert_eq!(until(&events, first_change), "removed a.py");
}

#[test]
fn a_link_is_watched_at_its_target_and_may_be_pointed_elsewhere() {
    let scratch = Scratch::new();
    scratch.write("v1/a.py", "1");
    scratch.write("v2/a.py", "2");
    let link = scratch.base.join("plugin");
    std::os::unix::fs::symlink(scratch.root.join("v1"), &link).unwrap();
    let (watcher, events) = system();
    watcher.watch(Tree::new("t", link.clone())).unwrap();
    scratch.write("v1/a.py", "3");
    let set = until(&events, |n| match n {
        WatchEvent::Changes(set) => Some(set.clone()),
        _ => None,
    });
    assert_eq!(set.changes[0].absolute, link.join("a.py"));
    let other = scratch.base.join("other");
    std::os::unix::fs::symlink(scratch.root.join("v2"), &other).unwrap();
    fs::rename(&other, &link).unwrap();
    assert_eq!(until(&events, first_change), "modified a.py");
    scratch.write("v2/b.py", "1");
    assert_eq!(until(&events, first_change), "created b.py");
}

#[test]
fn children_of_a_parent_come_and_go() {
    let scratch = Scratch::new();
    scratch.write("old/pyproject.toml", "");
    let (watcher, events) = system();
    watcher.watch_parent(&scratch.root).unwrap();
    let appeared = |n: &WatchEvent| match n {
        WatchEvent::TreeAppeared { root, .. } => Some(root.clone()),
        _ => None,
    };
    let vanished = |n: &WatchEvent| match n {
        WatchEvent::TreeVanished { root, tree } => Some((root.clone(), tree.clone())),
        _ => None,
    };
    // The directory comes first, its manifest later.
    scratch.write("new/__init__.py", "");
    scratch.write("new/pyproject.toml", "");
    assert_eq!(until(&events, appeared), scratch.root.join("new"));
    watcher
        .watch(Tree::new("old", scratch.root.join("old")))
        .unwrap();
    fs::remove_dir_all(scratch.root.join("old")).unwrap();
    assert_eq!(
        until(&events, vanished),
        (scratch.root.join("old"), Some("old".into()))
    );
    fs::rename(scratch.root.join("new"), scratch.root.join("old")).unwrap();
    assert_eq!(until(&events, appeared), scratch.root.join("old"));
    // Hidden directories are for staging.
    scratch.write(".staging/pyproject.toml", "");
    scratch.write("last/pyproject.toml", "");
    assert_eq!(until(&events, appeared), scratch.root.join("last"));
    scratch.write("old/a.py", "1");
    assert_eq!(until(&events, first_change), "created a.py");
}

#[test]
fn a_root_that_vanishes_is_reported_and_may_return() {
    let scratch = Scratch::new();
    let root = scratch.base.join("outer/inner");
    fs::create_dir_all(&root).unwrap();
    let (watcher, events, script) = scripted();
    watcher.watch(Tree::new("t", root.clone())).unwrap();
    // Its parent vanishes as well, so that no event can report its return.
    fs::remove_dir_all(scratch.base.join("outer")).unwrap();
    script.emit(RawEvent::Path {
        path: root.clone(),
        kind: RawKind::Gone,
    });
    script.advance(Duration::from_millis(100));
    assert!(matches!(
        events.try_recv(),
        Ok(WatchEvent::TreeVanished { tree: Some(_), .. })
    ));
    script.advance(Duration::from_secs(5));
    assert!(events.try_recv().is_err());
    fs::create_dir_all(&root).unwrap();
    script.advance(Duration::from_secs(5));
    assert!(matches!(
        events.try_recv(),
        Ok(WatchEvent::TreeAppeared { tree: Some(_), .. })
    ));
    fs::write(root.join("a.py"), "1").unwrap();
    script.touch(&root.join("a.py"), RawKind::Appeared);
    script.advance(Duration::from_secs(1));
    assert_eq!(
        events
            .try_recv()
            .ok()
            .as_ref()
            .and_then(first_change)
            .unwrap(),
        "created a.py"
    );
}

#[test]
fn without_watches_a_tree_is_polled_reported_once_and_recovers() {
    let scratch = Scratch::new();
    let file = scratch.write("a.py", "1");
    scratch.write("deep/er/b.py", "1");
    let (watcher, events, script) = scripted();
    script.limit_watches(2);
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    script.advance(Duration::from_millis(10));
    let Ok(WatchEvent::Degraded { reason, hint, .. }) = events.try_recv() else {
        panic!("it is reported")
    };
    assert_eq!(reason, Problem::WatchLimit);
    assert!(hint.contains("fs.inotify.max_user_watches"), "{hint}");
    fs::write(&file, "2").unwrap();
    script.advance(Duration::from_secs(2));
    let Ok(WatchEvent::Changes(set)) = events.try_recv() else {
        panic!("the change is found by polling")
    };
    assert!(set.rescanned);
    assert_eq!(describe(&set.changes[0]), "modified a.py");
    script.advance(Duration::from_secs(60));
    assert!(events.try_recv().is_err(), "reported only once");
    script.limit_watches(100);
    script.advance(Duration::from_secs(60));
    assert!(matches!(
        events.try_recv(),
        Ok(WatchEvent::Recovered { .. })
    ));
    assert_eq!(watcher.stats().unwrap().polled_trees, 0);
    fs::write(&file, "3").unwrap();
    script.touch(&file, RawKind::Altered);
    script.advance(Duration::from_millis(100));
    assert!(matches!(events.try_recv(), Ok(WatchEvent::Changes(_))));
}

#[test]
fn after_an_overflow_everything_is_compared() {
    let scratch = Scratch::new();
    let file = scratch.write("a.py", "1");
    let (watcher, events, script) = scripted();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    fs::write(&file, "2").unwrap();
    scratch.write("new/b.py", "1");
    script.emit(RawEvent::Overflow);
    script.advance(Duration::from_secs(1));
    assert!(matches!(
        events.try_recv(),
        Ok(WatchEvent::Degraded {
            reason: Problem::Overflow,
            ..
        })
    ));
    let Ok(WatchEvent::Changes(set)) = events.try_recv() else {
        panic!("the tree is compared")
    };
    let kinds: Vec<_> = set.changes.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ChangeKind::Modified, ChangeKind::Created]);
    assert!(script.watched().contains(&scratch.root.join("new")));
}

#[test]
fn a_tree_that_is_never_quiet_is_reported_all_the_same() {
    let scratch = Scratch::new();
    let log = scratch.write("log.txt", "");
    let code = scratch.write("a.py", "1");
    let (watcher, events, script) = scripted();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    fs::write(&code, "2").unwrap();
    script.touch(&code, RawKind::Altered);
    for line in 0..300 {
        fs::write(&log, line.to_string()).unwrap();
        script.touch(&log, RawKind::Altered);
        script.advance(Duration::from_millis(10));
    }
    let Ok(WatchEvent::Changes(set)) = events.try_recv() else {
        panic!("the change is reported")
    };
    assert_eq!(describe(&set.changes[0]), "modified a.py");
}

#[test]
fn ten_thousand_files_move_in_and_out() {
    let scratch = Scratch::new();
    for number in 0..10_000 {
        let path = scratch.base.join(format!("big/d{}", number % 100));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join(format!("{number}.py")), "x").unwrap();
    }
    let mut play = Play::system(scratch);
    let (outside, inside) = (play.scratch.base.join("big"), play.scratch.root.join("big"));
    fs::rename(&outside, &inside).unwrap();
    assert_eq!(play.next().unwrap().changes.len(), 10_000);
    assert_eq!(play.watcher.stats().unwrap().watched_directories, 103);
    fs::rename(&inside, &outside).unwrap();
    let set = play.next().unwrap();
    assert_eq!(set.changes.len(), 10_000);
    assert!(set.changes.iter().all(|c| c.kind == ChangeKind::Removed));
    assert!(play.nothing_but_sentinel().is_empty());
    assert_eq!(play.watcher.stats().unwrap().watched_directories, 2);
}

#[test]
fn bad_roots_are_named_and_stopping_is_quick_and_final() {
    let scratch = Scratch::new();
    let file = scratch.write("a.py", "1");
    let (watcher, events) = system();
    let code = |tree| watcher.watch(tree).unwrap_err().code();
    assert_eq!(
        code(Tree::new("a", scratch.base.join("none"))),
        "watch-not-found"
    );
    assert_eq!(code(Tree::new("b", file)), "watch-not-a-directory");
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| watcher.stop());
        }
    });
    // The limit is 100 ms; this one only has to be shorter than a wait that never ends.
    assert!(started.elapsed() < PATIENCE);
    assert!(events.recv().is_err(), "disconnected");
    assert_eq!(code(Tree::new("t", scratch.root.clone())), "watch-stopped");
    assert!(watcher.stats().is_none());
    let (again, events) = system();
    again.watch(Tree::new("t", scratch.root.clone())).unwrap();
    scratch.write("a.py", "2");
    assert_eq!(until(&events, first_change), "modified a.py");
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_reported() {
    use std::os::unix::ffi::OsStrExt;
    let scratch = Scratch::new();
    let (watcher, events) = system();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.py");
    if fs::write(scratch.root.as_std_path().join(name), "1").is_err() {
        println!("skipped: this file system accepts only UTF-8 names");
        return;
    }
    let reason = until(&events, |n| match n {
        WatchEvent::Degraded { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert_eq!(reason.code(), "watch-not-utf8");
}

#[test]
fn a_save_in_the_moment_after_the_first_scan_is_found_by_polling() {
    for _ in 0..5 {
        let scratch = Scratch::new();
        let file = scratch.write("a.py", "1");
        let (watcher, events, script) = scripted();
        script.limit_watches(0);
        watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
        // Of the same size, and within one tick of the file system's clock.
        fs::write(&file, "2").unwrap();
        script.advance(Duration::from_secs(5));
        let found = events.try_iter().find_map(|event| first_change(&event));
        assert_eq!(found.as_deref(), Some("modified a.py"));
    }
}
