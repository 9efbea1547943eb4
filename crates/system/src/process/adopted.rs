//! Children that other code in this process has started, a plugin's for instance.
//!
//! They are not waited for or ended here while this process lives. When it is gone, however it
//! ended, they are killed.

use std::time::Duration;

use super::spawner;

#[cfg(unix)]
use super::unix as platform;
#[cfg(windows)]
use super::windows as platform;

/// The longest that [`AdoptedChild::release`] waits.
const RELEASE: Duration = Duration::from_secs(1);

/// A child process that was not started by this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdoptedChild {
    /// Its process id.
    pub id: u32,
    /// Its handle, which Windows needs and others do not have.
    pub handle: Option<isize>,
}

impl AdoptedChild {
    /// A process that other code has started.
    #[must_use]
    pub fn new(id: u32, handle: Option<isize>) -> Self {
        Self { id, handle }
    }

    /// From now on it is killed when this process ends in any way, `kill -9` included; what it has
    /// started itself is not. Returns when that is certain, after 1 ms for the first and some
    /// microseconds for others. If it cannot be watched (no `/bin/sh`), it lives on.
    ///
    /// Other code may reap it, after which its id is free: a process that has the id then is not
    /// touched.
    pub fn kill_on_exit(self) {
        spawner::watch(self.id, self.handle);
    }

    /// The end of [`Self::kill_on_exit`], because it has ended or is to live on. If it was the last,
    /// waits for the end of what watched it, at most a second.
    pub fn release(self) {
        self.release_soon();
        platform::wait_until_unwatched(RELEASE);
    }

    /// The same without waiting.
    pub fn release_soon(self) {
        if platform::unwatch(self.id) {
            spawner::tend();
        }
    }

    /// The name of [`Self::kill_on_exit`] until its callers use that.
    #[doc(hidden)]
    pub fn guard(self) {
        self.kill_on_exit();
    }

    /// The name of [`Self::release`] until its callers use that.
    #[doc(hidden)]
    pub fn unguard(self) {
        self.release();
    }

    /// The name of [`Self::release_soon`] until its callers use that.
    #[doc(hidden)]
    pub fn unguard_soon(self) {
        self.release_soon();
    }
}
