//! Cases read from data files, and the two stages they run on: the operating system and a script.
//! Both change a real directory in the same way; only the source of events and time differs.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_watcher::{
    ChangeSet, NotifySource, Options, RawKind, Reach, Script, ScriptedSource, Tree, WatchEvent,
    Watcher,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant, SystemTime};

/// Generous: it only decides how long a failing test takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// How long a save may take on the operating system. On a busy machine, the steps of a case or their
/// events may take longer than the first; then the case is played again with the next.
pub(crate) const DEBOUNCES: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_secs(2),
    Duration::from_secs(10),
];

#[derive(Deserialize)]
pub(crate) struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
pub(crate) struct Case {
    about: String,
    before: BTreeMap<String, String>,
    steps: Vec<String>,
}

pub(crate) fn cases() -> Vec<Case> {
    [
        include_str!("cases/saving.toml"),
        include_str!("cases/directories.toml"),
    ]
    .into_iter()
    .flat_map(|text| toml::from_str::<Cases>(text).unwrap().case)
    .collect()
}

pub(crate) struct Scratch {
    _dir: tempfile::TempDir,
    pub(crate) base: Utf8PathBuf,
    pub(crate) root: Utf8PathBuf,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let base = Utf8PathBuf::from_path_buf(dir.path().canonicalize().unwrap()).unwrap();
        let root = base.join("tree");
        fs::create_dir(&root).unwrap();
        Self {
            _dir: dir,
            base,
            root,
        }
    }

    /// Writes a file by one rename: on a busy machine, a write in place may be seen as two saves.
    pub(crate) fn write(&self, path: &str, text: &str) -> Utf8PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let hidden = path.with_file_name(format!(".{}", path.file_name().unwrap()));
        fs::write(&hidden, text).unwrap();
        fs::rename(&hidden, &path).unwrap();
        path
    }
}

/// What a case runs on.
pub(crate) enum Stage {
    System,
    Script(Script),
}

pub(crate) struct Play {
    pub(crate) scratch: Scratch,
    pub(crate) watcher: Watcher,
    pub(crate) events: Receiver<WatchEvent>,
    pub(crate) stage: Stage,
    sentinels: usize,
}

impl Play {
    /// Runs on the operating system.
    pub(crate) fn system(scratch: Scratch) -> Self {
        Self::system_with(scratch, DEBOUNCES[0])
    }

    /// Runs on the operating system, where a save takes up to `debounce`.
    pub(crate) fn system_with(scratch: Scratch, debounce: Duration) -> Self {
        let options = Options::default()
            .with_debounce(debounce)
            .with_burst_quiet(2 * debounce)
            .with_max_hold(10 * debounce)
            .with_git_hold(PATIENCE);
        let watcher = Watcher::start(options, NotifySource::new()).unwrap();
        Self::over(scratch, watcher, Stage::System)
    }

    pub(crate) fn scripted(scratch: Scratch, reach: Reach) -> Self {
        let (source, script) = ScriptedSource::new(reach);
        // A script sends events at once; the system's source holds them for some milliseconds.
        let options = Options::default()
            .with_debounce(Duration::from_millis(33))
            .with_git_hold(PATIENCE);
        let watcher = Watcher::start(options, source).unwrap();
        Self::over(scratch, watcher, Stage::Script(script))
    }

    fn over(scratch: Scratch, watcher: Watcher, stage: Stage) -> Self {
        let events = watcher.events();
        watcher
            .watch(Tree::new("tree", scratch.root.clone()))
            .unwrap();
        let play = Self {
            scratch,
            watcher,
            events,
            stage,
            sentinels: 0,
        };
        play.wait_for_hashes();
        play
    }

