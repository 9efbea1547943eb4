//! A file of this process, on systems that have no fork.

use std::fs::File;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A lock on it.
    Lock,
}

/// An open file of this process alone.
#[derive(Debug)]
pub(crate) struct UnsharedFile(File);

impl UnsharedFile {
    /// Opens a file with `open`.
    pub(crate) fn open<E>(_: Purpose, open: impl FnOnce() -> Result<File, E>) -> Result<Self, E> {
        open().map(Self)
    }

    /// Returns the file.
    pub(crate) fn get(&self) -> Option<&File> {
        Some(&self.0)
    }
}
