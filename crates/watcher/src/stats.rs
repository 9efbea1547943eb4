//! What a watcher is doing, in numbers.

use serde::Serialize;

/// What a watcher is doing at this moment, for diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// The number of watched trees.
    pub trees: usize,
    /// The number of trees that are scanned at intervals, whether or not they are watched as well.
    pub polled_trees: usize,
    /// The number of trees whose files have not all been hashed yet: until then, a save that changes
    /// nothing may count as a change.
    pub unhashed_trees: usize,
    /// The number of parent directories watched for trees that appear and vanish.
    pub parents: usize,
    /// The number of known files in all trees.
    pub files: usize,
    /// The number of directories that the source watches for this watcher, each counted once.
    pub watched_directories: usize,
    /// The inotify watches of the whole process as the kernel counts them; `None` on other systems.
    pub inotify_watches: Option<usize>,
    /// The number of system events since the start.
    pub events: u64,
    /// The number of change sets since the start.
    pub change_sets: u64,
    /// The number of saves that changed no content, and so were dropped.
    pub unchanged_saves: u64,
}
