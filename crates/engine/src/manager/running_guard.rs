//! The guard that takes a plugin's running code out of its record while an operation works on it.

use crate::execution::backend::{FilesTaken, Instance, UnloadReport};
use crate::manager::plugin_table::PluginTable;
use crate::manager::slot::{Running, Slot};
use camino::Utf8PathBuf;

/// The running code of a plugin while an operation works on it, so that no lock is held while the
/// plugin's code is called. When dropped, the code goes back into the plugin's record.
pub(crate) struct RunningGuard<'t> {
    table: &'t PluginTable,
    key: String,
    running: Option<Running>,
}

impl<'t> RunningGuard<'t> {
    /// Takes the running code of a plugin, or returns `None` if it does not run.
    pub(crate) fn take(table: &'t PluginTable, key: &str) -> Option<Self> {
        let running = table.with(key, |record| record.running.take()).flatten()?;
        Some(Self {
            table,
            key: key.to_owned(),
            running: Some(running),
        })
    }

    /// Returns the code, or `None` after [`RunningGuard::remove`].
    pub(crate) fn instance(&mut self) -> Option<&mut dyn Instance> {
        match &mut self.running {
            Some(running) => Some(running.instance.as_mut()),
            None => None,
        }
    }

    /// Offers changed resource files to the code.
    pub(crate) fn files_changed(&mut self, paths: &[Utf8PathBuf]) -> FilesTaken {
        self.instance()
            .map_or_else(FilesTaken::default, |instance| {
                instance.files_changed(paths)
            })
    }

    /// Removes the code for good. The record is empty from now on.
    pub(crate) fn remove(mut self) -> UnloadReport {
        let report = self
            .running
            .take()
            .map(|running| running.instance.remove())
            .unwrap_or_default();
        self.table
            .with(&self.key, |record| record.running = Slot::Empty);
        report
    }
}

impl Drop for RunningGuard<'_> {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let mut running = Some(running);
            self.table.with(&self.key, |record| {
                if let Some(running) = running.take() {
                    record.running = Slot::Filled(running);
                }
            });
            // Without a record it could not be unloaded later.
            if let Some(running) = running {
                running.instance.remove();
            }
        }
    }
}
