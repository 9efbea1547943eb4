//! Trees and parents beyond single saves: links, comings and goings, trouble, stopping.

use crate::common::{Play, Scratch, describe};
use lichtfeld_watcher::{
    ChangeKind, Notice, NotifySource, Options, RawEvent, RawKind, Reach, Script, ScriptedSource,
    Tree, Trouble, Watcher,
};
use std::fs;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

fn scripted() -> (Watcher, Receiver<Notice>, Script) {
    let (source, script) = ScriptedSource::new(Reach::Directory);
    let watcher = Watcher::start(Options::default(), source).unwrap();
    let notices = watcher.notices();
    (watcher, notices, script)
}

fn system() -> (Watcher, Receiver<Notice>) {
    let watcher = Watcher::start(Options::default(), NotifySource::new()).unwrap();
    let notices = watcher.notices();
    (watcher, notices)
}

/// Waits for a notice that `wanted` takes something out of; others are passed over.
fn until<T>(notices: &Receiver<Notice>, wanted: impl Fn(&Notice) -> Option<T>) -> T {
    loop {
        let notice = notices.recv_timeout(PATIENCE).expect("the notice comes");
        if let Some(found) = wanted(&notice) {
            return found;
        }
    }
}

fn first_change(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Changes(set) => Some(describe(&set.changes[0])),
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
    let (watcher, _notices) = system();
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
fn a_link_is_watched_at_its_target_and_may_be_pointed_elsewhere() {
    let scratch = Scratch::new();
    scratch.write("v1/a.py", "1");
    scratch.write("v2/a.py", "2");
    let link = scratch.base.join("plugin");
    std::os::unix::fs::symlink(scratch.root.join("v1"), &link).unwrap();
    let (watcher, notices) = system();
    watcher.watch(Tree::new("t", link.clone())).unwrap();
    scratch.write("v1/a.py", "3");
    let set = until(&notices, |n| match n {
        Notice::Changes(set) => Some(set.clone()),
        _ => None,
    });
    assert_eq!(set.changes[0].absolute, link.join("a.py"));
    let other = scratch.base.join("other");
    std::os::unix::fs::symlink(scratch.root.join("v2"), &other).unwrap();
    fs::rename(&other, &link).unwrap();
    assert_eq!(until(&notices, first_change), "modified a.py");
    scratch.write("v2/b.py", "1");
    assert_eq!(until(&notices, first_change), "created b.py");
}

#[test]
fn children_of_a_parent_come_and_go() {
    let scratch = Scratch::new();
    scratch.write("old/pyproject.toml", "");
    let (watcher, notices) = system();
    watcher.watch_parent(&scratch.root).unwrap();
    let appeared = |n: &Notice| match n {
        Notice::TreeAppeared { root, .. } => Some(root.clone()),
        _ => None,
    };
    let vanished = |n: &Notice| match n {
        Notice::TreeVanished { root, tree } => Some((root.clone(), tree.clone())),
        _ => None,
    };
    // The directory first, its manifest later.
    scratch.write("new/__init__.py", "");
    scratch.write("new/pyproject.toml", "");
    assert_eq!(until(&notices, appeared), scratch.root.join("new"));
    watcher
        .watch(Tree::new("old", scratch.root.join("old")))
        .unwrap();
    fs::remove_dir_all(scratch.root.join("old")).unwrap();
    assert_eq!(
        until(&notices, vanished),
        (scratch.root.join("old"), Some("old".into()))
    );
    fs::rename(scratch.root.join("new"), scratch.root.join("old")).unwrap();
    assert_eq!(until(&notices, appeared), scratch.root.join("old"));
    // Hidden directories are somebody's staging.
    scratch.write(".staging/pyproject.toml", "");
    scratch.write("last/pyproject.toml", "");
    assert_eq!(until(&notices, appeared), scratch.root.join("last"));
    scratch.write("old/a.py", "1");
    assert_eq!(until(&notices, first_change), "created a.py");
}

#[test]
fn a_root_that_goes_for_good_is_told_and_comes_back() {
    let scratch = Scratch::new();
    let root = scratch.base.join("outer/inner");
    fs::create_dir_all(&root).unwrap();
    let (watcher, notices, script) = scripted();
    watcher.watch(Tree::new("t", root.clone())).unwrap();
    // Its parent goes as well, so that no event can tell of its return.
    fs::remove_dir_all(scratch.base.join("outer")).unwrap();
    script.emit(RawEvent::Path {
        path: root.clone(),
        kind: RawKind::Gone,
    });
    script.advance(Duration::from_millis(100));
    assert!(matches!(
        notices.try_recv(),
        Ok(Notice::TreeVanished { tree: Some(_), .. })
    ));
    script.advance(Duration::from_secs(5));
    assert!(notices.try_recv().is_err());
    fs::create_dir_all(&root).unwrap();
    script.advance(Duration::from_secs(5));
    assert!(matches!(
        notices.try_recv(),
        Ok(Notice::TreeAppeared { tree: Some(_), .. })
    ));
    fs::write(root.join("a.py"), "1").unwrap();
    script.touch(&root.join("a.py"), RawKind::Appeared);
    script.advance(Duration::from_secs(1));
    assert_eq!(
        notices
            .try_recv()
            .ok()
            .as_ref()
            .and_then(first_change)
            .unwrap(),
        "created a.py"
    );
}

#[test]
fn without_watches_a_tree_is_polled_told_once_and_recovers() {
    let scratch = Scratch::new();
    let file = scratch.write("a.py", "1");
    scratch.write("deep/er/b.py", "1");
    let (watcher, notices, script) = scripted();
    script.limit_watches(2);
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    script.advance(Duration::from_millis(10));
    let Ok(Notice::Degraded { reason, cure, .. }) = notices.try_recv() else {
        panic!("told")
    };
    assert_eq!(reason, Trouble::WatchLimit);
    assert!(cure.contains("fs.inotify.max_user_watches"), "{cure}");
    fs::write(&file, "2").unwrap();
    script.advance(Duration::from_secs(2));
    let Ok(Notice::Changes(set)) = notices.try_recv() else {
        panic!("found by looking")
    };
    assert!(set.rescanned);
    assert_eq!(describe(&set.changes[0]), "modified a.py");
    script.advance(Duration::from_secs(60));
    assert!(notices.try_recv().is_err(), "told once only");
    script.limit_watches(100);
    script.advance(Duration::from_secs(60));
    assert!(matches!(notices.try_recv(), Ok(Notice::Recovered { .. })));
    assert_eq!(watcher.stats().unwrap().polled_trees, 0);
    fs::write(&file, "3").unwrap();
    script.touch(&file, RawKind::Altered);
    script.advance(Duration::from_millis(100));
    assert!(matches!(notices.try_recv(), Ok(Notice::Changes(_))));
}

#[test]
fn after_an_overflow_everything_is_compared() {
    let scratch = Scratch::new();
    let file = scratch.write("a.py", "1");
    let (watcher, notices, script) = scripted();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    fs::write(&file, "2").unwrap();
    scratch.write("new/b.py", "1");
    script.emit(RawEvent::Overflow);
    script.advance(Duration::from_secs(1));
    assert!(matches!(
        notices.try_recv(),
        Ok(Notice::Degraded {
            reason: Trouble::Overflow,
            ..
        })
    ));
    let Ok(Notice::Changes(set)) = notices.try_recv() else {
        panic!("compared")
    };
    let kinds: Vec<_> = set.changes.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ChangeKind::Modified, ChangeKind::Created]);
    assert!(script.watched().contains(&scratch.root.join("new")));
}

