//! Children that other code in this process has started, a plugin's for instance.
//!
//! They are not ours to wait for or to end while this process lives. When it is gone, however it
//! went, they are to go as well.

use super::spawner;

/// A child process that was not started by this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdoptedChild {
    /// Its process id.
    pub id: u32,
    /// Its handle, which Windows needs and others do not have.
    pub handle: Option<isize>,
}

impl AdoptedChild {
    /// From now on it is killed when this process ends in any way, `kill -9` included; what it has
    /// started itself is not. Returns when that is sure, which takes 1 ms for the first and some
    /// microseconds for others. Where it cannot be seen to (no `/bin/sh`), it lives on.
    ///
    /// Somebody else may reap it, after which its id is free: a process that has the id then is
    /// not touched.
    pub fn guard(self) {
        spawner::guard(self);
    }

    /// The end of [`Self::guard`], when it has ended or shall live on. Returns when what watched
    /// over it is gone, if it was the last.
    pub fn unguard(self) {
        let _ = spawner::unguard(self.id).recv();
    }

    /// The same, without waiting.
    pub fn unguard_soon(self) {
        drop(spawner::unguard(self.id));
    }
}
