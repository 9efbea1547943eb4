//! What a forked copy of the process may do with the manager of its parent.
//!
//! The copy has the memory, and none of the threads: an operation that another thread had begun never
//! ends there, its lock is held for ever, and the plugins' workers answer the parent alone. So every
//! operation is refused. Reading the state needs none of this, if its locks are free.

use crate::error::Error;
use crate::manager::Manager;
use std::process;
use std::thread;
use std::time::Duration;

/// How often a lock is tried that another thread of the copy may hold, and the time between.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(5);

impl Manager {
    /// Returns whether this process is a forked copy of the one that has made the manager.
    #[must_use]
    pub fn is_forked(&self) -> bool {
        self.process != process::id()
    }

    /// Checks that operations are possible in this process. All that change something check it.
    ///
    /// # Errors
    /// [`Error::Forked`] in a forked copy of the process that has made the manager.
    pub fn require_own_process(&self) -> Result<(), Error> {
        if self.is_forked() {
            return Err(Error::Forked);
        }
        Ok(())
    }

    /// Checks that the state of plugins, and what they have registered, can be read without waiting
    /// for a thread that this process does not have. Takes 100 ms at most.
    ///
    /// # Errors
    /// [`Error::Forked`] in a forked copy, if the fork happened while a lock was held.
    pub fn require_readable(&self) -> Result<(), Error> {
        if !self.is_forked() {
            return Ok(());
        }
        for _ in 0..TRIES {
            if self.locks_are_free() {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
        Err(Error::Forked)
    }

    /// Returns whether the locks that reading takes are free.
    fn locks_are_free(&self) -> bool {
        let services = &self.services;
        self.plugins.is_free()
            && self.rejected.is_free()
            && self.startup.is_free()
            && services.names.is_free()
            && services.ledger.is_free()
            && services.panels.is_free()
            && services.menus.is_free()
            && services.operators.is_free()
            && services.capabilities.is_free()
    }
}
