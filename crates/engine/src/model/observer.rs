//! Observers of a load, which can cancel it.

use crate::error::failure::Stage;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// Observes a load. All methods are called on the thread that called `load`, without any lock.
pub trait Observer {
    /// A line for a person.
    fn progress(&mut self, _message: &str) {}
    /// A step begins; `detail` says with what.
    fn stage(&mut self, _stage: Stage, _detail: &str) {}
    /// Called at least every 50 ms while the load waits for something. Return true to cancel it.
    fn should_cancel(&mut self) -> bool {
        false
    }
}

/// An observer that does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// An observer that also cancels when the application ends.
pub(crate) struct UntilEnd<'a> {
    pub(crate) observer: &'a mut dyn Observer,
    pub(crate) ending: &'a AtomicBool,
}

impl Observer for UntilEnd<'_> {
    fn progress(&mut self, message: &str) {
        self.observer.progress(message);
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        self.observer.stage(stage, detail);
    }

    fn should_cancel(&mut self) -> bool {
        self.observer.should_cancel() || self.ending.load(Ordering::Acquire)
    }
}
