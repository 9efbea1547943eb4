//! What a forked copy of this process must not keep, and must not wait for.
//!
//! A `fork` without `exec`, the default of Python's `multiprocessing` on Linux before 3.14, copies
//! every open file and the whole memory, but one thread only. A copied `flock` is held until the
//! copy ends, a pipe whose writing end was copied never ends, and a mutex that another thread held
//! stays locked for ever. Three means are used against it:
//!
//! - An [`UnsharedFile`] is closed in every copy by a handler of `pthread_atfork`, so that forks of
//!   native code are covered as well as those of Python.
//! - [`hold_off`] makes forks wait while a descriptor is open that a copy must not get.
//! - A [`PerProcess`] value is made anew in a copy: threads and mutexes of the parent are of no use
//!   there.
//!
//! Windows has no fork; there all of this does nothing.
//!
//! # Known limits
//! A copy made by the raw system call (`clone`) runs no handlers. It keeps the files until it ends
//! or calls [`after_fork_in_child`].

mod per_process;

#[cfg(unix)]
mod descriptors;
#[cfg(unix)]
mod gate;
#[cfg(unix)]
mod unshared;
#[cfg(not(unix))]
#[path = "unshared_elsewhere.rs"]
mod unshared;

pub use per_process::PerProcess;

pub(crate) use unshared::{Purpose, UnsharedFile};

#[cfg(unix)]
pub(crate) use gate::hold_off;

/// Closes what this process has inherited from the one that it was forked from: the files of all
/// locks, and the pipe of the watchdog.
///
/// A handler of `pthread_atfork` does so after each `fork` of the C library. This is for copies
/// that were made in another way. In a process that is no copy, and the second time, it does
/// nothing. It is async-signal-safe.
pub fn after_fork_in_child() {
    #[cfg(unix)]
    descriptors::close_inherited(descriptors::ExecFollows::No);
}
