//! How to see by one `stat` that a file has not changed since it was read.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// A file that was changed so recently may be changed again with the same time: the clocks of some
/// file systems have steps of two seconds.
const RECENT: Duration = Duration::from_millis(2500);

/// The size and times of a file, and on Unix which file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: SystemTime,
    size: u64,
    identity: (u64, u64, i64, i64),
}

impl Stamp {
    /// The stamp of a file, or `None` if it was changed so recently that another change could leave
    /// the same one.
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        // A time in the future is another machine's clock, and as good as any.
        let age = SystemTime::now().duration_since(modified);
        if age.is_ok_and(|age| age < RECENT) {
            return None;
        }
        Some(Self {
            modified,
            size: metadata.len(),
            identity: identity(metadata),
        })
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (
        metadata.dev(),
        metadata.ino(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    )
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64, i64, i64) {
    (0, 0, 0, 0)
}
