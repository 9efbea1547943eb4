//! What a program needs of the operating system: child processes, files written whole, cancellation,
//! locks between processes.
//!
//! - [`process`] starts child processes: drained, cancelled, reaped, and ended with this process
//!   however it ends.
//! - [`files`] writes files whole or not at all, and sets aside what it cannot read.
//! - [`CancelToken`] ends a long operation from any thread.
//! - [`lock`] has locks between processes, which no forked copy keeps.
//! - [`error_codes!`] declares the stable codes of a crate's errors.
//! - [`human`] writes numbers and errors for people.
//! - A [`Cause`] is the reason of an error, whatever library it came from.
//!
//! # What it never does
//! It knows nothing of plugins, of Python or of uv, and starts no process that it was not asked for.

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
pub use fork::after_fork_in_child;
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
