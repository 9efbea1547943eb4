//! The lifecycle of plugins: found, given an environment, loaded, watched, reloaded on a save,
//! unloaded without a trace.

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
    Backend, Backends, CodeVersion, Deadline, Instance, ReloadState, UnloadReport,
};
pub use execution::conflicts::{Conflict, Origin};
pub use execution::host::{Host, Job, OnChange, Role, host_facts};
pub use lichtfeld_manifest::{Host as HostFacts, PluginName, Version, satisfies};
pub use lichtfeld_sources::Transport;
pub use lichtfeld_watcher::Stats as WatchStats;
pub use lifecycle::{Event as EventKind, State};
pub use manager::Manager;
pub use manager::config::{Config, Timeouts};
pub use manager::loading::{LoadResult, Loading};
pub use manager::plan::{Placement, Plan};
pub use manager::services::Services;
pub use manager::startup::{StartupState, StartupStatus};
pub use manager::sync::{Sync, Synced};
pub use manager::templates::Template;
pub use model::event::{Events, StateChange, Subscriber, SubscriptionId};
pub use model::home::{Home, NoHome};
pub use model::level::Level;
pub use model::observer::{Observer, Unobserved};
pub use model::place_kind::PlaceKind;
pub use model::report::{EnvironmentUse, LoadReport, PluginInfo, Status};
pub use packages::registry::choice::{FromRegistry, InstallRequest, Outdated};
pub use packages::registry::client::Freshness;
pub use packages::registry::index::{
    FORMAT as REGISTRY_FORMAT, PluginId, RegistryIndex, RegistryPlugin, RegistryVersion,
};
pub use packages::registry::search::Compatibility;
pub use packages::types::{AfterInstall, Updated};
pub use packages::validate::validate;
pub use registrations::capabilities::{
    Capabilities, Capability, CapabilityInfo, CapabilitySource, HostSilent, OfferError,
};
pub use registrations::draw_schedule::{DrawStats, SLOW_DRAWING};
pub use registrations::draw_stats::SavedDrawStats;
pub use registrations::ledger::{EntryId, Ledger, Owner};
pub use registrations::operators::{Operator, OperatorInfo, OperatorSource, Operators};
pub use registrations::panels::{Panel, PanelInfo, PanelSource, Panels};
pub use registrations::registered::Registered;
pub use registrations::table::{Change, Entry, Inserted, NameTaken, OnTaken, Table};
pub use storage::logs::Logs;
pub use storage::settings::{Settings, Values};
pub use worker::limits::{WorkerLimitError, WorkerLimitTable, WorkerLimits};
pub use worker::options::WorkerOptions;