#[test]
fn a_tree_that_never_rests_is_told_all_the_same() {
    let scratch = Scratch::new();
    let log = scratch.write("log.txt", "");
    let code = scratch.write("a.py", "1");
    let (watcher, notices, script) = scripted();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    fs::write(&code, "2").unwrap();
    script.touch(&code, RawKind::Altered);
    for line in 0..300 {
        fs::write(&log, line.to_string()).unwrap();
        script.touch(&log, RawKind::Altered);
        script.advance(Duration::from_millis(10));
    }
    let Ok(Notice::Changes(set)) = notices.try_recv() else {
        panic!("not starved")
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
    let (watcher, notices) = system();
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
    // The bound is 100 ms; a machine that is busy with other tests gets more.
    assert!(started.elapsed() < Duration::from_secs(2));
    assert!(notices.recv().is_err(), "disconnected");
    assert_eq!(code(Tree::new("t", scratch.root.clone())), "watch-stopped");
    assert!(watcher.stats().is_none());
    let (again, notices) = system();
    again.watch(Tree::new("t", scratch.root.clone())).unwrap();
    scratch.write("a.py", "2");
    assert_eq!(until(&notices, first_change), "modified a.py");
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_told_not_swallowed() {
    use std::os::unix::ffi::OsStrExt;
    let scratch = Scratch::new();
    let (watcher, notices) = system();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.py");
    if fs::write(scratch.root.as_std_path().join(name), "1").is_err() {
        println!("skipped: this file system takes UTF-8 names only");
        return;
    }
    let reason = until(&notices, |n| match n {
        Notice::Degraded { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert_eq!(reason.code(), "watch-not-utf8");
}
