//! What a program needs of the operating system: child processes, files written whole, cancellation,
//! locks between processes.
//!
//! - [`process`] starts child processes: drained, cancelled, reaped, and ended with this process
//!   however it ends.
//! - [`files`] writes files whole or not at all, and sets aside what it cannot read.
//! - [`CancelToken`] ends a long operation from any thread.
//! - [`lock`] has locks between processes, which no forked copy keeps.
//! - [`human`] writes numbers for people.
//!
//! # What it never does
//! It knows nothing of plugins, of Python or of uv, and starts no process that it was not asked for.

pub mod cancel;
pub mod files;
mod fork;
pub mod human;
pub mod json_store;
pub mod lock;
pub mod process;
pub mod process_lock;

pub use cancel::CancelToken;
pub use fork::after_fork_in_child;
pub use json_store::JsonStore;
