//! The services that a manager shares with its backends.

use crate::execution::host::{ChangeHandler, Host, OnChange, Role};
use crate::manager::config::Timeouts;
use crate::model::home::Home;
use crate::model::level::Level;
use crate::model::names::Names;
use crate::registrations::capabilities::Capabilities;
use crate::registrations::ledger::Ledger;
use crate::registrations::operators::Operators;
use crate::registrations::panel_table::Panels;
use crate::registrations::requests::Requests;
use crate::storage::logs::Logs;
use crate::storage::settings::Settings;
use crate::worker::health::Health;
use crate::worker::options::WorkerOptions;
use camino::Utf8PathBuf;
use std::fmt;
use std::sync::Arc;

/// The services that a manager shares with its backends.
#[derive(Clone)]
#[non_exhaustive]
pub struct Services {
    /// The ledger of all registrations.
    pub ledger: Arc<Ledger>,
    /// Their panels.
    pub panels: Arc<Panels>,
    /// Their menus.
    pub menus: Arc<Panels>,
    /// Their operators.
    pub operators: Arc<Operators>,
    /// Their capabilities.
    pub capabilities: Arc<Capabilities>,
    /// Their requests to the front end that have no answer yet.
    pub requests: Arc<Requests>,
    /// Their logs.
    pub logs: Arc<Logs>,
    /// Their settings.
    pub settings: Arc<Settings>,
    /// How their names are written.
    pub names: Arc<Names>,
    /// The paths of everything that is kept.
    pub home: Home,
    /// The application.
    pub host: Arc<dyn Host>,
    /// Asked after the application about changed files.
    pub change_handler: Option<ChangeHandler>,
    /// The options of workers.
    pub workers: Arc<WorkerOptions>,
    /// Time limits.
    pub timeouts: Timeouts,
    /// The interpreter that the application embeds, as a program.
    pub python: Utf8PathBuf,
    /// Reports of workers that died or do not answer.
    pub health: Arc<Health>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services")
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

impl Services {
    /// Logs a line that a plugin has printed, or logged through Python.
    pub fn printed(&self, key: &str, level: Level, text: &str) {
        self.logs.write(key, level, text);
        if self.host.shows_prints() {
            self.host.log(Some(&self.names.shown(key)), level, text);
        }
    }

    /// Asks the application, and then its handler of changes, what to do about changed files.
    pub(crate) fn on_change(&self, key: &str, paths: &[Utf8PathBuf]) -> OnChange {
        let name = self.names.shown(key);
        match (self.host.on_change(&name, paths), &self.change_handler) {
            (OnChange::Reload, Some(handler)) => handler(&name, paths),
            (decided, _) => decided,
        }
    }

    /// Writes a line to a plugin's log and to the host. `key` is the normalised name.
    pub fn log(&self, key: Option<&str>, level: Level, message: &str) {
        if let Some(key) = key
            && self.host.role() == Role::Application
        {
            self.logs.write(key, level, message);
        }
        let name = key.map(|key| self.names.shown(key));
        self.host.log(name.as_deref(), level, message);
    }
}
