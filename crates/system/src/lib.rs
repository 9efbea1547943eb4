//! What a program needs of the operating system: child processes, files written whole, cancellation,
//! locks between processes.
//!
//! - [`process`] starts child processes: drained, cancelled, reaped, and ended with this process
//!   however it ends.
//! - [`files`] writes files whole or not at all, and sets aside what it cannot read.
//! - [`JsonStore`] is a small JSON file that several processes read and change.
//! - [`lock`] has locks between processes, which no forked copy keeps.
//! - [`CancelToken`] ends a long operation from any thread.
//! - [`error_codes!`] declares the stable codes of a crate's errors.
//! - [`human`] writes numbers and errors for people.
//! - A [`Cause`] is the reason of an error, whatever library it came from.
//!
//! ```
//! use lichtfeld_system::CancelToken;
//! use lichtfeld_system::files::write_atomic;
//! use lichtfeld_system::process::{Activity, Command, Timeouts};
//!
//! let finished = Command::new("rustc").arg("--version").run(
//!     &CancelToken::new(),
//!     &Timeouts::default(),
//!     &mut |_| Activity::Seen,
//! )?;
//! let scratch = tempfile::tempdir()?;
//! let path = camino::Utf8Path::from_path(scratch.path()).ok_or("not UTF-8")?.join("version.txt");
//! write_atomic(&path, finished.tail.concat().as_bytes())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it never does
//! It knows nothing of plugins, holds no lock while it calls code of others but the closure of
//! [`JsonStore::update`], and waits for nothing without a limit but where its documentation says so.
//!
//! # Known limits
//! - Paths are UTF-8.
//! - Without `/bin/sh` (Unix), what children have started outlives a process that is killed.

pub mod cancel;
pub mod codes;
pub mod files;
mod fork;
pub mod human;
pub mod json_store;
pub mod lock;
pub mod process;
pub mod process_lock;

pub use cancel::CancelToken;
pub use codes::ErrorCode;
pub use fork::{PerProcess, after_fork_in_child};
pub use json_store::JsonStore;

/// The cause of an error, of whatever type; a text can be one too.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// These are shared and moved between threads.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<CancelToken>();
    is_send_and_sync::<JsonStore<u8>>();
    is_send_and_sync::<process::Child>();
    is_send_and_sync::<process::Command>();
    is_send_and_sync::<process::ProcessError>();
    is_send_and_sync::<lock::FileLock>();
    is_send_and_sync::<lock::ProcessLock>();
    is_send_and_sync::<lock::LockError>();
    is_send_and_sync::<files::FileError>();
    is_send_and_sync::<json_store::StoreError>();
};
