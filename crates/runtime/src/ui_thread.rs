//! Work for the host's UI thread.

use lichtfeld_engine::{Manager, codes};
use parking_lot::{Condvar, Mutex};
use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

type Work = Box<dyn FnOnce() + Send>;

/// How often a thread that waits for the UI thread looks whether the application ends.
const LOOK: Duration = Duration::from_millis(50);
/// How long work may wait for its turn once the application ends: its UI thread may still take work,
/// or be the one that ends the application and waits for this very thread.
const AT_THE_END: Duration = Duration::from_secs(1);

thread_local! {
    /// The work that waits for the job on this thread, or `None` if no job runs.
    static WAITING: RefCell<Option<VecDeque<Work>>> = const { RefCell::new(None) };
}

/// Runs `work` on the UI thread; a host without a window runs it at once. Work that is scheduled
/// inside other work runs after it, never within it. If the application's loop has ended, `work` is
/// dropped.
pub(crate) fn schedule(manager: &Manager, work: Work) {
    manager.host().on_ui_thread(Box::new(move || run(work)));
}

fn run(work: Work) {
    let waits = WAITING.with_borrow_mut(|waiting| match waiting {
        Some(queue) => {
            queue.push_back(work);
            None
        }
        None => {
            *waiting = Some(VecDeque::new());
            Some(work)
        }
    });
    let Some(first) = waits else {
        return;
    };
    // Even if the work panics, the next job on this thread must not wait for it.
    let _end = End;
    let mut next = Some(first);
    while let Some(work) = next {
        work();
        next = WAITING.with_borrow_mut(|waiting| waiting.as_mut()?.pop_front());
    }
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        let left = WAITING.take();
        drop(left);
    }
}

/// Why work was not done on the UI thread. It was not begun, and is not done later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotDone {
    /// The UI thread did not begin it within this limit.
    NoTurn(Duration),
    /// The application ends.
    Ending,
    /// The application did not take it, or its loop has ended.
    Refused,
}

impl fmt::Display for NotDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTurn(limit) => write!(
                f,
                "the UI thread did not begin it within {:.1} s, and it was cancelled",
                limit.as_secs_f64()
            ),
            Self::Ending => f.write_str("the application ends, and its UI thread did not begin it"),
            Self::Refused => f.write_str("the application's UI thread takes no more work"),
        }
    }
}

impl std::error::Error for NotDone {}

impl NotDone {
    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        codes::UI_THREAD.code
    }

    /// What to do about it.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::NoTurn(_) => {
                "the UI thread is busy, or waits for this thread: do not wait on it for a thread \
                 that needs it"
            }
            Self::Ending => "do it before the application ends",
            Self::Refused => {
                "the application has ended its loop: it takes the loop back with \
                 lichtfeld.plugins.set_ui_thread(None)"
            }
        }
    }
}

/// Runs `work` on the UI thread and waits until it has returned: at once if this is the UI thread,
/// or if the host has none. Call this without the GIL. A UI thread that waits for the process of a
/// plugin does what this process wants while it waits.
///
/// `limit` is how long the work may wait for its turn. Work that has begun cannot be taken back, so
/// its end is waited for, as if this thread had called it. A panic of `work` continues here. What
/// `work` asks the other process of a worker belongs to the request that this thread answers.
///
/// # Errors
/// [`NotDone`] if the UI thread has not begun it within `limit`, or does not take it. It is dropped
/// then.
pub(crate) fn run_and_wait(manager: &Manager, limit: Duration, work: Work) -> Result<(), NotDone> {
    let host = manager.host();
    if host.is_ui_thread() {
        work();
        return Ok(());
    }
    let turn = Arc::new(Turn {
        state: Mutex::new(State::Waiting(as_part_of_this_thread(work))),
        changed: Condvar::new(),
    });
    let posted = Posted(Arc::clone(&turn));
    let _offer = offer(&turn);
    // Not in the queue of `schedule`: an application that opens a dialog inside of a job goes on
    // taking jobs in the dialog's loop.
    host.on_ui_thread(Box::new(move || posted.run()));
    turn.wait(limit, &|| manager.is_ending())
}

/// Offers it to a UI thread that waits for the process that wants it, until the offer is dropped.
#[cfg(unix)]
fn offer(turn: &Arc<Turn>) -> Option<crate::meanwhile::Offer> {
    let asker = crate::meanwhile::Asker::of_this_thread()?;
    let turn = Arc::clone(turn);
    Some(asker.offer(Box::new(move || turn.run())))
}

#[cfg(not(unix))]
fn offer(_turn: &Arc<Turn>) {}

#[cfg(unix)]
fn as_part_of_this_thread(work: Work) -> Work {
    let answering = lichtfeld_engine::worker::channel::Answering::of_this_thread();
    Box::new(move || answering.during(work))
}

#[cfg(not(unix))]
fn as_part_of_this_thread(work: Work) -> Work {
    work
}

enum State {
    /// It has not begun.
    Waiting(Work),
    Begun,
    Ended(Result<(), Box<dyn Any + Send>>),
    /// The waiting thread has left.
    Cancelled,
    /// The job was dropped: it never begins.
    Dropped,
}