    /// Waits until the contents are known: before, a save of the same content counts as a change.
    fn wait_for_hashes(&self) {
        let end = Instant::now() + PATIENCE;
        while self.watcher.stats().unwrap().unhashed_trees > 0 {
            assert!(Instant::now() < end, "the files are never hashed");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn emit(&self, path: &Utf8Path, kind: RawKind) {
        if let Stage::Script(script) = &self.stage {
            script.touch(path, kind);
        }
    }

    fn wait(&self, ms: u64) {
        match &self.stage {
            Stage::System => std::thread::sleep(Duration::from_millis(ms)),
            Stage::Script(script) => script.advance(Duration::from_millis(ms)),
        }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.scratch.root.join(path);
        let new = !path.exists();
        fs::write(&path, text).unwrap();
        if new {
            self.emit(&path, RawKind::Appeared);
        }
        self.emit(&path, RawKind::Altered);
    }

    /// Drops the watches below a directory, as the system does when it is removed.
    fn lose(&self, dir: &Utf8Path) {
        if let Stage::Script(script) = &self.stage {
            for watched in script
                .watched()
                .iter()
                .filter(|watched| watched.starts_with(dir))
            {
                script.lose_watch(watched);
            }
        }
    }

    fn step(&self, step: &str) {
        let mut words = step.splitn(3, ' ');
        let verb = words.next().unwrap();
        let name = words.next().unwrap();
        let rest = words.next().unwrap_or_default();
        let root = &self.scratch.root;
        let resolve = |name: &str| match name {
            "." => root.clone(),
            name => name
                .strip_prefix("../")
                .map_or_else(|| root.join(name), |n| self.scratch.base.join(n)),
        };
        let path = resolve(name);
        match verb {
            "write" => self.write(name, rest),
            "wait" => self.wait(name.parse().unwrap()),
            "read" => drop(fs::read(&path).unwrap()),
            "remove" => {
                fs::remove_file(&path).unwrap();
                self.emit(&path, RawKind::Gone);
            }
            "rename" => {
                let to = resolve(rest);
                let is_dir = path.is_dir();
                fs::rename(&path, &to).unwrap();
                if is_dir {
                    self.lose(&path);
                }
                self.emit(&path, RawKind::Gone);
                self.emit(&to, RawKind::Appeared);
            }
            "rmtree" => {
                fs::remove_dir_all(&path).unwrap();
                self.lose(&path);
                self.emit(&path, RawKind::Gone);
            }
            // Everything exists before the first event is processed.
            "copy" => {
                let missing = path
                    .ancestors()
                    .take_while(|dir| !dir.exists())
                    .last()
                    .unwrap();
                let missing = missing.to_owned();
                self.scratch.write(name, rest);
                self.emit(&missing, RawKind::Appeared);
            }
            "burst" => {
                for number in 0..name.parse::<usize>().unwrap() {
                    self.write(&format!("file{number}.py"), "x");
                }
            }
            "chmod" => {
                #[cfg(unix)]
                fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700))
                    .unwrap();
                self.emit(&path, RawKind::Altered);
            }
            "older" => {
                let file = fs::File::options().append(true).open(&path).unwrap();
                file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
                    .unwrap();
                self.emit(&path, RawKind::Altered);
            }
            other => panic!("unknown step {other}"),
        }
    }

    /// Returns the next change set; any other event is printed and skipped.
    pub(crate) fn next(&self) -> Option<ChangeSet> {
        loop {
            let event = match &self.stage {
                Stage::System => self.events.recv_timeout(PATIENCE).ok(),
                Stage::Script(script) => {
                    script.advance(Duration::from_secs(1));
                    self.events.try_recv().ok()
                }
            };
            match event? {
                WatchEvent::Changes(set) => return Some(set),
                other => println!("skipped: {other:?}"),
            }
        }
    }

    /// Returns all changes so far; a sentinel file that is written last proves that no more come.
    pub(crate) fn nothing_but_sentinel(&mut self) -> Vec<String> {
        self.sentinels += 1;
        let name = format!("sentinel{}.txt", self.sentinels);
        self.write(&name, "x");
        let mut seen = Vec::new();
        loop {
            let set = self.next().expect("the sentinel is reported");
            let (own, other): (Vec<_>, Vec<_>) = set.changes.iter().partition(|c| c.path == name);
            seen.extend(other.iter().map(|c| describe(c)));
            if !own.is_empty() {
                return seen;
            }
        }
    }

    /// Plays a case. Returns what differs from its expectations.
    pub(crate) fn play(&mut self, case: &Case) -> Result<(), String> {
        for step in &case.steps {
            let about = format!("{}: {step}", case.about);
            let Some(expected) = step.strip_prefix("=> ") else {
                self.step(step);
                continue;
            };
            if expected == "nothing" {
                self.expect_nothing(&about)?;
                continue;
            }
            let set = self.next().ok_or(format!("{about}: no change set"))?;
            let seen: Vec<_> = set.changes.iter().map(describe).collect();
            let is_expected = match expected.strip_suffix(" changes") {
                Some(count) => seen.len().to_string() == count,
                None => {
                    let mut wanted: Vec<_> = expected.split(", ").collect();
                    wanted.sort_by_key(|line| line.split_once(' ').unwrap().1.to_owned());
                    seen == wanted
                }
            };
            if !is_expected {
                return Err(format!("{about}: {seen:?}"));
            }
        }
        self.expect_nothing(&format!("{}: at the end", case.about))
    }

    fn expect_nothing(&mut self, about: &str) -> Result<(), String> {
        match self.nothing_but_sentinel().as_slice() {
            [] => Ok(()),
            seen => Err(format!("{about}: {seen:?}")),
        }
    }
}

pub(crate) fn describe(change: &lichtfeld_watcher::Change) -> String {
    format!("{:?} {}", change.kind, change.path).to_lowercase()
}

pub(crate) fn prepare(case: &Case) -> Scratch {
    let scratch = Scratch::new();
    for (path, text) in &case.before {
        scratch.write(path, text);
    }
    scratch
}
