//! The end of the application: every `on_unload` in its turn and with a limit, nothing left running.

use crate::crash_memory;
use crate::error::{Error, Failure, Stage};
use crate::host::Level;
use crate::lifecycle::State;
use crate::load::log_text;
use crate::manager::Manager;
use crate::observer::Observer;
use crate::turns::Subject;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long children may take to end when the process is ended by force.
const CHILDREN: Duration = Duration::from_secs(1);
/// Why plugins are unloaded now.
const CAUSE: &str = "the application ends";

/// What becomes of the process when the manager has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// It goes on without plugins.
    GoesOn,
    /// It ends: what cannot be ended in time ends with it.
    ProcessEnds,
}

impl Manager {
    /// Ends everything, for the end of the application: loads and installs that are under way are
    /// cancelled, the watcher stops, all plugins are unloaded. Nothing is loaded after that.
    ///
    /// Takes at most [`Limits::unload`](crate::Limits::unload) for each plugin, and as long once
    /// more for what is under way. Ending twice is no mistake.
    pub fn end(&self) {
        self.begin_end(Afterwards::GoesOn);
        self.stop_watcher();
        if !self.turns.wait_for_others(self.limits.unload) {
            self.log(
                None,
                Level::Warn,
                "an operation is still under way at the end of the application",
            );
        }
        self.unload_all();
        // What is still being loaded on another thread is not to blame for our end.
        crash_memory::forget_all();
    }

    /// From here on nothing is loaded any more, and what is under way is cancelled.
    pub(crate) fn begin_end(&self, afterwards: Afterwards) {
        if afterwards == Afterwards::ProcessEnds {
            self.exiting.store(true, Ordering::Release);
        }
        self.ending.store(true, Ordering::Release);
    }

    /// Whether the end has begun.
    pub(crate) fn is_ending(&self) -> bool {
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
        self.registry
            .with(key, |record| record.failure = Some(failure));
        self.log(Some(key), Level::Error, &text);
    }

    /// Ends the process at once: its end has begun, and would never be reached.
    pub(crate) fn end_by_force(&self, key: Option<&str>, reason: &str) -> ! {
        crash_memory::forget_all();
        let line = format!("the application is ended by force: {reason}");
        if let Some(key) = key {
            self.shared.logs.write(key, Level::Error, &line);
        }
        // Not through the host: it may be waiting for the very code that hangs.
        let _ = writeln!(std::io::stderr(), "{line}");
        // Whoever hangs may have the lock of Python, and with it what its children are; those that
        // can be reached end within a moment.
        self.places.shared.end_children(CHILDREN);
        // Nothing of ours is buffered, and handlers of `exit` would wait for what hangs.
        #[cfg(unix)]
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort()
    }

    /// Unloads everything in reverse order of loading. Each `on_unload` has
    /// [`Limits::unload`](crate::Limits::unload). Loads that go on by themselves are cancelled
    /// first.
    pub fn unload_all(&self) {
        self.end_loadings(self.limits.unload);
        for key in self.registry.active().iter().rev() {
            if let Err(error) = self.unload_at_end(key) {
                self.log(Some(key), Level::Error, &error.to_string());
            }
        }
        if let Err(error) = self.keep_panel_stats() {
            self.log(None, Level::Warn, &error.to_string());
        }
    }

    fn unload_at_end(&self, key: &str) -> Result<(), Error> {
        let limit = self.limits.unload;
        let subject = Subject::Plugin(key.to_owned());
        let _turn = self.turn(subject, key, limit, &mut || false)?;
        self.unload_in_turn(key, CAUSE, Some(limit))
    }
}

/// An observer whose operation ends with the application.
pub(crate) struct UntilEnd<'a> {
    pub(crate) observer: &'a mut dyn Observer,
    pub(crate) ending: &'a AtomicBool,
}

impl Observer for UntilEnd<'_> {
    fn progress(&mut self, message: &str) {
        self.observer.progress(message);
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        self.observer.stage(stage, detail);
    }

    fn should_cancel(&mut self) -> bool {
        self.observer.should_cancel() || self.ending.load(Ordering::Acquire)
    }
}
