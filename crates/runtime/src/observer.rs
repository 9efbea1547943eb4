//! Who watches a load, and may end it.

use crate::error::Stage;

/// Somebody who watches a load. All methods are called on the thread that called `load`, without
/// any lock.
pub trait Observer {
    /// A line for a person.
    fn progress(&mut self, _message: &str) {}
    /// A step begins; `detail` says with what.
    fn stage(&mut self, _stage: Stage, _detail: &str) {}
    /// Asked at least every 50 ms while something is waited for; true ends the load.
    fn should_cancel(&mut self) -> bool {
        false
    }
}

/// An observer that looks away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}
