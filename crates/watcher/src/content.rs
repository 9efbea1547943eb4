//! Whether a file has changed: a stamp of its metadata, which is cheap, and a hash of its content,
//! which is certain.

use crate::platform;
use camino::Utf8Path;
use std::fs::Metadata;
use std::io::Read;
use std::num::NonZeroU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Two writes within this time may have equal time stamps, because a file system's clock has a
/// limited resolution; the stamp of a file that changed so recently is not trusted.
const TICK: Duration = Duration::from_millis(50);

/// The same for file systems that store whole seconds.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// A stamp that no file has: the next scan compares the content.
const UNTRUSTED: u64 = 0;

/// What is remembered about one file, in 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) stamp: u64,
    /// Absent if it is not known yet, or not computed for a file of this size.
    pub(crate) hash: Option<NonZeroU64>,
}

impl Known {
    /// Remembers a file. If its content is known, the stamp of a file that has just changed is not
    /// remembered: another write could leave the same stamp, and polling would never see it.
    pub(crate) fn new(metadata: &Metadata, hash: Option<NonZeroU64>, is_young: bool) -> Self {
        let stamp = if hash.is_some() && is_young {
            UNTRUSTED
        } else {
            stamp(metadata)
        };
        Self { stamp, hash }
    }
}

/// Combines size, times and identity of a file in one number.
pub(crate) fn stamp(metadata: &Metadata) -> u64 {
    let mut hasher = blake3::Hasher::new();
    let (number, seconds, nanos) = platform::identity(metadata);
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    hasher.update(&metadata.len().to_le_bytes());
    hasher.update(&modified.unwrap_or_default().as_nanos().to_le_bytes());
    hasher.update(&number.to_le_bytes());
    hasher.update(&seconds.to_le_bytes());
    hasher.update(&nanos.to_le_bytes());
    first_eight(&hasher.finalize())
}

/// Returns whether the file was written so recently that another write may not change its stamp.
pub(crate) fn is_young(metadata: &Metadata) -> bool {
    let Ok(modified) = metadata.modified() else {
        return true;
    };
    let since_epoch = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let tick = if since_epoch.subsec_nanos() == 0 {
        COARSE_TICK
    } else {
        TICK
    };
    // No program can set the change time; where there is none, the modification time is used.
    let (_, seconds, nanos) = platform::identity(metadata);
    let changed = if seconds > 0 {
        UNIX_EPOCH + Duration::new(seconds.unsigned_abs(), u32::try_from(nanos).unwrap_or(0))
    } else {
        modified
    };
    // A time in the future means that the clock was set back; the stamp is as good as any.
    SystemTime::now()
        .duration_since(changed)
        .is_ok_and(|age| age < tick)
}

/// Returns the hash of a regular file's content or of a link's target, or `None` if it is larger
/// than `limit` bytes or cannot be read.
pub(crate) fn hash(path: &Utf8Path, metadata: &Metadata, limit: u64) -> Option<NonZeroU64> {
    let mut hasher = blake3::Hasher::new();
    if metadata.is_symlink() {
        hasher.update(b"link");
        hasher.update(
            std::fs::read_link(path)
                .ok()?
                .as_os_str()
                .as_encoded_bytes(),
        );
    } else if !metadata.is_file() || metadata.len() > limit {
        // Opening a pipe would wait for its other end.
        return None;
    } else {
        // Bounded, because the file may grow while it is read.
        std::io::copy(
            &mut std::fs::File::open(path).ok()?.take(limit + 1),
            &mut hasher,
        )
        .ok()?;
    }
    Some(NonZeroU64::new(first_eight(&hasher.finalize())).unwrap_or(NonZeroU64::MIN))
}

fn first_eight(hash: &blake3::Hash) -> u64 {
    hash.as_bytes()[..8]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write plain files")]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_of_a_file_that_has_just_changed_is_not_trusted() {
        let scratch = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(scratch.path()).unwrap().join("a.py");
        std::fs::write(&path, "1").unwrap();
        let metadata = path.metadata().unwrap();
        let hash = hash(&path, &metadata, 100);
        assert!(hash.is_some());
        assert_eq!(Known::new(&metadata, hash, true).stamp, UNTRUSTED);
        assert_eq!(Known::new(&metadata, hash, false).stamp, stamp(&metadata));
        // Without a hash there is nothing else to compare.
        assert_eq!(Known::new(&metadata, None, true).stamp, stamp(&metadata));
    }
}
