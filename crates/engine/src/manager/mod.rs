//! The manager: the interface of the engine. This file has its construction and its questions; each
//! operation has a file of its own.

use crate::error::Error;
use crate::execution::backend::{Backends, UnloadReport};
use crate::execution::host::Host;
use crate::execution::present::Present;
use crate::lifecycle::State;
use crate::manager::capabilities::CapabilityDirectory;
use crate::manager::config::{Config, Timeouts};
use crate::manager::loading::Loadings;
use crate::manager::operation_locks::OperationLocks;
use crate::manager::plugin_table::{PluginTable, Record};
use crate::manager::services::Services;
use crate::manager::startup::{Startup, StartupStatus};
use crate::manager::watch_state::Watch;
use crate::model::event::Events;
use crate::model::home::{Home, PluginDirectory};
use crate::model::level::Level;
use crate::model::rejected::RejectedPlugins;
use crate::model::report::{PluginInfo, Status};
use crate::packages::registry::service::RegistryService;
use crate::registrations::capabilities::{Capabilities, CapabilityInfo};
use crate::registrations::draw_stats::SavedDrawStats;
use crate::registrations::ledger::Ledger;
use crate::registrations::offer::HostSilent;
use crate::registrations::operators::Operators;
use crate::registrations::panel_table::Panels;
use crate::registrations::requests::Requests;
use crate::registrations::table::{OnTaken, Table};
use crate::storage::crash_markers::CrashMarkers;
use crate::storage::draw_stats_file::DrawStatsFile;
use crate::storage::logs::Logs;
use crate::storage::settings::Settings;
use crate::storage::state_file::StateFile;
use camino::Utf8PathBuf;
use lichtfeld_installer::{Application, Installer, InstallerOptions};
use lichtfeld_manifest::{Discoverer, Host as HostFacts, PluginName, Version};
use parking_lot::Mutex;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Once, OnceLock};

pub(crate) mod agreement;
pub mod all_shared;
mod author_environment;
pub(crate) mod capabilities;
pub mod config;
mod create;
mod discovery;
mod enable;
mod forked;
mod half_read;
mod held_environments;
mod install;
mod install_from_registry;
mod libraries;
mod load;
mod load_all;
mod load_async;
pub mod loading;
mod operation;
mod operation_locks;
mod own_writes;
mod panel_log;
pub mod plan;
mod plan_details;
mod plugin_table;
mod quarantine;
mod readings;
mod rejected;
mod reload;
mod requests;
mod resources;
mod running_guard;
mod self_writes;
pub mod services;
pub mod shutdown;
mod slot;
pub mod startup;
pub mod sync;
mod taken_names;
pub mod templates;
mod turns;
mod unload;
mod watch;
mod watch_state;
mod watch_turn;
mod worker_health;

/// Finds, loads, reloads and unloads plugins. Every method may be called from any thread.
pub struct Manager {
    pub(crate) services: Services,
    pub(crate) installer: Installer,
    pub(crate) backends: Backends,
    /// See `author_environment.rs`.
    pub(crate) application: OnceLock<Option<Application>>,
    pub(crate) plugins: PluginTable,
    pub(crate) rejected: RejectedPlugins,
    pub(crate) operation_locks: OperationLocks,
    pub(crate) events: Events,
    pub(crate) state_file: StateFile,
    pub(crate) present: Mutex<Present>,
    pub(crate) timeouts: Timeouts,
    pub(crate) loads: AtomicU64,
    pub(crate) watch: Watch,
    pub(crate) loadings: Loadings,
    pub(crate) startup: Startup,
    pub(crate) crashes: CrashMarkers,
    pub(crate) ending: AtomicBool,
    pub(crate) exiting: AtomicBool,
    pub(crate) crashes_seen: Once,
    pub(crate) swept: Once,
    /// The process that has made it (see `forked.rs`).
    pub(crate) process: u32,
    facts: HostFacts,
    pub(crate) registry: RegistryService,
    safe_mode: AtomicBool,
    pub(crate) autoload: bool,
    pub(crate) discoverer: Mutex<Discoverer>,
}

impl fmt::Debug for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the table of plugins: its lock may be held by the thread that prints.
        f.debug_struct("Manager")
            .field("home", &self.services.home)
            .field("is_ending", &self.is_ending())
            .finish_non_exhaustive()
    }
}

