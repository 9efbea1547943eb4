//! Files that a plugin writes into its own directory.
//!
//! Each write looks like a save, each save causes a reload, and each reload writes again, without
//! an end. Nobody says who has written a file, so three things are looked at:
//!
//! - A data file that a process of the application has open for writing is being written by it:
//!   a download, a log. This is no save at all.
//! - A write *during* a reload is probably of the plugin, also to its code: the author would have
//!   to save within the same milliseconds.
//! - A data file that is written *soon* after the reload that it has caused, or with the same
//!   *regular* delay after each, is probably written by a thread or a child process that starts
//!   with the plugin. So is one that is written *late* but very often, without one change of the
//!   code between; files that people edit by hand do not count there.
//!
//! The last two decide only after several reloads in a row. A change of code outside of a reload is
//! always an edit of the author, and begins the count anew: a needless reload is better than a lost
//! save. Where reloads are slow, an author who saves again and again also saves during several of
//! them. So the last reload before code is taken for the plugin's own waits until the author has
//! been quiet for longer than a reload takes: only the plugin writes in that one.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_watcher::{Change, ChangeKind, ChangeSet, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

/// The number of reloads in a row that may be caused by the plugin's own files. After that such a
/// change causes no reload.
const PATIENCE: u32 = 3;

/// The same for writes that come late and irregularly, and for files that people write by hand: an
/// author may tune one this often without a change of the code, and an editor may save by itself.
const LONG_PATIENCE: u32 = 9;

/// After so many reloads in a row by the same code, each soon after the one before, the author is
/// asked whether the plugin writes it. It is reloaded all the same: a program may edit this fast.
const SUSPICIOUS: u32 = 10;

/// The resolution of the times of files, which is a few milliseconds.
const CLOCK_TICK: Duration = Duration::from_millis(10);

/// A person who has just seen a reload needs longer than this to change the file and save it.
const SOON: Duration = Duration::from_secs(2);

/// How much the delays of a regular writer differ at most, and which part of the delay. Those of a
/// person differ by more.
const JITTER: Duration = Duration::from_millis(100);
const JITTER_PART: u32 = 50;

/// Code must not have been written for this long before the reload that decides, nor for
/// `QUIET_RELOADS` times as long as the reload before took, up to `MAX_QUIET`.
const QUIET: Duration = Duration::from_secs(1);
const QUIET_RELOADS: u32 = 2;
const MAX_QUIET: Duration = Duration::from_secs(30);

/// A plugin's own file that was not written for this long, nor for `REST_GAPS` times the longest
/// pause of its writer, is the author's again. The pause counts up to `MAX_GAP`.
const REST: Duration = Duration::from_secs(5);
const REST_GAPS: u32 = 4;
const MAX_GAP: Duration = Duration::from_secs(600);

/// So many own files of one plugin are remembered; the one that was idle for longest is forgotten.
const MAX_OWN: usize = 256;

/// Endings of resources that people write by hand and programs rarely do.
const BY_HAND: &[&str] = &[
    "cfg", "comp", "css", "frag", "glsl", "htm", "html", "ini", "md", "qml", "qss", "rcss", "rml",
    "rst", "svg", "toml", "ui", "vert", "wgsl", "xml", "yaml", "yml",
];

/// What to do about changed files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The author saved them.
    Saved,
    /// The same; but it is strange how often and how fast.
    SavedTooOften(Vec<Utf8PathBuf>),
    /// To be judged again after this time, together with what has changed by then.
    Wait(Duration),
    /// The plugin writes them, noticed for the first time.
    OwnNow(Vec<Utf8PathBuf>),
    /// The same, noticed before.
    Own,
}

/// One changed file.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub(crate) path: Utf8PathBuf,
    pub(crate) kind: ChangeKind,
    pub(crate) role: Role,
    /// When it was written, or, if it was removed, when that was seen.
    pub(crate) at: SystemTime,
    /// Whether a process of the application has it open for writing.
    pub(crate) is_held: bool,
}

/// Why a write may be of the plugin, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    During,
    Soon,
    Regular,
    Late,
    /// It is an edit.
    Edit,
}

/// The end of the changes before: a reload, or the plugin has dealt with them itself.
#[derive(Clone, Copy, Debug)]
struct Handled {
    begun: SystemTime,
    /// When the new version was active. What is saved later is not in it.
    active: SystemTime,
    ended: SystemTime,
    was_reload: bool,
}

/// Reloads that the plugin may have caused itself, since the last edit.
#[derive(Debug, Default)]
struct Row {
    /// Those by code that was written during the reload before.
    code: u32,
    /// Those by data files alone that were not late, and the one before them.
    prompt: u32,
    /// All of the same data files.
    all: u32,
    files: BTreeSet<Utf8PathBuf>,
    /// The delay of the first one after the reload before it, which the others are compared with.
    delay: Option<Duration>,
}

/// Reloads by the same code, each soon after the one before.
#[derive(Debug, Default)]
struct Edits {
    in_a_row: u32,
    files: BTreeSet<Utf8PathBuf>,
}

