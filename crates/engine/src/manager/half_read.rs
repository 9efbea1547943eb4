//! Saves that were read half.
//!
//! Many programs empty a file and then write it. A load or a reload in between reads half of it, and
//! the content at the end may be the one that was known before, which is no change. So code that is
//! written again while a plugin is read, or shortly after, is read once more.

use crate::manager::Manager;
use crate::manager::readings::ReadingGuard;
use lichtfeld_watcher::{Change, ChangeSet, Role};
use std::mem;
use std::time::{Duration, SystemTime};

/// What was read half is written to its end within this time.
const SOON: Duration = Duration::from_secs(2);

/// The resolution of the times of files, which is a few milliseconds.
const CLOCK_TICK: Duration = Duration::from_millis(10);

/// Why files are read that are as they were known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    No,
    /// The reading before may have got half of them.
    Yes,
}

impl Manager {
    /// Notes that the files of a plugin are read from now on until this is dropped.
    pub(crate) fn reading(&self, key: &str) -> ReadingGuard<'_> {
        self.watch.readings.begin(key)
    }

    /// Returns what a plugin is to be reloaded for: the changes, else what was written again and may
    /// have been read half; `None` if there is nothing.
    pub(crate) fn to_read(&self, key: &str, mut set: ChangeSet) -> Option<(ChangeSet, Again)> {
        let rewritten = mem::take(&mut set.rewritten);
        if !set.changes.is_empty() {
            return Some((set, Again::No));
        }
        set.changes = rewritten;
        let again = set
            .changes
            .iter()
            .any(|change| self.is_half_read(key, change));
        again.then_some((set, Again::Yes))
    }

    /// Whether a change has to be looked at on the UI thread. During a reading that is not known yet
    /// of files that were written again.
    pub(crate) fn may_have_to_read(&self, key: &str, set: &ChangeSet) -> bool {
        let mut rewritten = set.rewritten.iter();
        !set.changes.is_empty() || rewritten.any(|change| self.is_half_read(key, change))
    }

    /// Notes that the last reading was because the one before may have got half of a file.
    pub(crate) fn was_read_again(&self, key: &str) {
        self.watch.readings.was_second(key);
    }

    fn is_half_read(&self, key: &str, change: &Change) -> bool {
        if change.role == Role::Resource {
            return false;
        }
        let has_failed = self.plugins.with(key, |record| record.failure.is_some());
        let has_failed = has_failed.unwrap_or(true);
        let Some(reading) = self.watch.readings.last(key) else {
            return has_failed;
        };
        let Some(ended) = reading.ended else {
            return true;
        };
        let metadata = std::fs::symlink_metadata(&change.absolute).ok();
        let written = metadata.as_ref().and_then(|file| file.modified().ok());
        let written = written.unwrap_or_else(SystemTime::now);
        let made = metadata.as_ref().and_then(|file| file.created().ok());
        // Another file that was moved to its place later was not read at all.
        let is_other = made.is_some_and(|made| made > ended + CLOCK_TICK);
        let is_near = reading.begun <= written + CLOCK_TICK && written <= ended + SOON;
        if is_near && !is_other {
            !reading.is_second
        } else {
            // Who saves a plugin that has failed once more wants it to be tried once more.
            has_failed && written > ended
        }
    }
}
