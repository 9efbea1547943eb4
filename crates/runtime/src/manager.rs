//! The manager: the face of the runtime. Discovery, questions, switching on and off; what takes
//! longer is in `load`, `reload` and `watch`.

use crate::capabilities::Capabilities;
use crate::config::{Config, Limits};
use crate::crash_memory::CrashMemory;
use crate::error::{Error, Failure, FailureKind, Stage};
use crate::event::Events;
use crate::home::Home;
use crate::host::{Host, Level};
use crate::ledger::Ledger;
use crate::lifecycle::State;
use crate::loading::Loadings;
use crate::logs::Logs;
use crate::operators::Operators;
use crate::packages::Sweep;
use crate::panels::Panels;
use crate::place::{PlaceKind, Places, UnloadReport};
use crate::placing::Present;
use crate::registry::{OnDisk, Record, Registry};
use crate::report::{PluginInfo, Status};
use crate::settings::Settings;
use crate::startup::Startup;
use crate::state_file::StateFile;
use crate::turns::{Refusal, Subject, Turn, Turns};
use crate::watch::Watch;
use crate::worker::{Health, WorkerOptions};
use camino::Utf8PathBuf;
use lichtfeld_installer::{Installer, InstallerOptions};
use lichtfeld_manifest::{Discoverer, Discovery, Host as HostFacts, PluginName, Version};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

/// What a manager shares with the places that run plugins for it.
#[derive(Clone)]
pub struct Shared {
    /// What plugins have registered.
    pub ledger: Arc<Ledger>,
    /// Their panels.
    pub panels: Arc<Panels>,
    /// Their menus.
    pub menus: Arc<Panels>,
    /// Their operators.
    pub operators: Arc<Operators>,
    /// Their capabilities.
    pub capabilities: Arc<Capabilities>,
    /// Their logs.
    pub logs: Arc<Logs>,
    /// Their settings.
    pub settings: Arc<Settings>,
    /// Where everything is kept.
    pub home: Home,
    /// The application.
    pub host: Arc<dyn Host>,
    /// How workers are run.
    pub workers: Arc<WorkerOptions>,
    /// The interpreter that the application embeds, as a program.
    pub python: Utf8PathBuf,
    pub(crate) health: Arc<Health>,
}

/// Finds, loads, reloads and unloads plugins. Every method may be called from any thread.
pub struct Manager {
    pub(crate) shared: Shared,
    pub(crate) installer: Installer,
    pub(crate) places: Places,
    pub(crate) registry: Registry,
    pub(crate) turns: Turns,
    pub(crate) events: Events,
    pub(crate) state_file: StateFile,
    pub(crate) present: Mutex<Present>,
    pub(crate) limits: Limits,
    pub(crate) loads: AtomicU64,
    pub(crate) watch: Watch,
    pub(crate) loadings: Loadings,
    pub(crate) startup: Startup,
    pub(crate) crashes: CrashMemory,
    pub(crate) ending: AtomicBool,
    pub(crate) exiting: AtomicBool,
    crashes_seen: Once,
    swept: Once,
    facts: HostFacts,
    pub(crate) registry_url: Option<String>,
    safe_mode: AtomicBool,
    pub(crate) autoload: bool,
    discoverer: Mutex<Discoverer>,
}

