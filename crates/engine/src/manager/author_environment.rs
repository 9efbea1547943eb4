//! `.venv` in the directory of each plugin: the environment of its author, for editors, type checkers
//! and pytest. Plugins run without it, so nothing fails if it cannot be made.

use crate::execution::environment;
use crate::execution::host::Role;
use crate::manager::Manager;
use crate::model::on_disk::OnDisk;
use lichtfeld_installer::{Application, Check, Generation};
use std::sync::Arc;
use tracing::debug;

impl Manager {
    /// Makes or mends it, so that it sees `generation`. Returns what the author should know. Starts
    /// no process.
    pub(crate) fn make_author_environment(
        &self,
        plugin: &OnDisk,
        generation: Option<&Generation>,
    ) -> Option<String> {
        // A worker leaves this to its application.
        if self.host().role() == Role::Worker {
            return None;
        }
        let request = environment::request(plugin);
        let made = self
            .installer
            .make_author_environment(&request, generation, self.application());
        let note = made.note();
        if let Some(note) = &note {
            debug!(plugin = request.name().normalized(), note);
        }
        note
    }

    /// The same for a plugin that is not being loaded, with the environment that exists.
    pub(crate) fn refresh_author_environment(&self, key: &str) {
        let on_disk = self.plugins.with(key, |record| Arc::clone(&record.on_disk));
        if let Some(plugin) = on_disk {
            self.make_author_environment_of(&plugin);
        }
    }

    pub(crate) fn make_author_environment_of(&self, plugin: &OnDisk) {
        let generation = match self.installer.check(&environment::request(plugin)) {
            Ok(Check::Ready(generation)) => Some(generation),
            _ => None,
        };
        self.make_author_environment(plugin, generation.as_ref());
    }

    /// The packages of the application, which are looked for once.
    fn application(&self) -> Option<&Application> {
        self.application
            .get_or_init(|| {
                let directory = self.backends.shared.packages()?;
                Some(Application::in_directory(&directory))
            })
            .as_ref()
    }
}
