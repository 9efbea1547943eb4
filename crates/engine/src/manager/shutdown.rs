//! The end of the application: every `on_unload` in its turn and with a limit, nothing left running.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::error::failure::Failure;
use crate::error::failure::log_text;
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::manager::operation_locks::Subject;
use crate::model::level::Level;
use crate::storage::crash_markers;
use std::io::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long children may take to end when the process is ended by force.
const CHILDREN: Duration = Duration::from_secs(1);
/// Why plugins are unloaded now.
const CAUSE: &str = "the application ends";

/// What becomes of the process when the manager has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Afterwards {
    /// It goes on without plugins.
    GoesOn,
    /// It ends: what cannot be ended in time ends with it.
    ProcessEnds,
}

impl Manager {
    /// Ends everything, for the end of the application: loads and installs that are under way are
    /// cancelled, the watcher stops, all plugins are unloaded. Nothing is loaded after that.
    ///
    /// Takes at most [`Timeouts::unload`](crate::Timeouts::unload) for each plugin, and as long once
    /// more for what is under way. Ending twice is no mistake.
    pub fn end(&self) {
        self.begin_end(Afterwards::GoesOn);
        self.stop_watcher();
        if !self.operation_locks.wait_for_others(self.timeouts.unload) {
            self.log(
                None,
                Level::Warn,
                "an operation is still under way at the end of the application",
            );
        }
        self.unload_all();
        // What is still being loaded on another thread is not to blame for our end.
        crash_markers::forget_all();
    }

    /// From here on nothing is loaded any more, and what is under way is cancelled.
    pub fn begin_end(&self, afterwards: Afterwards) {
        if afterwards == Afterwards::ProcessEnds {
            self.exiting.store(true, Ordering::Release);
        }
        self.ending.store(true, Ordering::Release);
    }

    /// Whether the end has begun.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    /// A function of a plugin has not returned within its limit and cannot be ended.
    pub(crate) fn overdue(&self, key: &str, failure: Failure) {
        let text = log_text(&failure);
        // One that is being loaded keeps nobody from ending: its thread ends with the process.
        if self.exiting.load(Ordering::Acquire) && !self.is_in(key, State::Loading) {
            self.end_by_force(Some(key), &text);
        }
        // Kept first, told second: telling may need Python, which the function may not let us have.
        self.plugins
            .with(key, |record| record.failure = Some(failure));
        self.log(Some(key), Level::Error, &text);
    }

    /// Ends the process at once: its end has begun, and would never be reached.
    pub fn end_by_force(&self, key: Option<&str>, reason: &str) -> ! {
        crash_markers::forget_all();
        let line = format!("the application is ended by force: {reason}");
        if let Some(key) = key {
            self.services.logs.write(key, Level::Error, &line);
        }
        // Not through the host: it may be waiting for the very code that hangs.
        let _ = writeln!(std::io::stderr(), "{line}");
        // Whoever hangs may have the lock of Python, and with it what its children are; those that
        // can be reached end within a moment.
        self.backends.shared.end_children(CHILDREN);
        // Nothing of ours is buffered, and handlers of `exit` would wait for what hangs.
        #[cfg(unix)]
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort()
    }

    /// Unloads everything in reverse order of loading. Each `on_unload` has
    /// [`Timeouts::unload`](crate::Timeouts::unload). Loads that go on by themselves are cancelled
    /// first.
    pub fn unload_all(&self) {
        self.loadings.end_all(self.timeouts.unload);
        for key in self.plugins.active().iter().rev() {
            if let Err(error) = self.unload_at_end(key) {
                self.log(Some(key), Level::Error, &with_causes(&error));
            }
        }
        if let Err(error) = self.save_draw_stats() {
            self.log(None, Level::Warn, &with_causes(&error));
        }
    }

    fn unload_at_end(&self, key: &str) -> Result<(), Error> {
        let limit = self.timeouts.unload;
        let subject = Subject::Plugin(key.to_owned());
        let _guard = self.turn(subject, key, limit, &mut || false)?;
        self.unload_locked(key, CAUSE, Some(limit))
    }
}
