//! Shutdown: every `on_unload` is called with a limit, and nothing is left running.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::error::failure::Failure;
use crate::error::failure::log_text;
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::storage::crash_markers;
use std::io::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long child processes may take to end when the process is ended by force.
const CHILDREN: Duration = Duration::from_secs(1);
/// The cause in the changes of state.
const CAUSE: &str = "the application ends";

/// Whether the process ends after the manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Afterwards {
    /// It continues without plugins.
    GoesOn,
    /// It ends, with all that cannot be ended within its limit.
    ProcessEnds,
}

impl Manager {
    /// Shuts down for the end of the application: cancels loads and installations that are under
    /// way, stops the watcher, and unloads all plugins. Nothing can be loaded afterwards.
    ///
    /// Takes at most [`Timeouts::unload`](crate::Timeouts::unload) for each plugin, and once more
    /// for operations that are under way. Does nothing the second time, and in a forked copy of the
    /// process.
    pub fn end(&self) {
        if self.is_forked() {
            return;
        }
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
        // A plugin that is still being loaded on another thread did not cause the end.
        crash_markers::forget_all();
        // The application may go on for long, and may keep this manager.
        self.services.logs.close();
    }

    /// Begins the shutdown: nothing can be loaded any more, and loads that are under way are
    /// cancelled.
    pub fn begin_end(&self, afterwards: Afterwards) {
        if afterwards == Afterwards::ProcessEnds {
            self.exiting.store(true, Ordering::Release);
        }
        self.ending.store(true, Ordering::Release);
        if !self.is_forked() {
            // Code of plugins may wait for an answer.
            self.requests().withdraw_all();
        }
    }

    /// Returns whether the shutdown has begun.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    /// Called when a function of a plugin has not returned within its limit and cannot be ended.
    pub(crate) fn overdue(&self, key: &str, failure: Failure) {
        let text = log_text(&failure);
        // A load does not prevent the end: its thread ends with the process.
        if self.exiting.load(Ordering::Acquire) && !self.is_in(key, State::Loading) {
            self.end_by_force(Some(key), &text);
        }
        // Kept first, logged second: logging may need the GIL, which the function may hold.
        self.plugins
            .with(key, |record| record.failure = Some(failure));
        self.log(Some(key), Level::Error, &text);
    }

    /// Ends the process at once, because its normal end is blocked.
    pub fn end_by_force(&self, key: Option<&str>, reason: &str) -> ! {
        crash_markers::forget_all();
        let line = format!("the application is ended by force: {reason}");
        if let Some(key) = key {
            self.services.logs.write(key, Level::Error, &line);
        }
        // Not through the host, which may be waiting for the code that hangs.
        let _ = writeln!(std::io::stderr(), "{line}");
        // The code that hangs may hold the GIL, which protects the list of its children. Those that
        // can be reached are ended.
        self.backends.shared.end_children(CHILDREN);
        // No buffered output is lost, and `exit` would run handlers that wait for the code that
        // hangs.
        #[cfg(unix)]
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort()
    }

    /// Unloads all plugins in reverse order of loading, each with the limit
    /// [`Timeouts::unload`](crate::Timeouts::unload). Loads in the background are cancelled first.
    /// Does nothing in a forked copy of the process.
    pub fn unload_all(&self) {
        if self.is_forked() {
            return;
        }
        self.loadings.end_all(self.timeouts.unload);
        for key in self.plugins.active_or_died().iter().rev() {
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
        let _guard = self.operation_within(key, limit, &mut || false)?;
        self.unload_locked(key, CAUSE, Some(limit))
    }
}
