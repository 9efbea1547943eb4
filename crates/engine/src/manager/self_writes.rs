//! Files that a plugin writes into its own directory while it loads.
//!
//! Each write looks like a save, each save causes a reload, and each reload writes again, without
//! an end. Such a write differs from one of the author in that it occurs during the reload, several
//! times in a row. A save of the author during a reload counts like any other; only the fourth in a
//! row to the same files counts as the plugin's own.

use camino::Utf8PathBuf;
use lichtfeld_watcher::ChangeSet;
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

/// The number of reloads in a row that may change the plugin's own files. After that such a change
/// causes no reload.
const PATIENCE: u32 = 3;

/// The resolution of the times of files, which is a few milliseconds.
const CLOCK_TICK: Duration = Duration::from_millis(10);

/// What to do about changed files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The author saved them.
    Saved,
    /// The plugin writes them whenever it loads, noticed for the first time.
    OwnNow(Vec<Utf8PathBuf>),
    /// The same, noticed before.
    Own,
}

/// The reloads of one plugin.
#[derive(Debug, Default)]
pub(crate) struct SelfWrites {
    /// The time of the last reload.
    reload: Option<(SystemTime, SystemTime)>,
    in_a_row: u32,
    own: BTreeSet<Utf8PathBuf>,
}

impl SelfWrites {
    /// Classifies the changes of one save: each path with the time of its last write, or `None` if
    /// the file was removed.
    pub(crate) fn judge(&mut self, changed: &[(Utf8PathBuf, Option<SystemTime>)]) -> Verdict {
        let during = changed
            .iter()
            .all(|(_, written)| self.is_of_reload(*written));
        if !during {
            self.in_a_row = 0;
            for (path, _) in changed {
                self.own.remove(path);
            }
            return Verdict::Saved;
        }
        if changed.iter().all(|(path, _)| self.own.contains(path)) {
            return Verdict::Own;
        }
        self.in_a_row += 1;
        if self.in_a_row <= PATIENCE {
            return Verdict::Saved;
        }
        let paths: Vec<_> = changed.iter().map(|(path, _)| path.clone()).collect();
        self.own.extend(paths.iter().cloned());
        Verdict::OwnNow(paths)
    }

    /// Records a reload that has ended.
    pub(crate) fn reloaded(&mut self, begun: SystemTime, ended: SystemTime) {
        self.reload = Some((begun, ended));
    }

    fn is_of_reload(&self, modified: Option<SystemTime>) -> bool {
        match (self.reload, modified) {
            (Some((begun, ended)), Some(modified)) => {
                begun <= modified + CLOCK_TICK && modified <= ended
            }
            _ => false,
        }
    }
}

/// When each file of a save was written.
pub(crate) fn written(changes: &ChangeSet) -> Vec<(Utf8PathBuf, Option<SystemTime>)> {
    let when = |path: &camino::Utf8Path| std::fs::metadata(path).ok()?.modified().ok();
    let changes = changes.changes.iter();
    changes
        .map(|change| (change.path.clone(), when(&change.absolute)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn changed(path: &str, at: SystemTime) -> Vec<(Utf8PathBuf, Option<SystemTime>)> {
        vec![(path.into(), Some(at))]
    }

    /// Reloads at `at`, a second long, and says what a write in the middle of it is taken for.
    fn round(known: &mut SelfWrites, path: &str, at: SystemTime) -> Verdict {
        known.reloaded(at, at + SECOND);
        known.judge(&changed(path, at + SECOND / 2))
    }

    #[test]
    fn a_file_written_by_each_reload_ends_the_reloads() {
        let (mut known, now) = (SelfWrites::default(), SystemTime::now());
        assert_eq!(known.judge(&changed("count.txt", now)), Verdict::Saved);
        for number in 0..PATIENCE {
            let at = now + SECOND * 2 * number;
            assert_eq!(round(&mut known, "count.txt", at), Verdict::Saved);
        }
        let at = now + SECOND * 100;
        assert_eq!(
            round(&mut known, "count.txt", at),
            Verdict::OwnNow(vec!["count.txt".into()])
        );
        assert_eq!(round(&mut known, "count.txt", at), Verdict::Own);
        // The author's other files count as ever, and so does this one when the author saves it.
        assert_eq!(
            known.judge(&changed("a.py", at + SECOND * 9)),
            Verdict::Saved
        );
        assert_eq!(
            known.judge(&changed("count.txt", at + SECOND * 9)),
            Verdict::Saved
        );
        assert_eq!(round(&mut known, "count.txt", at), Verdict::Saved);
    }

    #[test]
    fn one_save_between_reloads_begins_the_count_anew() {
        let (mut known, now) = (SelfWrites::default(), SystemTime::now());
        for _ in 0..10 {
            assert_eq!(round(&mut known, "a.py", now), Verdict::Saved);
            assert_eq!(round(&mut known, "a.py", now), Verdict::Saved);
            assert_eq!(
                known.judge(&changed("a.py", now + SECOND * 2)),
                Verdict::Saved
            );
        }
    }

    #[test]
    fn a_deleted_file_is_somebodys_doing() {
        let (mut known, now) = (SelfWrites::default(), SystemTime::now());
        known.reloaded(now, now + SECOND);
        for _ in 0..10 {
            assert_eq!(known.judge(&[("a.py".into(), None)]), Verdict::Saved);
        }
    }
}
