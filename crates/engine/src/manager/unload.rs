//! Unloads a plugin: `on_unload`, freeing what the plugin forgot, and a report of what is left.

use crate::error::Error;
use crate::error::failure::log_text;
use crate::error::failure::{Failure, FailureKind};
use crate::execution::backend::{Deadline, UnloadReport};
use crate::lifecycle::{Event, State};
use crate::manager::Manager;
use crate::manager::running_guard::RunningGuard;
use crate::model::level::Level;
use std::time::Duration;

impl Manager {
    /// Unloads a plugin, or clears the failure of a plugin in ERROR. Does nothing for one that is
    /// not loaded.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], [`Error::Reentrant`], [`Error::Busy`]. An exception of `on_unload`
    /// is in the report and in the log; the plugin is unloaded nevertheless.
    pub fn unload(&self, name: &str) -> Result<(), Error> {
        let key = match self.key(name) {
            // One whose manifest cannot be used was never loaded.
            Err(Error::Failed { .. }) => return Ok(()),
            key => key?,
        };
        let _guard = self.operation(&key, &mut || false)?;
        self.unload_locked(&key, "unload requested", None)
    }

    /// `limit` is how long `on_unload` may take.
    pub(crate) fn unload_locked(
        &self,
        key: &str,
        cause: &str,
        limit: Option<Duration>,
    ) -> Result<(), Error> {
        let Some(state) = self.plugins.with(key, |record| record.state) else {
            return Ok(());
        };
        let mut interrupted = false;
        self.requests().withdraw_waiting(key);
        if let Some(mut running) = RunningGuard::take(&self.plugins, key) {
            let mut deadline = Deadline {
                limit,
                wanted: &mut || true,
            };
            let raised = running
                .instance()
                .and_then(|instance| instance.deactivate(&mut deadline).err());
            let mut report = running.remove();
            report.error = raised.as_ref().map(ToString::to_string);
            self.log_unloaded(key, &report, raised.as_ref());
            self.plugins
                .with(key, |record| record.unload_report = Some(report));
            interrupted = raised.is_some_and(|raised| raised.kind == FailureKind::Interrupted);
        }
        if matches!(state, State::Active | State::Error) {
            self.plugins.with(key, |record| record.failure = None);
            self.plugins.on(&self.events, key, Event::Unloaded, cause)?;
        }
        if interrupted {
            // The plugin is unloaded nevertheless. Ctrl-C was meant for the whole program.
            let name = self.services.names.shown(key);
            return Err(Error::Interrupted { name });
        }
        Ok(())
    }

    pub(crate) fn log_unloaded(&self, key: &str, report: &UnloadReport, raised: Option<&Failure>) {
        if let Some(failure) = raised {
            self.log(Some(key), Level::Warn, &log_text(failure));
        }
        let findings = [
            ("forgot to unregister, freed", &report.freed),
            ("thread still running", &report.threads),
            ("process still running", &report.processes),
            ("module still referenced", &report.modules),
        ];
        for (what, items) in findings {
            for item in items {
                self.log(Some(key), Level::Warn, &format!("{what}: {item}"));
            }
        }
        // No mistake of the plugin: many a library is configured by the environment.
        for setting in &report.restored {
            let line = format!("changed for the whole process, restored: {setting}");
            self.log(Some(key), Level::Info, &line);
        }
    }
}
