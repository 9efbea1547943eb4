//! The requests of other processes that a thread is answering.

use std::cell::RefCell;

thread_local! {
    /// As channel and id; the innermost is the last.
    static HERE: RefCell<Vec<(usize, u64)>> = const { RefCell::new(Vec::new()) };
}

/// Returns the innermost request of a channel that this thread is answering, or 0.
pub(super) fn innermost(channel: usize) -> u64 {
    HERE.with_borrow(|here| {
        let mut inner = here.iter().rev();
        let found = inner.find(|(known, _)| *known == channel);
        found.map_or(0, |(_, id)| *id)
    })
}

/// Runs `work`, by which this thread answers a request.
pub(super) fn during<T>(channel: usize, id: u64, work: impl FnOnce() -> T) -> T {
    let mut all = Answering::of_this_thread();
    all.0.push((channel, id));
    all.during(work)
}

/// What a thread is answering, for another thread that does a part of it while the first one waits.
///
/// A question that the second thread asks in return then goes to the thread of the other process
/// that waits for the answer, as if the first one had asked it. Without this it would need another
/// thread there, and may wait for one that waits for this very answer.
#[derive(Clone, Debug, Default)]
pub struct Answering(Vec<(usize, u64)>);

impl Answering {
    /// Returns what this thread is answering.
    #[must_use]
    pub fn of_this_thread() -> Self {
        Self(HERE.with_borrow(Clone::clone))
    }

    /// Runs `work` as a part of these answers. Call this only while the thread that they were taken
    /// from waits.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        let before = HERE.replace(self.0);
        let _restore = Restore(before);
        work()
    }
}

/// What the thread was answering before; restored even if the work panics.
struct Restore(Vec<(usize, u64)>);

impl Drop for Restore {
    fn drop(&mut self) {
        HERE.set(std::mem::take(&mut self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;
    use std::thread;

    #[test]
    fn another_thread_continues_an_answer_and_is_as_before_afterwards() {
        let inner = during(7, 1, || {
            during(7, 2, || {
                let carried = Answering::of_this_thread();
                let other = thread::spawn(move || {
                    let during = carried.during(|| innermost(7));
                    (during, innermost(7))
                });
                (other.join().unwrap(), innermost(7), innermost(8))
            })
        });
        assert_eq!(inner, ((2, 0), 2, 0));
        let panicked = catch_unwind(|| during(7, 3, || panic!("a handler")));
        assert!(panicked.is_err());
        assert_eq!(innermost(7), 0);
    }
}
