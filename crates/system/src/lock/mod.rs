//! Locks between processes: held by one process, released when it ends, and by nothing else.
//!
//! A [`FileLock`] is a lock on a file, taken or not at once. A [`ProcessLock`] is one that is waited
//! for, with a limit and an error that names its [`Holder`].
//!
//! On Unix it is `flock`, for the record locks of POSIX are dropped when anything in the process
//! closes the same file, be it a backup that reads it. A forked copy shares a `flock`, so such
//! copies close the file ([`after_fork_in_child`](crate::after_fork_in_child)), and a lock is given
//! back explicitly before its file is closed. On Windows it is `LockFileEx`.
//!
//! ```
//! use std::time::Duration;
//!
//! use lichtfeld_system::lock::{LockError, ProcessLock};
//!
//! let scratch = tempfile::tempdir()?;
//! let path = camino::Utf8Path::from_path(scratch.path()).ok_or("not UTF-8")?.join("lock");
//! let lock = ProcessLock::acquire(&path, Duration::from_secs(1))?;
//! let error = ProcessLock::acquire(&path, Duration::from_millis(1)).unwrap_err();
//! let LockError::Busy { holder: Some(holder), .. } = error else { panic!("{error}") };
//! assert_eq!(holder.process, std::process::id());
//! drop(lock);
//! ProcessLock::acquire(&path, Duration::from_secs(1))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Known limits
//! - A program that shares nothing with this one can ignore the lock: it is advisory on Unix.
//! - Some network file systems do not pass `flock` on to other machines.

mod error;
mod file_lock;
mod holder;
mod process_lock;

pub use error::LockError;
pub use file_lock::{FileLock, LockKind};
pub use holder::Holder;
pub use process_lock::{Busy, LockWait, ProcessLock};