impl Manager {
    /// Makes a manager. `places` is where plugins run: one in this process alone, or [`Places`];
    /// they are made from the parts that both share. Nothing is read but `state.json`, and nothing is loaded.
    pub fn new<P: Into<Places>>(config: Config, places: impl FnOnce(&Shared) -> P) -> Arc<Self> {
        let ledger = Arc::new(Ledger::default());
        let shared = Shared {
            panels: Arc::new(Panels::new(Arc::clone(&ledger))),
            menus: Arc::new(Panels::new(Arc::clone(&ledger))),
            operators: Arc::new(Operators::new(Arc::clone(&ledger))),
            capabilities: Arc::new(Capabilities::new(Arc::clone(&ledger))),
            ledger,
            logs: Arc::new(Logs::new(config.home.clone())),
            settings: Arc::new(Settings::new(config.home.clone())),
            home: config.home.clone(),
            host: config.host,
            workers: Arc::new(config.workers),
            python: config.python.executable.clone(),
            health: Arc::default(),
        };
        let mut facts = shared.host.facts();
        facts.python = {
            let (major, minor, patch) = config.python.version;
            Version::new([u64::from(major), u64::from(minor), u64::from(patch)])
        };
        let mut options = InstallerOptions::new(config.home.envs(), config.python);
        options.uv = config.uv;
        options.packaged_uv = config.packaged_uv;
        let (state_file, warning) = StateFile::open(config.home.state_file());
        let places = places(&shared).into();
        let manager = Arc::new(Self {
            present: Mutex::new(Present::of_host(places.shared.as_ref())),
            places,
            installer: Installer::new(options),
            registry: Registry::default(),
            turns: Turns::default(),
            events: Events::default(),
            state_file,
            limits: config.limits,
            loads: AtomicU64::new(0),
            watch: Watch::default(),
            loadings: Loadings::default(),
            startup: Startup::default(),
            crashes: CrashMemory::new(config.home.running()),
            crashes_seen: Once::new(),
            swept: Once::new(),
            ending: AtomicBool::new(false),
            exiting: AtomicBool::new(false),
            facts,
            registry_url: config.registry,
            safe_mode: AtomicBool::new(config.safe_mode),
            autoload: config.autoload,
            discoverer: Mutex::default(),
            shared,
        });
        let known = Arc::downgrade(&manager);
        manager.shared.health.listen(move |owner, change| {
            if let Some(manager) = known.upgrade() {
                manager.on_health(owner, change);
            }
        });
        if let Some(warning) = warning {
            manager.log(None, Level::Warn, &warning);
        }
        manager
    }

    /// Where everything is kept.
    pub fn home(&self) -> &Home {
        &self.shared.home
    }

    /// The panels of all plugins.
    pub fn panels(&self) -> &Arc<Panels> {
        &self.shared.panels
    }

    /// The menus that plugins have registered: drawn as panels are. The space is the location.
    pub fn menus(&self) -> &Arc<Panels> {
        &self.shared.menus
    }

    /// The operators that plugins have registered.
    pub fn operators(&self) -> &Arc<Operators> {
        &self.shared.operators
    }

