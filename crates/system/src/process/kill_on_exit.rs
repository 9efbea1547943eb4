//! Kills what this process has started when it is gone, however it ended.
//!
//! The kernel ends a child with its parent (`parent_death.rs`, Linux alone), but not what the child
//! has started: a build that uv runs would go on after a `kill -9` of the application, and write
//! where the next installation does. The watchdog, a shell that notices the end of this process,
//! kills the groups of all children, and single processes that other code has started and that were
//! added. It runs only while there is something to watch, and adds 1 ms to the start of the first.
//!
//! No thread waits for the shell: it is written to without blocking, ended by a message, and reaped
//! by the thread that starts children, which kills one that does not end. A forked copy of this
//! process has a state of its own, so what it does never touches the parent's children.

use std::collections::BTreeSet;
use std::process::Child;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::watchdog::{Message, Registration, Watchdog};
use crate::fork::PerProcess;

/// How long a shell may take to end before it is killed.
const END: Duration = Duration::from_secs(2);
/// How often to look whether it has ended.
const POLL: Duration = Duration::from_millis(2);

#[derive(Debug, Default)]
struct State {
    watchdog: Option<Watchdog>,
    /// Children that are being started, whose numbers are not known yet.
    expected: usize,
    groups: BTreeSet<u32>,
    processes: BTreeSet<u32>,
    /// Shells that were sent the message to end, and when.
    ending: Vec<(Child, Instant)>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// A shell was reaped.
    reaped: Condvar,
}

static SHARED: PerProcess<Shared> = PerProcess::new(Shared::default);

impl State {
    /// Returns the watchdog, started if there is none. On the thread that starts all children.
    fn engage(&mut self) -> Option<&Watchdog> {
        if let Some(mut watchdog) = self.watchdog.take() {
            if watchdog.is_running() {
                self.watchdog = Some(watchdog);
            } else {
                self.ending.push((watchdog.kill(), Instant::now()));
            }
        }
        if self.watchdog.is_none() {
            let watchdog = Watchdog::start().ok()?;
            // The one before was killed from outside. Groups are sent again; single processes are
            // not, since their numbers may belong to others by now.
            for group in &self.groups {
                let _ = watchdog.send(Message::Group(*group));
            }
            self.watchdog = Some(watchdog);
        }
        self.watchdog.as_ref()
    }

    fn send(&mut self, message: Message) {
        let Some(watchdog) = &self.watchdog else {
            return;
        };
        if watchdog.send(message).is_err()
            && let Some(watchdog) = self.watchdog.take()
        {
            // It would kill by old numbers. `tend` starts another one.
            self.ending.push((watchdog.kill(), Instant::now()));
        }
    }

    fn is_idle(&self) -> bool {
        self.expected == 0 && self.groups.is_empty() && self.processes.is_empty()
    }

    fn end_if_idle(&mut self) {
        if self.is_idle()
            && let Some(watchdog) = self.watchdog.take()
        {
            self.ending.push((watchdog.end(), Instant::now()));
        }
    }

    /// Whether [`tend`] has something to do.
    fn needs_tending(&self) -> bool {
        !self.ending.is_empty() || (!self.groups.is_empty() && self.watchdog.is_none())
    }
}

/// A child is about to be started; returns what it registers itself with before it runs anything.
/// On the thread that starts all children.
///
/// Without a watchdog (there is no shell) children are started all the same.
pub(super) fn expect_child() -> Option<Registration> {
    let mut state = SHARED.get().state.lock();
    state.expected += 1;
    state.engage().and_then(Watchdog::registration)
}

/// The child that was expected runs, as the leader of this group.
pub(super) fn child_started(group: u32) {
    let mut state = SHARED.get().state.lock();
    state.expected = state.expected.saturating_sub(1);
    state.groups.insert(group);
}

/// The child that was expected could not be started. It may have registered itself before.
pub(super) fn child_failed() {
    let mut state = SHARED.get().state.lock();
    state.expected = state.expected.saturating_sub(1);
    state.send(Message::Recheck);
    state.end_if_idle();
}

/// A group has ended; its number is free from now on. Returns whether [`tend`] is to be called.
pub(super) fn forget_group(group: u32) -> bool {
    let mut state = SHARED.get().state.lock();
    if state.groups.remove(&group) {
        state.send(Message::GroupDone(group));
        state.end_if_idle();
    }
    state.needs_tending()
}

/// A process that other code has started is to end with this one. On the thread that starts all
/// children.
pub(super) fn watch_process(process: u32) {
    let mut state = SHARED.get().state.lock();
    if state.engage().is_some() {
        state.processes.insert(process);
        state.send(Message::Process(process));
    }
}

/// The end of [`watch_process`]. Returns whether [`tend`] is to be called.
pub(super) fn forget_process(process: u32) -> bool {
    let mut state = SHARED.get().state.lock();
    if state.processes.remove(&process) {
        state.send(Message::ProcessDone(process));
        state.end_if_idle();
    }
    state.needs_tending()
}

/// Reaps shells that have ended, kills those that do not, and replaces one that was lost. Returns
/// when to call it again. On the thread that starts all children.
pub(super) fn tend() -> Option<Duration> {
    let shared = SHARED.get();
    let mut state = shared.state.lock();
    if !state.groups.is_empty() && state.watchdog.is_none() {
        state.engage();
    }
    state.ending.retain_mut(|(shell, since)| {
        if !matches!(shell.try_wait(), Ok(None)) {
            return false;
        }
        if since.elapsed() > END {
            // Stopped, it obeys nothing else.
            let _ = shell.kill();
        }
        true
    });
    if state.ending.is_empty() {
        shared.reaped.notify_all();
        return None;
    }
    Some(POLL)
}

/// Waits until no shell is about to end, at most `limit`.
pub(super) fn wait_until_reaped(limit: Duration) {
    let shared = SHARED.get();
    let deadline = Instant::now() + limit;
    let mut state = shared.state.lock();
    while !state.ending.is_empty() {
        if shared.reaped.wait_until(&mut state, deadline).timed_out() {
            break;
        }
    }
}
