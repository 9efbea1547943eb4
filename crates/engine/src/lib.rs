//! The lifecycle of plugins, without Python: discovered, given an environment each, loaded, watched,
//! reloaded when a file is saved, and unloaded without leftovers.
//!
//! The entry point is [`Manager`]. It knows the plugins of one [`Home`], each with a [`State`], and
//! publishes every change of a state as an event. A [`Backend`] runs the code of plugins; it is
//! implemented outside, by `lichtfeld-runtime` for Python. A failure of a plugin stays with that
//! plugin, which ends in [`State::Error`] with a [`Failure`]: what happened, where, and what to do.
//!
//! Every state and every change of it stands in one table:
//!
//! ```
//! use lichtfeld_engine::{EventKind, State};
//!
//! assert_eq!(State::Loading.on(EventKind::Activated), Ok(State::Active));
//! // A reload that fails leaves the old version active.
//! assert_eq!(State::Active.on(EventKind::ReloadFailed), Ok(State::Active));
//! assert!(State::Disabled.on(EventKind::EnvironmentReady).is_err());
//! ```
//!
//! README.md has a whole program with a backend of its own.
//!
//! # What it never does
//! - It runs no code of a plugin itself, and depends on no interpreter.
//! - It holds no lock while a backend, a subscriber or the host is called.
//! - It does not throw away what works: a new version becomes active before the old one is removed,
//!   an environment is published whole or not at all.
//! - It does not write into an author's directory, except for `.venv`.
//! - It does not wait without a limit.
//!
//! # Known limits
//! - Plugins that share a process share its packages: of two that need different versions of one,
//!   the second needs a worker, or cannot be loaded.
//! - Workers need Unix. On Windows all plugins share the process of the application.
//! - A function of a plugin that hangs in native code can be reported, but not ended, in a shared
//!   process.
//! - Two managers with the same home, in two processes, see each other's changes of `state.json`, but
//!   not each other's plugins.
//!
//! Diagnostics of the engine itself are `tracing` spans and events at debug level: `discover`,
//! `load`, `reload`, `environment`, `place`, `import`, `activate`.

#![warn(missing_debug_implementations)]

pub mod error;
pub mod execution;
pub mod lifecycle;
pub mod manager;
pub mod model;
pub mod packages;
pub mod registrations;
pub mod storage;
pub mod worker;

pub use error::Error;
pub use error::causes::with_causes;
pub use error::codes;
pub use error::failure::{Failure, FailureKind, Location, Stage};
pub use error::package::PackageError;
pub use error::registry::{RegistryError, RegistryErrorKind};
pub use execution::backend::{
    Backend, Backends, CodeVersion, Deadline, FilesTaken, Instance, ReloadState, UnloadReport,
};
pub use execution::conflicts::{Conflict, Origin};
pub use execution::host::{ChangeHandler, Host, Job, OnChange, Role, host_facts};
pub use lichtfeld_installer::{Distribution, PythonInfo};
pub use lichtfeld_manifest::{Host as HostFacts, PluginName, Version, satisfies};
pub use lichtfeld_sources::Transport;
pub use lichtfeld_watcher::Stats as WatchStats;
pub use lifecycle::{Event as EventKind, State};
pub use manager::Manager;
pub use manager::all_shared::Proposal;
pub use manager::config::{Config, Timeouts};
pub use manager::loading::{LoadResult, Loading};
pub use manager::plan::{Placement, Plan};
pub use manager::services::Services;
pub use manager::startup::{StartupState, StartupStatus};
pub use manager::sync::{Sync, Synced};
pub use manager::templates::Template;
pub use model::event::{Events, StateChange, Subscriber, SubscriptionId};
pub use model::home::{Home, NoHome, PluginDirectory};
pub use model::level::Level;
pub use model::observer::{Observer, Unobserved};
pub use model::place_kind::PlaceKind;
pub use model::rejected::RejectedPlugin;
pub use model::report::{EnvironmentUse, LoadReport, PluginInfo, Status};
pub use packages::registry::choice::{FromRegistry, InstallRequest, Outdated};
pub use packages::registry::client::Freshness;
pub use packages::registry::index::{
    FORMAT as REGISTRY_FORMAT, PluginId, RegistryIndex, RegistryPlugin, RegistryVersion,
};
pub use packages::registry::search::Compatibility;
pub use packages::types::{AfterInstall, Updated};
pub use packages::validate::validate;
pub use registrations::capabilities::{Capabilities, Capability, CapabilityInfo, CapabilitySource};
pub use registrations::draw_schedule::{DrawStats, SLOW_DRAWING};
pub use registrations::draw_stats::SavedDrawStats;
pub use registrations::ledger::{EntryId, Ledger, Owner};
pub use registrations::offer::{HostSilent, Offer, OfferError, OfferRefused};
pub use registrations::operators::{Operator, OperatorInfo, OperatorSource, Operators};
pub use registrations::panel_change::PanelChange;
pub use registrations::panel_table::Panels;
pub use registrations::panels::{Panel, PanelInfo, PanelSource};
pub use registrations::registered::Registered;
pub use registrations::requests::{
    AnswerError, MAX_OPEN_REQUESTS, OnOutcome, Outcome, RequestError, Requests,
};
pub use registrations::table::{Change, Entry, Inserted, NameTaken, OnTaken, Table};
pub use registrations::textures::{Texture, TextureRefused, Textures};
pub use storage::logs::Logs;
pub use storage::settings::{Settings, Values};
pub use worker::limits::{WorkerLimitError, WorkerLimitTable, WorkerLimits};
pub use worker::options::{PackageFinder, WorkerOptions};

/// These are used by several threads at once.
const _: () = {
    const fn is_send_and_sync<T: Send + std::marker::Sync>() {}
    is_send_and_sync::<Manager>();
    is_send_and_sync::<Loading>();
    is_send_and_sync::<Services>();
    is_send_and_sync::<Backends>();
    is_send_and_sync::<Events>();
    is_send_and_sync::<Ledger>();
    is_send_and_sync::<Panels>();
    is_send_and_sync::<Operators>();
    is_send_and_sync::<Capabilities>();
    is_send_and_sync::<Settings>();
    is_send_and_sync::<Logs>();
    is_send_and_sync::<WorkerLimitTable>();
    is_send_and_sync::<Error>();
    is_send_and_sync::<PackageError>();
    is_send_and_sync::<RegistryError>();
};

// The example in README.md is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
