//! When functions of the application may still be called.
//!
//! After `lfp_end` an application unloads its user interface, and a function of it that runs then is
//! gone. So each call passes a gate; the end closes it and waits for those that have passed.

use parking_lot::{Condvar, Mutex};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long the end waits for functions of the application.
const LIMIT: Duration = Duration::from_secs(10);

thread_local! {
    /// How many functions of the application this thread is inside of.
    static INSIDE: Cell<usize> = const { Cell::new(0) };
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    inside: usize,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

/// A call that has passed. Dropping it is its end.
pub(crate) struct Pass<'a>(&'a Gate);

impl Gate {
    /// Returns `None` if it is closed.
    pub(crate) fn pass(&self) -> Option<Pass<'_>> {
        let mut state = self.state.lock();
        if state.closed {
            return None;
        }
        state.inside += 1;
        INSIDE.set(INSIDE.get() + 1);
        Some(Pass(self))
    }

    /// Closes it, and waits until other threads have left the functions of the application.
    pub(crate) fn close(&self) {
        let deadline = Instant::now() + LIMIT;
        let mut state = self.state.lock();
        state.closed = true;
        // Those that this thread is inside of wait for it.
        while state.inside > INSIDE.get() {
            if self.left.wait_until(&mut state, deadline).timed_out() {
                return;
            }
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.state.lock().inside -= 1;
        INSIDE.set(INSIDE.get().saturating_sub(1));
        self.0.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    #[test]
    fn closing_waits_for_other_threads_and_not_for_its_own() {
        let gate = Gate::default();
        let own = gate.pass();
        let (passed, has_passed) = channel();
        let (go, gone) = channel();
        let gate = &gate;
        thread::scope(|scope| {
            scope.spawn(move || {
                let pass = gate.pass();
                passed.send(pass.is_some()).unwrap();
                gone.recv().unwrap();
            });
            assert!(has_passed.recv().unwrap());
            let closing = scope.spawn(|| {
                gate.close();
                gate.state.lock().inside
            });
            go.send(()).unwrap();
            // It waits for this thread too, since it is another one.
            drop(own);
            assert_eq!(closing.join().unwrap(), 0);
        });
        assert!(gate.pass().is_none());
    }

    #[test]
    fn a_function_may_end_everything() {
        let gate = Gate::default();
        let _own = gate.pass();
        gate.close();
        assert!(gate.pass().is_none());
    }
}
