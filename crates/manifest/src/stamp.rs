//! Finds by one `stat` whether a file has changed since it was read.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// The resolution of time stamps in nanoseconds: the kernel uses the time of its last clock tick,
/// which was at most 10 ms ago. The rest is a reserve.
const TICK: Duration = Duration::from_millis(40);

/// The same for file systems that count whole seconds or, like FAT, every second one.
const COARSE_TICK: Duration = Duration::from_millis(2500);

/// Modification time and size of a file; on Unix also its identity and the time of its last change
/// of any kind, which programs cannot set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    modified: SystemTime,
    size: u64,
    identity: Identity,
}

impl Stamp {
    /// Returns the stamp of a file that is read after its metadata, or `None` if it was changed so
    /// recently that another change could leave the same stamp.
    pub(crate) fn of(metadata: &Metadata) -> Option<Self> {
        Self::seen_at(metadata, SystemTime::now())
    }

    fn seen_at(metadata: &Metadata, now: SystemTime) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        let since_epoch = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let tick = if since_epoch.subsec_nanos() == 0 {
            COARSE_TICK
        } else {
            TICK
        };
        // A time in the future comes from another machine's clock, and is as good as any number.
        let racy = now.duration_since(modified).is_ok_and(|age| age < tick);
        let (size, identity) = (metadata.len(), Identity::of(metadata));
        (!racy).then_some(Self {
            modified,
            size,
            identity,
        })
    }
}

#[cfg(unix)]
type Numbers = (u64, u64, i64, i64);

#[cfg(not(unix))]
type Numbers = ();

#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity(Numbers);

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self((
            metadata.dev(),
            metadata.ino(),
            metadata.ctime(),
            metadata.ctime_nsec(),
        ))
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn a_file_that_has_just_changed_is_not_trusted() {
        let scratch = tempfile::tempdir().expect("scratch directory");
        let path = scratch.path().join("file");
        let file = File::create(&path).expect("file");
        let changed = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 1);
        file.set_modified(changed).expect("time");
        let metadata = std::fs::metadata(&path).expect("metadata");
        let trusted = |now| Stamp::seen_at(&metadata, now).is_some();
        assert!(!trusted(changed) && !trusted(changed + Duration::from_millis(10)));
        assert!(trusted(changed + Duration::from_millis(100)));
        assert!(
            trusted(changed - Duration::from_secs(9)),
            "another machine's clock"
        );
    }
}
