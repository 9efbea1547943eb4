//! What the UI thread does while it waits for another process: work that this process has for it.
//!
//! A plugin's function may wait for a thread of its own that needs the UI thread, while the UI thread
//! waits for the function. The loop of the application stands still then. So work for the UI thread
//! that a process of a plugin has asked for is also offered here, under the connection to that process,
//! and the UI thread does it if it waits for this very process. Work of others is left to the loop.

use parking_lot::Mutex;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

type Work = Box<dyn FnOnce() + Send>;

/// Another process whose request a thread answers.
#[derive(Clone)]
pub(crate) struct Asker {
    /// The address of the connection.
    connection: usize,
    /// Lets the threads that wait for the process look here.
    nudge: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Asker").field(&self.connection).finish()
    }
}

thread_local! {
    /// Whose requests this thread answers, the innermost last.
    static ASKERS: RefCell<Vec<Asker>> = const { RefCell::new(Vec::new()) };
}

/// What is offered: the number of the offer, the connection, the work.
static OFFERED: Mutex<Vec<(u64, usize, Work)>> = Mutex::new(Vec::new());

impl Asker {
    pub(crate) fn new(connection: usize, nudge: impl Fn() + Send + Sync + 'static) -> Self {
        let nudge = Arc::new(nudge);
        Self { connection, nudge }
    }

    /// Returns whose request this thread answers, or `None`.
    pub(crate) fn of_this_thread() -> Option<Self> {
        ASKERS.with_borrow(|askers| askers.last().cloned())
    }

    /// Runs `work`, by which this thread answers a request of this process.
    pub(crate) fn during<T>(self, work: impl FnOnce() -> T) -> T {
        ASKERS.with_borrow_mut(|askers| askers.push(self));
        let _leave = Leave;
        work()
    }

    /// Offers `work` to a thread that waits for this process and may do it. `work` must do nothing if
    /// it was done elsewhere.
    pub(crate) fn offer(&self, work: Work) -> Offer {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        OFFERED.lock().push((number, self.connection, work));
        (self.nudge)();
        Offer(number)
    }
}

struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        ASKERS.with_borrow_mut(Vec::pop);
    }
}

/// Takes the work back when it is dropped.
pub(crate) struct Offer(u64);

impl Drop for Offer {
    fn drop(&mut self) {
        let mut offered = OFFERED.lock();
        let at = offered.iter().position(|(number, ..)| *number == self.0);
        let taken = at.map(|at| offered.swap_remove(at));
        drop(offered);
        drop(taken);
    }
}

/// Does what is offered under a connection, if this is the UI thread. Call this without the GIL, on
/// a thread that waits for the process at the other end.
pub(crate) fn work(connection: usize) {
    loop {
        let next = {
            let mut offered = OFFERED.lock();
            let Some(at) = offered.iter().position(|(_, of, _)| *of == connection) else {
                return;
            };
            if !is_ui_thread() {
                return;
            }
            offered.remove(at)
        };
        (next.2)();
    }
}

fn is_ui_thread() -> bool {
    crate::current_manager::current().is_some_and(|manager| manager.host().is_ui_thread())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn a_thread_knows_whose_request_it_answers() {
        let nudged = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&nudged);
        let asker = Asker::new(7, move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        assert!(Asker::of_this_thread().is_none());
        let held = Arc::new(());
        let work = Arc::clone(&held);
        asker.during(|| {
            let asker = Asker::of_this_thread().unwrap();
            let offer = asker.offer(Box::new(move || drop(work)));
            assert_eq!(nudged.load(Ordering::Relaxed), 1);
            drop(offer);
        });
        assert_eq!(Arc::strong_count(&held), 1, "taken back");
        assert!(Asker::of_this_thread().is_none());
    }
}