#[derive(Debug)]
struct Own {
    last: SystemTime,
    /// The longest time between two writes, or between a reload and the next write.
    gap: Duration,
    /// Forgotten at the next edit of the author, because it may be one of them.
    is_late: bool,
    /// Whether it has caused reloads, so that the author was told.
    is_told: bool,
}

/// What is known of the files that one plugin writes itself.
#[derive(Debug, Default)]
pub(crate) struct SelfWrites {
    /// When the last version became active.
    active: Option<SystemTime>,
    handled: Option<Handled>,
    row: Row,
    edits: Edits,
    own: BTreeMap<Utf8PathBuf, Own>,
}

impl SelfWrites {
    /// Classifies the changes of one save.
    pub(crate) fn judge(&mut self, writes: &[Write], now: SystemTime) -> Verdict {
        let mut others = Vec::new();
        for write in writes {
            if !self.is_own(write) {
                others.push(write);
            }
        }
        let Some(evidence) = others.iter().map(|write| self.evidence(write)).max() else {
            return Verdict::Own;
        };
        match evidence {
            Evidence::Edit => {
                self.row = Row::default();
                self.own.retain(|_, own| !own.is_late);
                return self.edited(&others);
            }
            Evidence::During if others.iter().any(is_code) => {
                let wait = self.unrest(&others, now);
                if self.row.code + 1 == PATIENCE && !wait.is_zero() {
                    return Verdict::Wait(wait);
                }
                self.row.code += 1;
            }
            Evidence::During => self.row.prompt += 1,
            Evidence::Soon | Evidence::Regular | Evidence::Late => self.count(&others, evidence),
        }
        self.edits = Edits::default();
        let patience = match evidence {
            Evidence::Soon | Evidence::Regular if others.iter().any(is_by_hand) => LONG_PATIENCE,
            _ => PATIENCE,
        };
        let is_late = self.row.prompt <= patience && self.row.code <= PATIENCE;
        if is_late && self.row.all <= LONG_PATIENCE {
            return Verdict::Saved;
        }
        self.row = Row::default();
        for write in &others {
            let own = Own {
                last: write.at,
                gap: self.delay(write).unwrap_or_default().min(MAX_GAP),
                is_late,
                is_told: true,
            };
            self.insert(write.path.clone(), own);
        }
        Verdict::OwnNow(others.iter().map(|write| write.path.clone()).collect())
    }

    /// Records that changes were dealt with: by a reload, or else by the plugin.
    pub(crate) fn handled(&mut self, begun: SystemTime, ended: SystemTime, was_reload: bool) {
        let active = self.active.take();
        let active = active.filter(|active| (begun..=ended).contains(active));
        self.handled = Some(Handled {
            begun,
            active: active.unwrap_or(ended),
            ended,
            was_reload,
        });
    }

    /// Records that a new version is active. Its reload has not ended yet.
    pub(crate) fn activated(&mut self, at: SystemTime) {
        self.active = Some(at);
    }

    /// Returns how long to wait until the author has been quiet for long enough.
    fn unrest(&self, others: &[&Write], now: SystemTime) -> Duration {
        let took = self.handled.map(|last| since(last.ended, last.begun));
        let quiet = (took.unwrap_or_default() * QUIET_RELOADS).clamp(QUIET, MAX_QUIET);
        let last = others.iter().map(|write| write.at).max().unwrap_or(now);
        quiet.saturating_sub(since(now, last))
    }

    /// Returns whether a file has just been written by the plugin, so that nobody needs to look who
    /// has it open.
    pub(crate) fn is_at_it(&self, path: &Utf8Path) -> bool {
        let own = self.own.get(path);
        own.is_some_and(|own| since(SystemTime::now(), own.last) <= REST)
    }

    /// Returns the files that no longer cause a reload, although they did.
    pub(crate) fn told(&self) -> Vec<Utf8PathBuf> {
        let told = self.own.iter().filter(|(_, own)| own.is_told);
        told.map(|(path, _)| path.clone()).collect()
    }

    /// Whether a file is known as the plugin's own, and this write is one of the plugin.
    fn is_own(&mut self, write: &Write) -> bool {
        let is_during = self.is_during(write);
        let ended = self.handled.map(|handled| handled.ended);
        let is_data = write.role == Role::Resource;
        if write.is_held && is_data {
            let own = self.own.entry(write.path.clone()).or_insert(Own {
                last: write.at,
                gap: Duration::ZERO,
                is_late: false,
                is_told: false,
            });
            own.last = own.last.max(write.at);
            self.bound();
            return true;
        }
        let known = if self.own.contains_key(&write.path) {
            Some(write.path.clone())
        } else {
            self.sibling(write)
        };
        let Some((path, own)) =
            known.and_then(|path| Some((path.clone(), self.own.get_mut(&path)?)))
        else {
            return false;
        };
        let pause = since(
            write.at,
            ended.map_or(own.last, |ended| ended.max(own.last)),
        );
        if is_during || (is_data && pause <= REST.max(own.gap * REST_GAPS)) {
            own.gap = own.gap.max(pause).min(MAX_GAP);
            own.last = own.last.max(write.at);
            return true;
        }
        if path == write.path {
            self.own.remove(&path);
        }
        false
    }