/// Work that waits for its turn on the UI thread.
struct Turn {
    state: Mutex<State>,
    changed: Condvar,
}

impl Turn {
    /// Takes the work if it has not begun. The caller runs or drops it without the lock.
    fn take(&self, next: State) -> Option<Work> {
        let mut state = self.state.lock();
        if !matches!(*state, State::Waiting(_)) {
            return None;
        }
        match std::mem::replace(&mut *state, next) {
            State::Waiting(work) => Some(work),
            _ => None,
        }
    }

    /// Does the work if it has not begun.
    fn run(&self) {
        if let Some(work) = self.take(State::Begun) {
            let ended = catch_unwind(AssertUnwindSafe(work));
            self.set(State::Ended(ended));
        }
    }

    fn set(&self, next: State) {
        *self.state.lock() = next;
        self.changed.notify_all();
    }

    fn wait(&self, limit: Duration, is_ending: &dyn Fn() -> bool) -> Result<(), NotDone> {
        let begin = Instant::now();
        let mut ending: Option<Instant> = None;
        loop {
            {
                let mut state = self.state.lock();
                match std::mem::replace(&mut *state, State::Cancelled) {
                    State::Ended(Ok(())) => return Ok(()),
                    State::Ended(Err(panic)) => {
                        drop(state);
                        resume_unwind(panic);
                    }
                    State::Dropped => return Err(NotDone::Refused),
                    other => *state = other,
                }
                self.changed.wait_for(&mut state, LOOK);
            }
            let over = if ending.is_some_and(|since| since.elapsed() >= AT_THE_END) {
                NotDone::Ending
            } else if begin.elapsed() >= limit {
                NotDone::NoTurn(limit)
            } else {
                if ending.is_none() && is_ending() {
                    ending = Some(Instant::now());
                }
                continue;
            };
            if let Some(work) = self.take(State::Cancelled) {
                drop(work);
                return Err(over);
            }
        }
    }
}

/// The job on its way to the UI thread.
struct Posted(Arc<Turn>);

impl Posted {
    fn run(self) {
        self.0.run();
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        if let Some(work) = self.0.take(State::Dropped) {
            self.0.changed.notify_all();
            drop(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::thread;

    /// Longer than any test takes.
    const PATIENCE: Duration = Duration::from_secs(300);

    #[test]
    fn work_scheduled_inside_work_runs_after_it() {
        let order = Arc::new(Mutex::new(Vec::new()));
        let note = |text: &'static str| {
            let order = Arc::clone(&order);
            move || order.lock().push(text)
        };
        let (begin, inner, end, later) = (note("begin"), note("inner"), note("end"), note("later"));
        run(Box::new(move || {
            begin();
            run(Box::new(inner));
            end();
        }));
        run(Box::new(later));
        assert_eq!(*order.lock(), ["begin", "end", "inner", "later"]);
    }
    fn turn(work: impl FnOnce() + Send + 'static) -> (Arc<Turn>, Posted) {
        let turn = Arc::new(Turn {
            state: Mutex::new(State::Waiting(Box::new(work))),
            changed: Condvar::new(),
        });
        (Arc::clone(&turn), Posted(turn))
    }

    #[test]
    fn work_that_has_begun_is_waited_for_beyond_its_limit() {
        let (begin, begun) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let (turn, posted) = turn(move || {
            begin.send(()).unwrap();
            wait.recv().unwrap();
        });
        let ui = thread::spawn(move || posted.run());
        begun.recv_timeout(PATIENCE).unwrap();
        let waiting = thread::spawn(move || turn.wait(Duration::ZERO, &|| true));
        go_on.send(()).unwrap();
        assert_eq!(waiting.join().unwrap(), Ok(()));
        ui.join().unwrap();
    }

    #[test]
    fn work_that_got_no_turn_is_never_done() {
        let held = Arc::new(());
        let work = Arc::clone(&held);
        let (turn, posted) = turn(move || drop(work));
        let over = turn.wait(Duration::ZERO, &|| false);
        assert_eq!(over, Err(NotDone::NoTurn(Duration::ZERO)));
        assert_eq!(Arc::strong_count(&held), 1, "dropped at once");
        posted.run();
        assert!(matches!(*turn.state.lock(), State::Cancelled));
    }

    #[test]
    fn the_end_of_the_application_ends_the_wait() {
        let (turn, _posted) = turn(|| ());
        assert_eq!(turn.wait(PATIENCE, &|| true), Err(NotDone::Ending));
    }

    #[test]
    fn a_job_that_the_application_drops_ends_the_wait() {
        let (turn, posted) = turn(|| ());
        let waiting = thread::spawn(move || turn.wait(PATIENCE, &|| false));
        drop(posted);
        assert_eq!(waiting.join().unwrap(), Err(NotDone::Refused));
    }

    #[test]
    fn a_panic_continues_in_the_waiting_thread_alone() {
        let (turn, posted) = turn(|| panic!("inside"));
        thread::spawn(move || posted.run()).join().unwrap();
        let panic = catch_unwind(AssertUnwindSafe(|| turn.wait(PATIENCE, &|| false)));
        assert_eq!(panic.unwrap_err().downcast_ref::<&str>(), Some(&"inside"));
    }
}
