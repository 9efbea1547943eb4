//! Until those who use it take [`FileLock`](crate::lock::FileLock) instead.
//!
//! A lock on a file that this process has, and nobody after it.
//!
//! It goes with the process however that ends. On Unix it is a record lock of POSIX (`fcntl`), not
//! `flock`: a child that a plugin has forked shares an `flock` with us, and would keep it after
//! our end.

use std::fs::File;
use std::io;

/// Takes the lock; false where another process has it.
///
/// One's own locks are not seen, and closing any handle of the file gives the lock back: a file is
/// opened once.
#[cfg(unix)]
pub fn try_lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, fcntl_lock};
    use rustix::io::Errno;
    match fcntl_lock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::AGAIN | Errno::ACCESS) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Takes the lock; false where another process has it.
#[cfg(not(unix))]
pub fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Whether `file` is what is found at `path`, and not something that was there before.
#[must_use]
pub fn is_still(file: &File, path: &camino::Utf8Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let there = std::fs::metadata(path).map(number);
        matches!((file.metadata().map(number), there), (Ok(ours), Ok(there)) if ours == there)
    }
    // Windows removes no file that is open.
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}
