//! A file that forked copies of this process close.

use std::fmt;
use std::fs::File;
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::AsRawFd;
use std::process;

use super::descriptors::{Node, note};
use super::hold_off;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A lock on it, which is given back before the file is closed: a copy that has the file in
    /// spite of everything then has it without the lock.
    Lock,
    /// The pipe of the watchdog. A child that this process starts writes into it before `exec`.
    Watchdog,
}

/// An open file of this process alone. In a copy of the process it is closed, and no method does
/// anything.
pub(crate) struct UnsharedFile {
    file: ManuallyDrop<File>,
    node: &'static Node,
    process: u32,
    purpose: Purpose,
}

impl UnsharedFile {
    /// Opens a file with `open` while no fork can get in between.
    pub(crate) fn open<E>(
        purpose: Purpose,
        open: impl FnOnce() -> Result<File, E>,
    ) -> Result<Self, E> {
        let held_off = hold_off();
        let file = open()?;
        let node = note(file.as_raw_fd(), purpose == Purpose::Watchdog);
        drop(held_off);
        Ok(Self {
            file: ManuallyDrop::new(file),
            node,
            process: process::id(),
            purpose,
        })
    }

    /// Returns the file, or `None` in a copy of the process that opened it.
    pub(crate) fn get(&self) -> Option<&File> {
        (self.process == process::id()).then_some(&*self.file)
    }
}

impl Drop for UnsharedFile {
    fn drop(&mut self) {
        if self.process != process::id() {
            return;
        }
        // In this order: what is closed must not be on the list, since its number may be given to
        // another file. A copy that is made in between has a file without a lock.
        self.node.forget();
        if self.purpose == Purpose::Lock {
            let _: io::Result<()> = self.file.unlock();
        }
        // SAFETY: it is not used again.
        unsafe { ManuallyDrop::drop(&mut self.file) };
    }
}

impl fmt::Debug for UnsharedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnsharedFile").field(&self.get()).finish()
    }
}
