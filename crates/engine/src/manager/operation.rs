//! An operation on a plugin: holds its operation lock, and delivers what waits for the end of the
//! operation.

use crate::manager::operation_locks::OperationGuard;
use crate::model::event::Events;

/// An operation on a plugin. When this is dropped, the lock is released, and then the subscribers
/// receive what has changed: they may begin another operation on the plugin.
pub(crate) struct Operation<'m> {
    guard: Option<OperationGuard<'m>>,
    events: &'m Events,
    key: String,
}

impl<'m> Operation<'m> {
    pub(crate) fn new(guard: OperationGuard<'m>, events: &'m Events, key: &str) -> Self {
        Self {
            guard: Some(guard),
            events,
            key: key.to_owned(),
        }
    }
}

impl Drop for Operation<'_> {
    fn drop(&mut self) {
        drop(self.guard.take());
        // A subscriber that panics during a panic would end the process.
        if !std::thread::panicking() {
            self.events.settle(&self.key);
        }
    }
}
