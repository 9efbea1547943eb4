//! A value that belongs to one process and is made anew in its forked copies.

use std::fmt;
use std::process;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

struct Slot<T> {
    process: u32,
    value: T,
}

/// A value that a forked copy of this process does not inherit: the copy gets a fresh one.
///
/// The inherited value is leaked there. Its threads are gone, its mutexes may be locked for ever,
/// and dropping it could harm the parent.
pub struct PerProcess<T> {
    slot: AtomicPtr<Slot<T>>,
    make: fn() -> T,
}

impl<T> PerProcess<T> {
    /// Makes nothing yet: `make` is called at the first use in each process.
    pub const fn new(make: fn() -> T) -> Self {
        Self {
            slot: AtomicPtr::new(ptr::null_mut()),
            make,
        }
    }

    /// Returns this process's value, and makes it first where there is none. Takes no lock, since
    /// one that was copied could be locked.
    pub fn get(&self) -> &T {
        let process = process::id();
        let current = self.slot.load(Ordering::Acquire);
        // SAFETY: a slot that was stored is freed by `drop` alone, which has the only reference.
        if let Some(slot) = unsafe { current.as_ref() }
            && slot.process == process
        {
            return &slot.value;
        }
        let fresh = Box::into_raw(Box::new(Slot {
            process,
            value: (self.make)(),
        }));
        let exchanged =
            (self.slot).compare_exchange(current, fresh, Ordering::AcqRel, Ordering::Acquire);
        let slot = match exchanged {
            Ok(_) => fresh,
            Err(other) => {
                // SAFETY: it was never stored, so nobody else has it.
                drop(unsafe { Box::from_raw(fresh) });
                other
            }
        };
        // SAFETY: as above; another thread of this process stored its own slot meanwhile, or we did.
        unsafe { &(*slot).value }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let slot = *self.slot.get_mut();
        // SAFETY: a stored slot is a leaked box, and nobody refers to it any more.
        if !slot.is_null() && unsafe { (*slot).process } == process::id() {
            // SAFETY: as above.
            drop(unsafe { Box::from_raw(slot) });
        }
    }
}

// SAFETY: a shared reference gives shared references to the value, which it may also have made.
unsafe impl<T: Send + Sync> Sync for PerProcess<T> {}
// SAFETY: the value moves with it.
unsafe impl<T: Send> Send for PerProcess<T> {}

impl<T: fmt::Debug> fmt::Debug for PerProcess<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PerProcess").field(self.get()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    static MADE: AtomicUsize = AtomicUsize::new(0);
    static DROPPED: AtomicUsize = AtomicUsize::new(0);

    struct Counted;

    impl Counted {
        fn make() -> Self {
            MADE.fetch_add(1, Ordering::SeqCst);
            Self
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn threads_that_meet_get_the_same_value_and_it_is_dropped_once() {
        let value = PerProcess::new(Counted::make);
        let addresses: Vec<usize> = std::thread::scope(|scope| {
            let get = || ptr::from_ref(value.get()) as usize;
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(get)).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(addresses.iter().all(|address| *address == addresses[0]));
        drop(value);
        let (made, dropped) = (MADE.load(Ordering::SeqCst), DROPPED.load(Ordering::SeqCst));
        assert!(made >= 1);
        assert_eq!(made, dropped);
    }
}
