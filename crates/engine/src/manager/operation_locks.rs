//! Operation locks: one operation at a time for a plugin, one import at a time for the process.
//!
//! An operation lock is not a mutex: it may be held for minutes while plugin code runs, threads
//! wait for it without the GIL, and a wait that could never end is an error. The table knows which
//! thread waits for which lock, so that a circle (A's `on_load` loads B, whose `on_load` loads A)
//! is found before it closes.

use parking_lot::{Condvar, Mutex, MutexGuard};
use std::collections::HashMap;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// The subject of an operation lock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// An operation on the plugin with this normalised name.
    Plugin(String),
    /// Importing, which is serial in the process.
    Import,
}

/// Why an operation lock was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The calling thread, or one that waits for it, already holds the lock.
    Circle,
    /// The lock was not released within the limit.
    TimedOut,
    /// The caller stopped waiting.
    Cancelled,
}

#[derive(Default)]
struct Table {
    holders: HashMap<Subject, ThreadId>,
    waits: HashMap<ThreadId, Subject>,
}

impl Table {
    /// Returns whether `thread` would wait for itself if it waited for `subject`.
    fn closes_a_circle(&self, thread: ThreadId, subject: &Subject) -> bool {
        let mut subject = subject;
        // A thread waits for one subject at most, so the walk is a chain; its length is bounded by
        // the number of holders.
        for _ in 0..=self.holders.len() {
            let Some(holder) = self.holders.get(subject) else {
                return false;
            };
            if *holder == thread {
                return true;
            }
            match self.waits.get(holder) {
                Some(next) => subject = next,
                None => return false,
            }
        }
        true
    }
}

/// The operation_locks of one manager.
#[derive(Default)]
pub(crate) struct OperationLocks {
    table: Mutex<Table>,
    freed: Condvar,
}

/// An operation lock, released when this is dropped.
pub(crate) struct OperationGuard<'a> {
    operation_locks: &'a OperationLocks,
    subject: Subject,
}

impl Drop for OperationGuard<'_> {
    fn drop(&mut self) {
        self.operation_locks.lock().holders.remove(&self.subject);
        self.operation_locks.freed.notify_all();
    }
}

impl OperationLocks {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock()
    }

    /// Waits for the lock, at most `limit`. Calls `give_up` every 50 ms, without the lock of the
    /// table.
    pub(crate) fn take(
        &self,
        subject: Subject,
        limit: Duration,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<OperationGuard<'_>, Refusal> {
        const PATIENCE: Duration = Duration::from_millis(50);
        let me = thread::current().id();
        let deadline = Instant::now() + limit;
        let mut table = self.lock();
        loop {
            if !table.holders.contains_key(&subject) {
                table.waits.remove(&me);
                table.holders.insert(subject.clone(), me);
                return Ok(OperationGuard {
                    operation_locks: self,
                    subject,
                });
            }
            let refusal = if table.closes_a_circle(me, &subject) {
                Some(Refusal::Circle)
            } else if Instant::now() >= deadline {
                Some(Refusal::TimedOut)
            } else {
                None
            };
            if let Some(refusal) = refusal {
                table.waits.remove(&me);
                return Err(refusal);
            }
            table.waits.insert(me, subject.clone());
            let timeout = self.freed.wait_for(&mut table, PATIENCE);
            if timeout.timed_out() {
                drop(table);
                let stop = give_up();
                table = self.lock();
                if stop {
                    table.waits.remove(&me);
                    return Err(Refusal::Cancelled);
                }
            }
        }
    }
}

impl OperationLocks {
    /// Returns whether an operation on this plugin is under way.
    pub(crate) fn is_held(&self, key: &str) -> bool {
        let holders = &self.lock().holders;
        holders
            .keys()
            .any(|subject| matches!(subject, Subject::Plugin(held) if held == key))
    }

    /// Waits until no other thread holds an operation lock, at most `limit`. Returns false if one
    /// still does.
    pub(crate) fn wait_for_others(&self, limit: Duration) -> bool {
        let me = thread::current().id();
        let busy = |table: &mut Table| table.holders.values().any(|holder| *holder != me);
        let mut table = self.lock();
        self.freed.wait_while_for(&mut table, busy, limit);
        !busy(&mut table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    const LONG: Duration = Duration::from_secs(60);

    fn plugin(name: &str) -> Subject {
        Subject::Plugin(name.to_owned())
    }

    fn never() -> bool {
        false
    }

    #[test]
    fn a_thread_that_has_the_turn_is_told_so() {
        let operation_locks = OperationLocks::default();
        let _guard = operation_locks
            .take(plugin("a"), LONG, &mut never)
            .ok()
            .unwrap();
        assert_eq!(
            operation_locks.take(plugin("a"), LONG, &mut never).err(),
            Some(Refusal::Circle)
        );
        assert!(
            operation_locks.take(plugin("b"), LONG, &mut never).is_ok(),
            "another plugin is free"
        );
    }

    #[test]
    fn a_circle_of_two_threads_is_found_by_the_one_that_would_close_it() {
        let operation_locks = OperationLocks::default();
        let (first_has, wait_first) = channel();
        thread::scope(|scope| {
            let _a = operation_locks
                .take(plugin("a"), LONG, &mut never)
                .ok()
                .unwrap();
            scope.spawn(|| {
                let _b = operation_locks
                    .take(plugin("b"), LONG, &mut never)
                    .ok()
                    .unwrap();
                first_has.send(()).unwrap();
                // Waits for the main thread, until that releases its lock.
                assert!(operation_locks.take(plugin("a"), LONG, &mut never).is_ok());
            });
            wait_first.recv().unwrap();
            while !operation_locks
                .lock()
                .waits
                .values()
                .any(|subject| *subject == plugin("a"))
            {
                thread::yield_now();
            }
            assert_eq!(
                operation_locks.take(plugin("b"), LONG, &mut never).err(),
                Some(Refusal::Circle)
            );
            drop(_a);
        });
    }

    #[test]
    fn a_wait_ends_by_limit_and_by_its_caller() {
        let operation_locks = OperationLocks::default();
        let _guard = operation_locks
            .take(Subject::Import, LONG, &mut never)
            .ok()
            .unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let short = Duration::from_millis(1);
                assert_eq!(
                    operation_locks
                        .take(Subject::Import, short, &mut never)
                        .err(),
                    Some(Refusal::TimedOut)
                );
                assert_eq!(
                    operation_locks
                        .take(Subject::Import, LONG, &mut || true)
                        .err(),
                    Some(Refusal::Cancelled)
                );
            });
        });
        assert!(operation_locks.lock().waits.is_empty());
    }
}
