//! Python plugins for a Rust application: discovered, given an environment each, loaded, watched,
//! reloaded when a file is saved, and unloaded without leftovers.
//!
//! This crate is the Python side: the interpreter, the importer, the layout that panels draw with,
//! and the processes of plugins that do not run in the application's own. The lifecycle is in
//! `lichtfeld-engine`, which knows no Python and is re-exported here.
//!
//! The entry point is [`Manager`]. It knows the plugins of one [`Home`], each with a [`State`], and
//! publishes every change of a state as an event. A plugin's failure stays with that plugin: it ends
//! in [`State::Error`], with a [`Failure`] that says what happened, where, and what to do.
//!
//! This crate never
//! - holds a lock, or the GIL, while it waits or while a plugin's code runs;
//! - throws away what works: a reload that fails leaves the old version active;
//! - writes into an author's directory (except `.venv`);
//! - knows a front end: panels are drawn into plain data (`lichtfeld-panel`).
//!
//! Limits: plugins that share a process share its `sys.modules`; a process has one manager that
//! plugins can reach ([`current`]); plugins in processes of their own need Unix.
//!
//! It does not make `import lichtfeld` work: that is the native module of `lichtfeld-bindings` with its
//! Python packages. An application takes `lichtfeld-embed`, which has all of them.
//!
//! ```no_run
//! use lichtfeld_runtime::{Config, Home, State, Unobserved, Version, interpreter, start};
//! use pyo3::Python;
//!
//! # struct App;
//! # impl lichtfeld_runtime::Host for App {
//! #     fn facts(&self) -> lichtfeld_runtime::HostFacts {
//! #         lichtfeld_runtime::host_facts(Version::new([1, 0, 0]), Version::new([1, 0]), &[])
//! #     }
//! # }
//! Python::initialize();
//! let python = Python::attach(|py| interpreter::find(py, None))?;
//! let manager = start(Config::new(Home::new("/tmp/home"), python, App));
//! manager.load("hello", &mut Unobserved)?;
//! assert_eq!(manager.state("hello"), Some(State::Active));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod api;
mod author_notes;
mod bundled_modules;
pub mod calling_plugin;
mod capability_source;
pub mod child_import;
pub mod child_python;
pub mod convert;
mod current_manager;
pub mod documents;
mod draw_limit;
mod exception;
mod exit_hook;
pub(crate) mod failure;
mod find_interpreter;
pub mod hooks;
pub mod host_api;
mod import_hook;
pub mod in_process;
pub mod interpreter;
mod interpreter_facts;
pub mod layout;
#[cfg(unix)]
mod meanwhile;
pub mod missing_module;
mod new_version;
pub mod one_interpreter;
mod operator_source;
mod package_directory;
mod panel_session;
mod panel_source;
mod path_modules;
mod process_changes;
mod python_frame;
mod python_operator;
#[cfg(unix)]
mod redraw;
mod reload_state;
mod retained;
mod running_calls;
mod saved_templates;
mod start;
pub mod textures;
mod thread;
mod time_limit;
mod ui_thread;
#[cfg(unix)]
pub mod worker;

pub use current_manager::{current, has_ended, make_with, set_current};
pub use exit_hook::end_manager;
pub use lichtfeld_document::Diagnostic as TemplateMistake;
pub use lichtfeld_engine::{
    AfterInstall, AnswerError, Backend, Backends, Capabilities, Capability, CapabilityInfo,
    CapabilitySource, Change, ChangeHandler, CodeVersion, Compatibility, Config, Conflict,
    Deadline, DrawStats, EntryId, EnvironmentUse, Error, EventKind, Events, Failure, FailureKind,
    Freshness, FromRegistry, Home, Host, HostFacts, HostSilent, InstallRequest, Instance, Job,
    Ledger, Level, LoadReport, LoadResult, Loading, Location, Logs, Manager, NameTaken, NoHome,
    Observer, Offer, OfferError, OfferRefused, OnChange, Operator, OperatorInfo, OperatorSource,
    Operators, Origin, Outcome, Outdated, Owner, PackageError, PackageFinder, Panel, PanelInfo,
    PanelSource, Panels, PlaceKind, Placement, Plan, PluginDirectory, PluginId, PluginInfo,
    PluginName, REGISTRY_FORMAT, Registered, RegistryError, RegistryErrorKind, RegistryIndex,
    RegistryPlugin, RegistryVersion, RejectedPlugin, ReloadState, RequestError, Requests, Role,
    SLOW_DRAWING, SavedDrawStats, Services, Settings, Stage, StartupState, StartupStatus, State,
    StateChange, Status, Subscriber, SubscriptionId, Sync, Synced, Template, Texture,
    TextureRefused, Textures, Timeouts, Transport, UnloadReport, Unobserved, Updated, Values,
    Version, WatchStats, WorkerLimitError, WorkerLimitTable, WorkerLimits, WorkerOptions, codes,
    host_facts, lifecycle, satisfies, validate, with_causes,
};
pub use retained::check_templates;
pub use start::{start, start_once};

/// The Python side under its earlier paths. New code uses the paths at the root of this crate.
pub mod python {
    #[cfg(unix)]
    pub use crate::worker;
    pub use crate::{
        api, calling_plugin as owner, child_import as on_demand, current, end_manager, hooks,
        in_process as shared, interpreter, layout, set_current, start, start_once,
    };
}

/// These are used by several threads at once.
const _: () = {
    const fn is_send_and_sync<T: Send + std::marker::Sync>() {}
    is_send_and_sync::<Manager>();
    is_send_and_sync::<Loading>();
    is_send_and_sync::<in_process::InProcessBackend>();
    #[cfg(unix)]
    is_send_and_sync::<worker::WorkerBackend>();
};

// The example in README.md is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