impl Manager {
    /// Makes a manager. `backends` makes the backends from the services that they share with the
    /// manager: a single one for this process, or [`Backends`]. Only `state.json` is read, and
    /// nothing is loaded.
    pub fn new<P: Into<Backends>>(
        config: Config,
        backends: impl FnOnce(&Services) -> P,
    ) -> Arc<Self> {
        let ledger = Arc::new(Ledger::default());
        let services = Services {
            panels: Table::new("panel", OnTaken::Refuse, Arc::clone(&ledger)),
            menus: Table::new("menu", OnTaken::Refuse, Arc::clone(&ledger)),
            operators: Table::new("operator", OnTaken::Refuse, Arc::clone(&ledger)),
            capabilities: Table::new("capability", OnTaken::Refuse, Arc::clone(&ledger)),
            requests: Arc::new(Requests::new(Arc::clone(&ledger))),
            ledger,
            names: Arc::default(),
            logs: Arc::new(Logs::new(config.home.clone())),
            settings: Arc::new(Settings::new(config.home.clone())),
            home: config.home.clone(),
            host: config.host,
            change_handler: config.change_handler,
            workers: Arc::new(config.workers),
            timeouts: config.timeouts.clone(),
            python: config.python.executable.clone(),
            health: Arc::default(),
        };
        let mut facts = services.host.facts();
        facts.python = {
            let (major, minor, patch) = config.python.version;
            Version::new([u64::from(major), u64::from(minor), u64::from(patch)])
        };
        let mut options = InstallerOptions::new(config.home.envs(), config.python);
        options.uv = config.uv;
        options.packaged_uv = config.packaged_uv;
        let (state_file, warning) = StateFile::open(config.home.state_file());
        let backends = backends(&services).into();
        let manager = Arc::new(Self {
            present: Mutex::new(Present::of_host(backends.shared.as_ref())),
            backends,
            application: OnceLock::new(),
            installer: Installer::new(options),
            plugins: PluginTable::default(),
            rejected: RejectedPlugins::default(),
            operation_locks: OperationLocks::default(),
            events: Events::default(),
            state_file,
            timeouts: config.timeouts,
            loads: AtomicU64::new(0),
            watch: Watch::default(),
            loadings: Loadings::default(),
            startup: Startup::default(),
            crashes: CrashMarkers::new(config.home.running()),
            crashes_seen: Once::new(),
            swept: Once::new(),
            ending: AtomicBool::new(false),
            exiting: AtomicBool::new(false),
            process: std::process::id(),
            facts,
            registry: RegistryService::new(config.registry, config.home.clone()),
            safe_mode: AtomicBool::new(config.safe_mode),
            autoload: config.autoload,
            discoverer: Mutex::default(),
            services,
        });
        let known = Arc::downgrade(&manager);
        manager.services.health.listen(move |owner, change| {
            if let Some(manager) = known.upgrade() {
                manager.on_health(owner, change);
            }
        });
        panel_log::connect(&manager);
        if let Some(warning) = warning {
            manager.log(None, Level::Warn, &warning);
        }
        manager
    }

    /// Returns the paths of everything that is kept.
    pub fn home(&self) -> &Home {
        &self.services.home
    }

    /// Returns the time limits.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// Returns the backends that run plugins.
    pub fn backends(&self) -> &Backends {
        &self.backends
    }

    /// Returns the panels of all plugins.
    pub fn panels(&self) -> &Arc<Panels> {
        &self.services.panels
    }

    /// Returns the menus that plugins have registered. They are drawn as panels are; the space is
    /// the location.
    pub fn menus(&self) -> &Arc<Panels> {
        &self.services.menus
    }

    /// Returns the operators that plugins have registered.
    pub fn operators(&self) -> &Arc<Operators> {
        &self.services.operators
    }

    /// Returns the capabilities that plugins of this manager, and its host, have registered in this
    /// process.
    pub fn capabilities(&self) -> &Arc<Capabilities> {
        &self.services.capabilities
    }

