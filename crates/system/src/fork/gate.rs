//! Forks wait while a descriptor is open that a copy must not get.
//!
//! Between opening a file and noting it, or while a child is being started (whose start is reported
//! through a pipe that must end), a fork on another thread would give its copy a descriptor that
//! nobody closes there. Such moments are short, so the fork waits for their end. Either side gives
//! up waiting after [`LIMIT`]: a copy with one descriptor too many is better than a hang.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::descriptors::{ExecFollows, close_inherited, note_owner};

/// The longest that a fork waits for us, and that we wait for a fork. Starting a child takes some
/// milliseconds, and opening a file less.
const LIMIT: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_micros(50);

/// Threads in a moment that a copy must not see.
static HOLDERS: AtomicUsize = AtomicUsize::new(0);
/// Forks that have begun and not returned.
static FORKING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// How often this thread holds forks off. Its own fork is the one of a child that we start.
    static HOLDING: Cell<usize> = const { Cell::new(0) };
}

fn is_holding() -> bool {
    HOLDING.try_with(Cell::get).is_ok_and(|count| count > 0)
}

/// Registers the handlers, once. Whether it was done is an atomic and no `Once`: a copy that is made
/// during a `Once` would wait for it for ever.
fn install() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if !INSTALLED.swap(true, Ordering::SeqCst) {
        note_owner();
        // SAFETY: the handlers are functions of this library, do not unwind, and in the child call
        // async-signal-safe functions only. Where memory is short and they cannot be registered,
        // copies keep what they inherit.
        unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
    }
}

/// Makes forks of other threads wait until the returned value is dropped.
pub(crate) fn hold_off() -> HoldOff {
    install();
    let outermost = !is_holding();
    let _ = HOLDING.try_with(|count| count.set(count.get() + 1));
    if outermost {
        let deadline = Instant::now() + LIMIT;
        loop {
            HOLDERS.fetch_add(1, Ordering::SeqCst);
            if FORKING.load(Ordering::SeqCst) == 0 || Instant::now() >= deadline {
                break;
            }
            // The fork that has begun waits for us, unless it does not see us.
            HOLDERS.fetch_sub(1, Ordering::SeqCst);
            thread::sleep(POLL);
        }
    }
    HoldOff {
        outermost,
        _of_this_thread: PhantomData,
    }
}

/// Forks of other threads wait until it is dropped.
pub(crate) struct HoldOff {
    outermost: bool,
    _of_this_thread: PhantomData<*const ()>,
}

impl Drop for HoldOff {
    fn drop(&mut self) {
        let _ = HOLDING.try_with(|count| count.set(count.get() - 1));
        if self.outermost {
            HOLDERS.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

extern "C" fn before() {
    FORKING.fetch_add(1, Ordering::SeqCst);
    if is_holding() {
        return;
    }
    let deadline = Instant::now() + LIMIT;
    while HOLDERS.load(Ordering::SeqCst) > 0 && Instant::now() < deadline {
        thread::sleep(POLL);
    }
}

extern "C" fn after_in_parent() {
    FORKING.fetch_sub(1, Ordering::SeqCst);
}

extern "C" fn after_in_child() {
    FORKING.store(0, Ordering::SeqCst);
    let exec_follows = if is_holding() {
        ExecFollows::Yes
    } else {
        HOLDERS.store(0, Ordering::SeqCst);
        ExecFollows::No
    };
    close_inherited(exec_follows);
}