    /// Returns an own file that a new data file continues: the same directory and ending, such as
    /// the images of a recording.
    fn sibling(&self, write: &Write) -> Option<Utf8PathBuf> {
        if write.kind != ChangeKind::Created || write.role != Role::Resource {
            return None;
        }
        let family = |path: &Utf8Path| {
            (
                path.parent().map(Utf8Path::to_owned),
                path.extension().map(str::to_owned),
            )
        };
        let of_new = family(&write.path);
        let mut own = self.own.iter();
        own.find(|(path, own)| !own.is_late && family(path) == of_new)
            .map(|(path, _)| path.clone())
    }

    fn evidence(&self, write: &Write) -> Evidence {
        if self.is_during(write) {
            return Evidence::During;
        }
        if write.role != Role::Resource {
            return Evidence::Edit;
        }
        let Some(delay) = self.delay(write) else {
            // What has happened before is not known.
            return Evidence::Late;
        };
        if self.handled.is_some_and(|handled| !handled.was_reload) {
            return Evidence::Edit;
        }
        if delay <= SOON {
            return Evidence::Soon;
        }
        let is_regular = self.row.prompt > 0
            && self
                .row
                .delay
                .is_none_or(|before| before.abs_diff(delay) <= JITTER.max(before / JITTER_PART));
        if is_regular {
            Evidence::Regular
        } else {
            Evidence::Late
        }
    }

    /// Counts an edit.
    fn edited(&mut self, others: &[&Write]) -> Verdict {
        let files: BTreeSet<_> = others.iter().map(|write| write.path.clone()).collect();
        let is_code = others.iter().any(is_code);
        let is_soon = self.delay_of(others).is_some_and(|delay| delay <= SOON);
        if !is_code || !is_soon || files != self.edits.files {
            self.edits = Edits { in_a_row: 0, files };
        }
        self.edits.in_a_row += u32::from(is_code);
        if is_code && self.edits.in_a_row == SUSPICIOUS {
            return Verdict::SavedTooOften(self.edits.files.iter().cloned().collect());
        }
        Verdict::Saved
    }

    /// Counts a reload by data files alone.
    fn count(&mut self, others: &[&Write], evidence: Evidence) {
        let files: BTreeSet<_> = others.iter().map(|write| write.path.clone()).collect();
        if !files.is_subset(&self.row.files) {
            self.row.all = 0;
            self.row.files = files;
        }
        if !others.iter().any(is_by_hand) {
            self.row.all += 1;
        }
        let delay = self.delay_of(others);
        if evidence == Evidence::Late {
            // The first of another row, perhaps.
            self.row.prompt = 1;
            self.row.delay = delay;
        } else {
            self.row.prompt += 1;
            self.row.delay = self.row.delay.or(delay);
        }
    }

    fn delay_of(&self, writes: &[&Write]) -> Option<Duration> {
        writes.iter().filter_map(|write| self.delay(write)).max()
    }

    /// The time from the end of the last reload to a write.
    fn delay(&self, write: &Write) -> Option<Duration> {
        let handled = self.handled?;
        // A write shortly before the reload may be reported after it.
        (handled.begun <= write.at + SOON).then(|| since(write.at, handled.ended))
    }

    fn is_during(&self, write: &Write) -> bool {
        self.handled.is_some_and(|handled| {
            write.kind != ChangeKind::Removed
                && handled.begun <= write.at + CLOCK_TICK
                && write.at <= handled.active
        })
    }

    fn insert(&mut self, path: Utf8PathBuf, own: Own) {
        self.own.insert(path, own);
        self.bound();
    }

    fn bound(&mut self) {
        if self.own.len() > MAX_OWN {
            let idle = self.own.iter().min_by_key(|(_, own)| own.last);
            if let Some(idle) = idle.map(|(path, _)| path.clone()) {
                self.own.remove(&idle);
            }
        }
    }
}

fn is_code(write: &&Write) -> bool {
    write.role != Role::Resource
}

fn is_by_hand(write: &&Write) -> bool {
    let ending = write.path.extension();
    ending.is_some_and(|ending| BY_HAND.contains(&ending))
}

fn since(later: SystemTime, earlier: SystemTime) -> Duration {
    later.duration_since(earlier).unwrap_or_default()
}

/// When each file of a save was written. `held` are those that are open for writing, by their
/// absolute paths.
pub(crate) fn writes(changes: &ChangeSet, held: &BTreeSet<Utf8PathBuf>) -> Vec<Write> {
    let now = SystemTime::now();
    let seen = now.checked_sub(changes.last_seen.elapsed()).unwrap_or(now);
    let written = |change: &Change| {
        let metadata = std::fs::symlink_metadata(&change.absolute).ok()?;
        metadata.modified().ok()
    };
    let write = |change: &Change| Write {
        path: change.path.clone(),
        kind: change.kind,
        role: change.role,
        at: written(change).unwrap_or(seen),
        is_held: held.contains(&change.absolute),
    };
    changes.changes.iter().map(write).collect()
}

#[cfg(test)]
#[path = "self_writes_tests.rs"]
mod tests;
