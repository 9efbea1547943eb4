//! Python plugins for a Rust application: found, given an environment each, loaded, watched,
//! reloaded on a save, unloaded without a trace.
//!
//! The face is [`Manager`]. It knows the plugins of one [`Home`], each with a [`State`]; every
//! change of a state is an event. A plugin's failure stays with that plugin: it ends in
//! [`State::Error`], with a [`Failure`] that says what, where and what to do.
//!
//! What it never does:
//! - hold a lock, or the GIL, while it waits or while a plugin's code runs;
//! - throw away what works: a reload that fails leaves the old version active;
//! - write into an author's directory (the link `.venv` excepted);
//! - know a front end: panels are drawn into plain data (`lichtfeld-panel`).
//!
//! Known limits: all plugins of a process that share it share `sys.modules`; one process has one
//! manager that plugins can reach ([`python::current`]).
//!
//! ```no_run
//! use lichtfeld_runtime::{Home, State, Unobserved, Version, python};
//! use pyo3::Python;
//!
//! # struct App;
//! # impl lichtfeld_runtime::Host for App {
//! #     fn facts(&self) -> lichtfeld_runtime::HostFacts {
//! #         lichtfeld_runtime::host_facts(Version::new([1, 0, 0]), Version::new([1, 0]), &[])
//! #     }
//! # }
//! Python::initialize();
//! let config = Python::attach(|py| {
//!     python::api::install(py, "1.0.0")?;
//!     let python = python::interpreter::info(py, None)?;
//!     pyo3::PyResult::Ok(lichtfeld_runtime::Config::new(Home::new("/tmp/home"), python, App))
//! })?;
//! let manager = python::start(config);
//! manager.load("hello", &mut Unobserved)?;
//! assert_eq!(manager.state("hello"), Some(State::Active));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod capabilities;
mod capabilities_elsewhere;
mod config;
mod crash_memory;
mod create;
mod ending;
mod environment;
mod error;
mod event;
mod health;
mod home;
mod host;
mod install;
mod kept_environments;
mod ledger;
pub mod lifecycle;
mod load;
mod loading;
mod logs;
mod manager;
mod observer;
mod operators;
mod own_writes;
mod pace;
mod packages;
mod panel_stats;
mod panels;
mod place;
mod placing;
mod plan;
mod process_lock;
pub mod python;
mod quarantine;
mod registry;
mod reload;
mod report;
mod settings;
mod startup;
mod state_file;
mod switch;
mod turns;
mod unload;
mod watch;
mod worker;

pub use capabilities::{
    Capabilities, Capability, CapabilityChange, CapabilityInfo, CapabilitySource, CapabilityTaken,
};
pub use capabilities_elsewhere::{HostSilent, OfferError};
pub use config::{Config, Limits};
pub use create::{Template, validate};
pub use environment::{Sync, Synced};
pub use error::{Error, Failure, FailureKind, Location, Stage};
pub use event::{Events, StateChange, Subscriber, SubscriptionId};
pub use home::{Home, NoHome};
pub use host::{Host, Job, Level, OnChange, host_facts};
pub use ledger::{EntryId, Ledger, Owner};
pub use lichtfeld_manifest::{Host as HostFacts, PluginName, Version, satisfies};
pub use lichtfeld_watcher::Stats as WatchStats;
pub use lifecycle::{Event as EventKind, State};
pub use loading::{LoadResult, Loading};
pub use logs::Logs;
pub use manager::{Manager, Shared};
pub use observer::{Observer, Unobserved};
pub use operators::{Operator, OperatorInfo, OperatorSource, Operators};
pub use pace::{DrawStats, SLOW_DRAWING};
pub use packages::{
    AfterInstall, Among, FORMAT as REGISTRY_FORMAT, Freshness, FromRegistry, Outdated,
    PackageError, PluginId, RegistryError, RegistryErrorKind, RegistryIndex, RegistryPlugin,
    RegistryVersion, Transport, Updated, Wanted,
};
pub use panel_stats::KeptStats;
pub use panels::{Panel, PanelInfo, PanelSource, Panels, Registered};
pub use place::{Handed, Instance, Patience, Place, PlaceKind, Places, Unit, UnloadReport};
pub use placing::{Conflict, Origin};
pub use plan::{Placement, Plan};
pub use report::{EnvironmentUse, LoadReport, PluginInfo, Status};
pub use settings::{Settings, Values};
pub use startup::{StartupState, StartupStatus};
pub use worker::{WorkerLimitError, WorkerLimitTable, WorkerLimits, WorkerOptions};
