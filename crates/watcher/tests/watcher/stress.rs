//! Random operations on a tree. Afterwards the watcher must know exactly the files that exist, and
//! the change sets, applied in order, must lead from the first state to the last.

use crate::common::Scratch;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_watcher::{ChangeKind, NotifySource, Options, Tree, WatchEvent, Watcher};
use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

/// A small random generator (xorshift), so that a failing seed can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

fn files(root: &Utf8Path) -> BTreeSet<Utf8PathBuf> {
    let mut found = BTreeSet::new();
    let mut queue = vec![root.to_owned()];
    while let Some(dir) = queue.pop() {
        for entry in dir.read_dir_utf8().unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                queue.push(entry.path().to_owned());
            } else {
                found.insert(entry.path().strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    found
}

/// Does one random operation, or nothing if it is impossible at the moment.
fn operate(root: &Utf8Path, dice: &mut Dice) {
    let mut random_dir = |depth: usize| {
        let mut path = root.to_owned();
        for _ in 0..dice.roll(depth) {
            path.push(format!("d{}", dice.roll(4)));
        }
        path
    };
    let (dir, other) = (random_dir(4), random_dir(4));
    let (name, text) = (format!("f{}.py", dice.roll(6)), dice.roll(1000).to_string());
    let file = dir.join(&name);
    let _ = match dice.roll(9) {
        0 => fs::create_dir_all(&dir),
        1..4 => fs::write(&file, text),
        4 => fs::write(dir.join("new"), text).and_then(|()| fs::rename(dir.join("new"), &file)),
        5 => fs::remove_file(&file),
        6 if dir != root => fs::remove_dir_all(&dir),
        7 if dir != root && other != root => fs::rename(&dir, &other),
        _ => fs::rename(&file, other.join(&name)),
    };
}

#[test]
fn known_files_are_those_that_exist() {
    let seconds = std::env::var("WATCH_STRESS_SECONDS")
        .ok()
        .and_then(|s| s.parse().ok());
    let seed = std::env::var("WATCH_STRESS_SEED")
        .ok()
        .and_then(|s| s.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()) * 2_654_435_761 + 1);
    println!("WATCH_STRESS_SEED={seed}");
    let mut dice = Dice(seed);
    let scratch = Scratch::new();
    let watcher = Watcher::start(Options::default(), NotifySource::new()).unwrap();
    let events = watcher.events();
    watcher.watch(Tree::new("t", scratch.root.clone())).unwrap();
    let mut reported = BTreeSet::new();
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(3));
    while Instant::now() < end {
        for _ in 0..dice.roll(300) {
            operate(&scratch.root, &mut dice);
        }
        let sentinel = format!("sentinel{}", dice.roll(1_000_000));
        fs::write(scratch.root.join(&sentinel), "x").unwrap();
        // A look at the whole tree may find the sentinel before it finds an earlier change, so
        // the earlier change may still be on its way; a change that never comes is lost.
        let there = files(&scratch.root);
        while reported != there {
            let Ok(event) = events.recv_timeout(Duration::from_secs(60)) else {
                let wrong: Vec<_> = reported.symmetric_difference(&there).collect();
                panic!("seed {seed}: {sentinel}: lost: {wrong:?}");
            };
            let WatchEvent::Changes(set) = event else {
                panic!("{event:?}")
            };
            for change in set.changes {
                match change.kind {
                    ChangeKind::Created => {
                        assert!(reported.insert(change.path.clone()), "{change:?}");
                    }
                    ChangeKind::Modified => assert!(reported.contains(&change.path), "{change:?}"),
                    ChangeKind::Removed => assert!(reported.remove(&change.path), "{change:?}"),
                    _ => panic!("{change:?}"),
                }
            }
        }
        let known: BTreeSet<_> = watcher
            .known_files(&"t".into())
            .unwrap()
            .into_iter()
            .collect();
        assert_eq!(known, there, "seed {seed}");
    }
}
