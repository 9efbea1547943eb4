//! A switch that ends a long operation from any thread.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

type Callback = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Inner {
    /// Set under the lock of the callbacks, read without it: a forked copy of this process may have
    /// that locked for ever.
    cancelled: AtomicBool,
    callbacks: Mutex<Vec<(u64, Callback)>>,
    changed: Condvar,
    next: AtomicU64,
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Vec<(u64, Callback)>> {
        self.callbacks.lock()
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }
}

/// Asks an operation to end. Clones are the same switch; once cancelled it stays so.
///
/// ```
/// use lichtfeld_system::CancelToken;
///
/// let token = CancelToken::new();
/// let elsewhere = token.clone();
/// elsewhere.cancel();
/// assert!(token.is_cancelled());
/// ```
#[derive(Clone, Default)]
pub struct CancelToken(Arc<Inner>);

impl CancelToken {
    /// A switch that is off.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns it on, and calls the callbacks on this thread. The second call does nothing.
    pub fn cancel(&self) {
        let callbacks = {
            let mut callbacks = self.0.lock();
            self.0.cancelled.store(true, Ordering::SeqCst);
            std::mem::take(&mut *callbacks)
        };
        self.0.changed.notify_all();
        // Outside of the lock, so that a callback may ask the token.
        for (_, callback) in callbacks {
            callback();
        }
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until it is cancelled.
    pub fn wait(&self) {
        let mut callbacks = self.0.lock();
        while !self.0.is_cancelled() {
            self.0.changed.wait(&mut callbacks);
        }
    }

    /// Waits until it is cancelled, at most `timeout`. Returns whether it was.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let mut callbacks = self.0.lock();
        while !self.0.is_cancelled() {
            let waited = self.0.changed.wait_until(&mut callbacks, deadline);
            if waited.timed_out() {
                return self.0.is_cancelled();
            }
        }
        true
    }

    /// Calls `callback` when it is cancelled, or at once if it already is. Dropping the returned
    /// value takes the callback back.
    #[must_use = "dropping the subscription takes the callback back"]
    pub fn on_cancel(&self, callback: impl FnOnce() + Send + 'static) -> Subscription {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let mut callbacks = self.0.lock();
        if self.0.is_cancelled() {
            drop(callbacks);
            callback();
        } else {
            callbacks.push((id, Box::new(callback)));
        }
        Subscription {
            token: self.clone(),
            id,
        }
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CancelToken")
            .field(&self.is_cancelled())
            .finish()
    }
}

/// A callback that waits for a cancellation.
#[derive(Debug)]
pub struct Subscription {
    token: CancelToken,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.token.0.lock().retain(|(id, _)| *id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn wakes_those_who_wait_and_calls_back_once() {
        let token = CancelToken::new();
        let (sender, receiver) = channel();
        let other = sender.clone();
        let _kept = token.on_cancel(move || sender.send("kept").unwrap());
        drop(token.on_cancel(move || other.send("taken back").unwrap()));
        let waiting = token.clone();
        let waiter = std::thread::spawn(move || waiting.wait());
        assert!(!token.wait_timeout(Duration::from_millis(1)));
        token.cancel();
        token.cancel();
        waiter.join().unwrap();
        assert!(token.wait_timeout(Duration::ZERO));
        assert_eq!(receiver.iter().collect::<Vec<_>>(), ["kept"]);
    }

    #[test]
    fn a_late_callback_is_called_at_once() {
        let token = CancelToken::new();
        token.cancel();
        let (sender, receiver) = channel();
        let _subscription = token.on_cancel(move || sender.send(()).unwrap());
        assert!(receiver.try_recv().is_ok());
    }
}
