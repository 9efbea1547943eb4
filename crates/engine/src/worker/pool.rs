//! The threads that answer what the other process asks, for requests that no thread waits with.
//!
//! A request that is asked while another one is answered goes to the thread that waits there, so
//! nested calls need no further threads. There is one thread for each request at work, up to
//! [`MAX_THREADS`]; more requests wait for a thread, since a callback is mostly short. One that has
//! waited for [`QUEUED`] is refused: the threads may all wait for something that it would do.

use crate::worker::channel::Request;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How many threads one process of a plugin may occupy.
pub const MAX_THREADS: usize = 128;
/// How long a request waits for a thread.
pub const QUEUED: Duration = Duration::from_secs(10);
/// How long a thread without work stays.
const IDLE: Duration = Duration::from_secs(5);

#[derive(Default)]
struct State {
    queue: VecDeque<(Instant, Request)>,
    threads: usize,
    idle: usize,
    is_closed: bool,
}

type Answer = dyn Fn(Request) + Send + Sync;

/// The threads of one channel.
pub struct Pool {
    state: Mutex<State>,
    arrived: Condvar,
    answer: Box<Answer>,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        f.debug_struct("Pool")
            .field("threads", &state.threads)
            .field("queued", &state.queue.len())
            .finish_non_exhaustive()
    }
}

impl Pool {
    /// Makes a pool whose threads answer by `answer`. It has no threads yet.
    pub fn new(answer: impl Fn(Request) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            arrived: Condvar::new(),
            answer: Box::new(answer),
        })
    }

    /// Passes a request to a thread. Does not wait.
    pub fn put(self: &Arc<Self>, request: Request) {
        let mut state = self.state.lock();
        if state.is_closed {
            drop(state);
            drop(request);
            return;
        }
        state.queue.push_back((Instant::now(), request));
        if state.idle >= state.queue.len() || state.threads >= MAX_THREADS {
            drop(state);
            self.arrived.notify_one();
            return;
        }
        state.threads += 1;
        drop(state);
        let pool = Arc::clone(self);
        let started = thread::Builder::new()
            .name("worker-callback".into())
            .spawn(move || pool.work());
        if started.is_err() {
            let mut state = self.state.lock();
            state.threads -= 1;
            // Others take it up later, if there are others.
            let lost = (state.threads == 0).then(|| std::mem::take(&mut state.queue));
            drop(state);
            for (_, request) in lost.into_iter().flatten() {
                request.refuse("the application has no thread for it");
            }
        }
    }

    /// Refuses the requests that have waited for [`QUEUED`]. To be called now and then.
    pub fn refuse_overdue(&self) {
        self.refuse_older_than(QUEUED);
    }

    fn refuse_older_than(&self, limit: Duration) {
        loop {
            let mut state = self.state.lock();
            let overdue = |(put, _): &(Instant, Request)| put.elapsed() >= limit;
            let request = match state.queue.front() {
                Some(first) if overdue(first) => state.queue.pop_front(),
                _ => return,
            };
            drop(state);
            if let Some((_, request)) = request {
                request.refuse(&format!(
                    "the application is at work on {MAX_THREADS} requests of this process, and none \
                     of them has ended for {:.0} s",
                    limit.as_secs_f64()
                ));
            }
        }
    }

    /// Ends the threads without work, and refuses what waits.
    pub fn close(&self) {
        let queue = {
            let mut state = self.state.lock();
            state.is_closed = true;
            std::mem::take(&mut state.queue)
        };
        self.arrived.notify_all();
        drop(queue);
    }

    /// Returns how many threads there are.
    pub fn threads(&self) -> usize {
        self.state.lock().threads
    }

    fn work(&self) {
        // Counted also if an answer panics.
        let _leaves = Leaves(self);
        while let Some(request) = self.take() {
            (self.answer)(request);
        }
    }

    fn take(&self) -> Option<Request> {
        let mut state = self.state.lock();
        state.idle += 1;
        let nothing = |state: &mut State| state.queue.is_empty() && !state.is_closed;
        self.arrived.wait_while_for(&mut state, nothing, IDLE);
        state.idle -= 1;
        state.queue.pop_front().map(|(_, request)| request)
    }
}

struct Leaves<'a>(&'a Pool);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.state.lock().threads -= 1;
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