    fn capability_directory(&self) -> CapabilityDirectory<'_> {
        CapabilityDirectory {
            own: &self.services.capabilities,
            host: &*self.services.host,
        }
    }

    /// Returns the description of the capability called `name`, or of all that can be called now,
    /// by name. Those that only the host knows are included.
    ///
    /// # Errors
    /// [`HostSilent`] if the host is another process that does not answer.
    pub fn known_capabilities(
        &self,
        name: Option<&str>,
    ) -> Result<Vec<CapabilityInfo>, HostSilent> {
        self.capability_directory().known(name)
    }

    /// Returns the name of a capability that is nearest to this one, for a message.
    #[must_use]
    pub fn nearest_capability(&self, name: &str) -> Option<String> {
        self.capability_directory().nearest(name)
    }

    /// Returns the settings of all plugins.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.services.settings
    }

    /// Returns the log files.
    pub fn logs(&self) -> &Arc<Logs> {
        &self.services.logs
    }

    /// Returns the last lines of a plugin's log, by any spelling of its name; see [`Logs::tail`].
    /// Empty if there is none.
    #[must_use]
    pub fn log_tail(&self, name: &str, lines: usize) -> Vec<String> {
        PluginName::new(name)
            .map(|name| self.logs().tail(name.normalized(), lines))
            .unwrap_or_default()
    }

    /// Returns the ledger of all registrations.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.services.ledger
    }

    /// Returns the host.
    pub fn host(&self) -> &Arc<dyn Host> {
        &self.services.host
    }

    /// Returns the changes of state, to subscribe to.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Returns the installer of environments.
    pub fn installer(&self) -> &Installer {
        &self.installer
    }

    /// Returns the facts that manifests are checked against.
    pub fn facts(&self) -> &HostFacts {
        &self.facts
    }

    /// Returns whether safe mode is on.
    pub fn safe_mode(&self) -> bool {
        self.safe_mode.load(Ordering::Relaxed)
    }

    /// Writes a line to a plugin's log and to the host. `key` is the normalised name.
    pub fn log(&self, key: Option<&str>, level: Level, message: &str) {
        self.services.log(key, level, message);
    }

    /// Returns a plugin's name as its manifest writes it, by its normalised name.
    #[must_use]
    pub fn shown_name(&self, key: &str) -> String {
        self.services.names.shown(key)
    }

    /// Saves the draw times of all panels that were drawn, if any was. Called at the end of
    /// [`Manager::unload_all`].
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be written; then it is as it was.
    pub fn save_draw_stats(&self) -> Result<(), Error> {
        self.require_own_process()?;
        DrawStatsFile(self.home()).save(self.panels())
    }

    /// Returns the draw times that were saved when the application last ended normally, or `None`
    /// if there are none.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read. A file that is not understood is set aside.
    pub fn saved_draw_stats(&self) -> Result<Option<SavedDrawStats>, Error> {
        DrawStatsFile(self.home()).load()
    }

    /// Returns the progress of `load_all`.
    pub fn startup_status(&self) -> StartupStatus {
        self.startup.status()
    }

    /// Calls `look` with the record of a plugin, by any spelling of its name.
    pub(crate) fn look<T>(&self, name: &str, look: impl FnOnce(&mut Record) -> T) -> Option<T> {
        self.plugins
            .with(PluginName::new(name).ok()?.normalized(), look)
    }

    /// Returns the state of a plugin, or `None` if no plugin has this name.
    pub fn state(&self, name: &str) -> Option<State> {
        self.look(name, |record| record.state)
            .or_else(|| self.rejected_as(name).map(|_| State::Error))
    }

    /// Returns the facts of a plugin, or `None` if no plugin has this name.
    pub fn info(&self, name: &str) -> Option<Arc<PluginInfo>> {
        self.look(name, |record| Arc::clone(&record.info))
            .or_else(|| Some(Arc::new(self.rejected_as(name)?.info())))
    }

    /// Returns the status of a plugin, or `None` if no plugin has this name.
    pub fn status(&self, name: &str) -> Option<Status> {
        let known = PluginName::new(name).ok();
        let known = known.and_then(|known| self.plugins.status(known.normalized()));
        let mut status = known.or_else(|| self.rejected_status(name))?;
        status.own_writes = self.watch.own_writes(&status.key);
        Some(status)
    }

    /// Returns the status of a plugin. Reads the plugins directory if the plugin is not known yet.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], with the nearest name; [`Error::Failed`] for a plugin whose manifest
    /// cannot be used.
    pub fn require(&self, name: &str) -> Result<Status, Error> {
        let key = self.key(name)?;
        self.plugins
            .status(&key)
            .ok_or_else(|| Error::UnknownPlugin {
                name: name.to_owned(),
                near: None,
            })
    }

    /// Returns the report of the last unload of a plugin, or `None` if it was not unloaded.
    ///
    /// Modules that are still referenced are searched for now, which may collect garbage.
    pub fn unload_report(&self, name: &str) -> Option<UnloadReport> {
        let mut report = self
            .look(name, |record| record.unload_report.clone())
            .flatten()?;
        let key = PluginName::new(name).ok()?;
        report.modules = self.backends.shared.still_referenced(key.normalized());
        Some(report)
    }

    /// Returns the full name of a plugin's package: `lfs_plugins.<module>`.
    pub fn module_of(&self, name: &str) -> Option<String> {
        self.look(name, |record| {
            format!(
                "lfs_plugins.{}",
                record.on_disk.manifest.name().module_name().as_str()
            )
        })
    }

    /// Returns a directory for a plugin's own files, and makes it if necessary. It survives updates
    /// and uninstalling.
    ///
    /// # Errors
    /// [`Error::BadName`] for a name that cannot be a plugin's; [`Error::Io`] if the directory cannot
    /// be made.
    pub fn directory(&self, name: &str, of: PluginDirectory) -> Result<Utf8PathBuf, Error> {
        let name = Error::name(name)?;
        let path = match of {
            PluginDirectory::Data => self.home().data(name.normalized()),
            PluginDirectory::Cache => self.home().cache(name.normalized()),
        };
        std::fs::create_dir_all(&path)
            .map_err(|error| Error::io(format!("cannot make {path}"), error))?;
        Ok(path)
    }

    /// Returns the names of the active plugins in the order in which they were loaded.
    pub fn list_loaded(&self) -> Vec<String> {
        let keys = self.plugins.active();
        keys.iter()
            .filter_map(|key| self.plugins.with(key, |record| record.info.name.clone()))
            .collect()
    }
}
