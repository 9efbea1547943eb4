//! How a thread waits for the answer of the other process.
//!
//! Two things may take longer than any limit and are no fault of the other process. A debugger may
//! hold it: the limit does not count then. And its answer may need this process's UI thread, which is
//! the one that waits: that thread does what the other process wants of it meanwhile.

use crate::meanwhile::{self, Asker};
use crate::worker::question;
use lichtfeld_engine::worker::body::Body;
use lichtfeld_engine::worker::channel::{Answer, CallError, Channel};
use lichtfeld_engine::worker::wire::Topic;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a debugger is looked for after a limit has passed.
const LOOK: Duration = Duration::from_secs(1);

/// Asks the other process and waits at most `limit`, and longer while a debugger holds that process.
/// `process` is its id, if known. `go_on` is called about every 100 ms, and ends the wait by returning
/// false. Call this without the GIL.
///
/// # Errors
/// As [`Channel::call`].
pub(super) fn call(
    channel: &Arc<Channel>,
    process: Option<u32>,
    topic: Topic,
    body: impl Into<Body>,
    limit: Duration,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Answer, CallError> {
    let (begun, mut look, mut is_over) = (Instant::now(), limit, false);
    // The limit is kept here, because the channel's own limit knows of no debugger.
    let answer = channel.call(topic, body, Duration::MAX, &mut || {
        serve(channel);
        if begun.elapsed() >= look {
            is_over = !is_held(channel, process);
            look = begun.elapsed() + LOOK;
        }
        !is_over && go_on()
    });
    match answer {
        Err(CallError::Interrupted) if is_over => Err(CallError::TimedOut(limit)),
        other => other,
    }
}

/// Does what the other process wants of the UI thread, if this is it. Returns true, for waits that go
/// on. Call this without the GIL.
pub(super) fn serve(channel: &Arc<Channel>) -> bool {
    meanwhile::work(address(channel));
    true
}

/// Returns who asks through a channel, for work on the UI thread.
pub(super) fn asker(channel: &Arc<Channel>) -> Asker {
    let weak = Arc::downgrade(channel);
    Asker::new(address(channel), move || {
        if let Some(channel) = weak.upgrade() {
            channel.nudge();
        }
    })
}

fn address(channel: &Arc<Channel>) -> usize {
    Arc::as_ptr(channel) as usize
}

/// Whether a debugger holds the other process: a native one, which stops all of it, or one of Python,
/// which lets it answer.
fn is_held(channel: &Arc<Channel>, process: Option<u32>) -> bool {
    process.is_some_and(is_traced) || question::is_held(channel)
}

/// Whether a native debugger is attached to a process; false on a system that does not say.
fn is_traced(process: u32) -> bool {
    let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else {
        return false;
    };
    let mut lines = status.lines();
    let tracer = lines.find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_without_a_debugger_is_not_traced() {
        assert!(!is_traced(std::process::id()));
        assert!(!is_traced(u32::MAX), "no such process");
    }
}