    /// The settings of all plugins.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.shared.settings
    }

    /// The log files.
    pub fn logs(&self) -> &Arc<Logs> {
        &self.shared.logs
    }

    /// What plugins have registered.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.shared.ledger
    }

    /// The application.
    pub fn host(&self) -> &Arc<dyn Host> {
        &self.shared.host
    }

    /// Changes of state, to subscribe to.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The environments.
    pub fn installer(&self) -> &Installer {
        &self.installer
    }

    /// What manifests are checked against.
    pub fn facts(&self) -> &HostFacts {
        &self.facts
    }

    /// Whether safe mode is on.
    pub fn safe_mode(&self) -> bool {
        self.safe_mode.load(Ordering::Relaxed)
    }

    /// Writes a line to a plugin's log and to the host. `key` is the normalised name.
    pub fn log(&self, key: Option<&str>, level: Level, message: &str) {
        self.shared.log(key, level, message);
    }

    /// Reads the plugins directory, runs no code, and gives the facts of all plugins, by name.
    ///
    /// # Errors
    /// [`Error::Io`] where the plugins directory cannot be made or read.
    pub fn discover(&self) -> Result<Vec<Arc<PluginInfo>>, Error> {
        self.scan()?;
        Ok(self.registry.infos())
    }

    /// Reads the plugins directory; gives what was found, the rejected ones too.
    ///
    /// # Errors
    /// As [`Manager::discover`].
    pub fn scan(&self) -> Result<Discovery, Error> {
        let dir = self.home().plugins();
        std::fs::create_dir_all(dir).map_err(|error| Error::Io {
            what: format!("cannot make the plugins directory {dir}"),
            reason: error.to_string(),
        })?;
        self.swept.call_once(|| self.sweep_staging(Sweep::Start));
        let discovery = {
            let mut discoverer = self
                .discoverer
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            discoverer.discover(dir).map_err(|error| Error::Io {
                what: format!("cannot read the plugins directory {dir}"),
                reason: crate::error::with_causes(&error),
            })?
        };
        self.crashes_seen.call_once(|| self.remember_crashes());
        self.registry.update(&discovery.plugins, |key| {
            if self.state_file.get(key).is_disabled() {
                State::Disabled
            } else {
                State::Unloaded
            }
        });
        self.tell_of_quarantine();
        Ok(discovery)
    }

    /// Reads a plugin's manifest again if it has changed; gives why it can no longer be used.
    pub(crate) fn refresh(&self, key: &str) -> Result<Option<Failure>, Error> {
        let Some(on_disk) = self
            .registry
            .with(key, |record| Arc::clone(&record.on_disk))
        else {
            return Ok(None);
        };
        if on_disk.is_fresh() {
            return Ok(None);
        }
        let parsed = lichtfeld_manifest::read(&on_disk.dir);
        match parsed.manifest() {
            Some(manifest) if manifest.name().normalized() == key => {
                let renewed = OnDisk::new(on_disk.dir.clone(), Arc::clone(manifest));
                self.registry.with(key, |record| record.renew(renewed));
                Ok(None)
            }
            Some(manifest) => {
                let message = format!("the plugin is called '{}' now", manifest.name());
                self.scan()?;
                Ok(Some(Failure::new(
                    FailureKind::Manifest,
                    Stage::Environment,
                    message,
                )))
            }
            None => Ok(Some(Failure::from_manifest(
                &on_disk.dir,
                parsed.diagnostics(),
            ))),
        }
    }

    /// The key of a plugin by any spelling of its name; discovers it if need be.
    pub(crate) fn key(&self, name: &str) -> Result<String, Error> {
        let known = |key: &str| self.registry.with(key, |_| ()).is_some();
        let key = PluginName::new(name)
            .map_err(|error| Error::BadName {
                name: name.to_owned(),
                reason: error.to_string(),
            })?
            .normalized()
            .to_owned();
        if !known(&key) {
            self.scan()?;
            if !known(&key) {
                return Err(Error::UnknownPlugin {
                    name: name.to_owned(),
                    near: self.registry.near(name),
                });
            }
        }
        Ok(key)
    }

    /// Looks at the record of a plugin by any spelling of its name.
    fn look<T>(&self, name: &str, look: impl FnOnce(&mut Record) -> T) -> Option<T> {
        self.registry
            .with(PluginName::new(name).ok()?.normalized(), look)
    }

    /// The state of a plugin; none for an unknown name.
    pub fn state(&self, name: &str) -> Option<State> {
        self.look(name, |record| record.state)
    }

    /// The facts of a plugin; none for an unknown name.
    pub fn info(&self, name: &str) -> Option<Arc<PluginInfo>> {
        self.look(name, |record| Arc::clone(&record.info))
    }

    /// All that is told of a plugin; none for an unknown name.
    pub fn status(&self, name: &str) -> Option<Status> {
        self.registry
            .status(PluginName::new(name).ok()?.normalized())
    }

    /// All that is told of a plugin, which is discovered if need be.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], with the nearest name.
    pub fn require(&self, name: &str) -> Result<Status, Error> {
        let key = self.key(name)?;
        self.registry
            .status(&key)
            .ok_or_else(|| Error::UnknownPlugin {
                name: name.to_owned(),
                near: None,
            })
    }

    /// What the last unload of a plugin found; none if there was none.
    ///
    /// Modules that something still refers to are looked for now, which may collect garbage.
    pub fn unload_report(&self, name: &str) -> Option<UnloadReport> {
        let mut report = self
            .look(name, |record| record.unload_report.clone())
            .flatten()?;
        let key = PluginName::new(name).ok()?;
        report.modules = self.places.shared.still_referenced(key.normalized());
        Some(report)
    }

    /// The full name of a plugin's package: `lfs_plugins.<module>`.
    pub fn module_of(&self, name: &str) -> Option<String> {
        self.look(name, |record| {
            format!(
                "lfs_plugins.{}",
                record.on_disk.manifest.name().module_name().as_str()
            )
        })
    }

    /// A directory of a plugin's own, made if it is not there: `"data"` or `"cache"`. It survives
    /// updates and the plugin itself.
    ///
    /// # Errors
    /// [`Error::BadName`] for a name that cannot be a plugin's or another kind, [`Error::Io`]
    /// where it cannot be made.
    pub fn directory(&self, name: &str, kind: &str) -> Result<Utf8PathBuf, Error> {
        let bad = |reason: String| Error::BadName {
            name: name.to_owned(),
            reason,
        };
        let parsed: PluginName = name.parse().map_err(|error| bad(format!("{error}")))?;
        let path = match kind {
            "data" => self.home().data(parsed.normalized()),
            "cache" => self.home().cache(parsed.normalized()),
            other => return Err(bad(format!("there is no directory of the kind '{other}'"))),
        };
        std::fs::create_dir_all(&path).map_err(|error| Error::Io {
            what: format!("cannot make {path}"),
            reason: error.to_string(),
        })?;
        Ok(path)
    }

    /// The names of the active plugins in the order in which they were loaded.
    pub fn list_loaded(&self) -> Vec<String> {
        let keys = self.registry.active();
        keys.iter()
            .filter_map(|key| self.registry.with(key, |record| record.info.name.clone()))
            .collect()
    }

    /// Takes the turn for an operation on a plugin.
    pub(crate) fn operation(
        &self,
        key: &str,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<Turn<'_>, Error> {
        self.turn(
            Subject::Plugin(key.to_owned()),
            key,
            self.limits.operation,
            give_up,
        )
    }

    /// Takes the turn for importing, which is serial in this process. Nothing to wait for where all
    /// code that takes part runs in processes of its own.
    pub(crate) fn import_turn(
        &self,
        places: &[PlaceKind],
        key: &str,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Turn<'_>>, Error> {
        places
            .contains(&PlaceKind::Shared)
            .then(|| self.turn(Subject::Import, key, self.limits.import, give_up))
            .transpose()
    }

    pub(crate) fn turn(
        &self,
        subject: Subject,
        key: &str,
        limit: Duration,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<Turn<'_>, Error> {
        self.turns.take(subject, limit, give_up).map_err(|refusal| {
            let name = key.to_owned();
            match refusal {
                Refusal::Circle => Error::Reentrant {
                    name,
                    doing: "loaded or unloaded",
                },
                Refusal::TimedOut => Error::Busy {
                    name,
                    seconds: limit.as_secs(),
                },
                Refusal::Cancelled => Error::Cancelled { name },
            }
        })
    }
}

impl Shared {
    /// Keeps what a plugin has printed or logged through Python.
    pub(crate) fn printed(&self, key: &str, level: Level, text: &str) {
        self.logs.write(key, level, text);
        if self.host.shows_prints() {
            self.host.log(Some(key), level, text);
        }
    }

    /// Writes a line to a plugin's log and to the host. `key` is the normalised name.
    pub fn log(&self, key: Option<&str>, level: Level, message: &str) {
        if let Some(key) = key
            && !self.host.keeps_logs()
        {
            self.logs.write(key, level, message);
        }
        self.host.log(key, level, message);
    }
}
