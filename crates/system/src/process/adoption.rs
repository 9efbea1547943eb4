//! Watching children that other code in this process has started.

use std::time::Duration;

use super::adopted::AdoptedChild;
use super::spawner;

#[cfg(unix)]
use super::unix as platform;
#[cfg(windows)]
use super::windows as platform;

/// The longest that [`AdoptedChild::release`] waits.
const RELEASE: Duration = Duration::from_secs(1);

impl AdoptedChild {
    /// From now on it is killed when this process ends in any way, `kill -9` included; what it has
    /// started itself is not. Returns when that is certain, after 1 ms for the first and some
    /// microseconds for others. If it cannot be watched (no `/bin/sh`), it lives on.
    ///
    /// Other code may reap it, after which its id is free: a process that has the id then is not
    /// touched.
    pub fn kill_on_exit(self) {
        spawner::watch(self);
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
}
