//! Children that other code in this process has started, a plugin's for instance.
//!
//! They are not waited for or ended here while this process lives. When it is gone, however it
//! ended, they are killed.

/// A child process that was not started by this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
}
