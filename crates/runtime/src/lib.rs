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

pub mod api;
mod bundled_modules;
pub mod calling_plugin;
mod capability_source;
pub mod child_import;
pub mod convert;
mod current_manager;
mod exception;
mod exit_hook;
pub(crate) mod failure;
pub mod hooks;
pub mod in_process;
pub mod interpreter;
pub mod layout;
mod operator_source;
mod panel_source;
mod running_calls;
mod start;
mod thread;
mod time_limit;
mod ui_thread;
#[cfg(unix)]
pub mod worker;

pub use current_manager::{current, set_current};
pub use exit_hook::end_manager;
pub use lichtfeld_engine::{
    AfterInstall, Backend, Backends, Capabilities, Capability, CapabilityChange, CapabilityInfo,
    CapabilitySource, CapabilityTaken, CodeVersion, Compatibility, Config, Conflict, Deadline,
    DrawStats, EntryId, EnvironmentUse, Error, EventKind, Events, Failure, FailureKind, Freshness,
    FromRegistry, Home, Host, HostFacts, HostSilent, InstallRequest, Instance, Job, Ledger, Level,
    LoadReport, LoadResult, Loading, Location, Logs, Manager, NoHome, Observer, OfferError,
    OnChange, Operator, OperatorInfo, OperatorSource, Operators, Origin, Outdated, Owner,
    PackageError, Panel, PanelInfo, PanelSource, Panels, PlaceKind, Placement, Plan, PluginId,
    PluginInfo, PluginName, REGISTRY_FORMAT, Registered, RegistryError, RegistryErrorKind,
    RegistryIndex, RegistryPlugin, RegistryVersion, ReloadState, SLOW_DRAWING, SavedDrawStats,
    Services, Settings, Stage, StartupState, StartupStatus, State, StateChange, Status, Subscriber,
    SubscriptionId, Sync, Synced, Template, Timeouts, Transport, UnloadReport, Unobserved, Updated,
    Values, Version, WatchStats, WorkerLimitError, WorkerLimitTable, WorkerLimits, WorkerOptions,
    host_facts, lifecycle, satisfies, validate,
};
pub use start::{start, start_once};

/// The Python side under the paths that hosts have used so far.
pub mod python {
    #[cfg(unix)]
    pub use crate::worker;
    pub use crate::{
        api, calling_plugin as owner, child_import as on_demand, current, end_manager, hooks,
        in_process as shared, interpreter, layout, set_current, start, start_once,
    };
}
