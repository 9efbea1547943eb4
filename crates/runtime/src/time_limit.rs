//! A limit for a function of a plugin that runs in this process.
//!
//! A second thread watches the time. Without a limit of the host there is no such thread.

use crate::bundled_modules::TIME_LIMIT;
use crate::running_calls;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::error::failure::{Failure, FailureKind, Location, Stage};
use parking_lot::{Condvar, Mutex};
use pyo3::intern;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The interval between two exceptions, for code that catches everything.
const AGAIN: Duration = Duration::from_millis(250);
/// A function that runs longer than this beyond its limit counts as one that cannot be ended.
const STUCK: Duration = Duration::from_secs(1);

/// A function of a plugin, and how long it may take.
pub(super) struct Limited<'a> {
    /// The name for messages: "on_load".
    pub(super) what: &'static str,
    pub(super) stage: Stage,
    pub(super) root: &'a Utf8Path,
    pub(super) limit: Duration,
}

/// Called with a function that goes on beyond its limit and cannot be ended.
pub(super) type OnStuck = Box<dyn Fn(Failure) + Send>;

#[derive(Default)]
struct Clock {
    done: Mutex<bool>,
    changed: Condvar,
    /// An exception was raised that the function may not have seen.
    raised: AtomicBool,
}

impl Clock {
    /// Waits at most `limit`. Returns whether the function is done.
    fn wait(&self, limit: Duration) -> bool {
        let mut done = self.done.lock();
        self.changed.wait_while_for(&mut done, |done| !*done, limit);
        *done
    }
}

/// Calls `function` on this thread. After the limit an exception is raised in it; see
/// [`is_over`].
///
/// # Errors
/// What `function` raised.
pub(super) fn within<T>(
    py: Python<'_>,
    limited: &Limited<'_>,
    on_stuck: OnStuck,
    function: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    let module = TIME_LIMIT.get(py)?;
    let class = module.getattr(intern!(py, "TimeLimit"))?.unbind();
    let thread = running_calls::thread(py)?;
    let alarm = module.call_method1(intern!(py, "set_alarm"), (limited.limit.as_secs_f64(),))?;
    let raised = if alarm.is_none() {
        Raise::Here(class)
    } else {
        Raise::ByAlarm
    };
    let clock = Arc::new(Clock::default());
    let guard = Guard {
        clock: Arc::clone(&clock),
        thread,
        what: limited.what,
        stage: limited.stage,
        root: limited.root.to_owned(),
        limit: limited.limit,
        raised,
        on_stuck,
    };
    // Without a thread there is no limit; the function is not to blame for that.
    let _ = thread::Builder::new()
        .name("plugin-limit".into())
        .spawn(move || guard.look());
    let result = function();
    // With the GIL held: from here on nothing is raised any more.
    *clock.done.lock() = true;
    clock.changed.notify_all();
    let quiet = if alarm.is_none() {
        if clock.raised.load(Ordering::Relaxed) {
            running_calls::take_back(py, thread);
        }
        Ok(())
    } else {
        alarm.call0().map(drop)
    };
    if let Err(error) = quiet {
        // The alarm rang between the end of the function and now.
        if !is_over(py, &error) {
            return Err(error);
        }
        alarm.call0()?;
    }
    result
}

/// Whether an exception says that the limit was over.
pub(super) fn is_over(py: Python<'_>, error: &PyErr) -> bool {
    let class = TIME_LIMIT
        .get(py)
        .and_then(|module| module.getattr(intern!(py, "TimeLimit")));
    class.is_ok_and(|class| error.is_instance(py, &class))
}

/// Makes the failure of a function that was ended: its position, and what to do.
pub(super) fn overdue(mut failure: Failure, what: &str, limit: Duration) -> Failure {
    failure.kind = FailureKind::Unresponsive;
    failure.message = format!("{what} took longer than {} and was ended", seconds(limit));
    failure.hint = Some(
        "do long work on a thread that `on_unload` ends; the limit is the application's".into(),
    );
    failure
}

fn seconds(limit: Duration) -> String {
    format!("{} s", (limit.as_secs_f64() * 10.0).round() / 10.0)
}

enum Raise {
    Here(Py<PyAny>),
    ByAlarm,
}

struct Guard {
    clock: Arc<Clock>,
    thread: u64,
    what: &'static str,
    stage: Stage,
    root: Utf8PathBuf,
    limit: Duration,
    raised: Raise,
    on_stuck: OnStuck,
}

impl Guard {
    fn look(self) {
        if self.clock.wait(self.limit) {
            return;
        }
        let over = Instant::now();
        let mut is_reported = false;
        loop {
            if !is_reported && over.elapsed() > STUCK {
                is_reported = true;
                // First without the GIL, which native code may never release.
                (self.on_stuck)(self.stuck(None));
                if let Some(position) = self.position() {
                    (self.on_stuck)(self.stuck(Some(position)));
                }
            }
            self.raise();
            if self.clock.wait(AGAIN) {
                return;
            }
        }
    }

    fn raise(&self) {
        let Raise::Here(class) = &self.raised else {
            return;
        };
        Python::attach(|py| {
            // Asked with the GIL held, as it is set with the GIL held.
            if !*self.clock.done.lock() {
                self.clock.raised.store(true, Ordering::Relaxed);
                running_calls::raise_in(self.thread, class.bind(py));
            }
        });
    }

    /// Returns the function that runs now and its position.
    fn position(&self) -> Option<(String, Location)> {
        Python::attach(|py| {
            let found = TIME_LIMIT
                .get(py)
                .and_then(|module| {
                    module.call_method1(intern!(py, "position"), (self.thread, self.root.as_str()))
                })
                .and_then(|position| position.extract::<Option<(String, String, u32)>>());
            let (function, file, line) = found.ok().flatten()?;
            Some((function, Location::new(file, line, None)))
        })
    }

    fn stuck(&self, position: Option<(String, Location)>) -> Failure {
        let limit = seconds(self.limit);
        let mut message = format!(
            "{} has not returned within {limit} and cannot be ended",
            self.what
        );
        if let Some((function, _)) = &position {
            message.push_str(&format!("; it is in {function}"));
        }
        let mut failure = Failure::new(FailureKind::Unresponsive, self.stage, message).with_hint(
            "it waits in native code, which only the end of the application ends; with \
             `isolation = \"process\"` in the plugin's manifest its own process would be ended",
        );
        failure.location = position.map(|(_, location)| location);
        failure
    }
}
