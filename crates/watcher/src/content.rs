//! Whether a file is another than it was: a stamp by its metadata, cheap, and a hash of its
//! content, sure.

use crate::platform;
use camino::Utf8Path;
use std::fs::Metadata;
use std::io::Read;
use std::num::NonZeroU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Two writes within this time may leave the same times behind, because a file system's clock
/// ticks; a file that young is not judged by its stamp.
const TICK: Duration = Duration::from_millis(50);

/// The same for file systems that keep whole seconds only.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// What is remembered of one file: 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) stamp: u64,
    /// Not known yet, or not wanted for a file of this size.
    pub(crate) hash: Option<NonZeroU64>,
}

/// Size, times and identity of a file in one number.
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

/// Whether the file was written so recently that another write might not show in its stamp.
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
    // The change time is the one that cannot be set back; where there is none, the other decides.
    let (_, seconds, nanos) = platform::identity(metadata);
    let changed = if seconds > 0 {
        UNIX_EPOCH + Duration::new(seconds.unsigned_abs(), u32::try_from(nanos).unwrap_or(0))
    } else {
        modified
    };
    // A time in the future is a clock that was set back: nothing can be said.
    SystemTime::now()
        .duration_since(changed)
        .is_ok_and(|age| age < tick)
}

/// The hash of a regular file's content, or of a link's target; nothing when it is larger than
/// `limit` bytes or cannot be read.
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
        // Bounded, for a file that grows while it is read.
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
