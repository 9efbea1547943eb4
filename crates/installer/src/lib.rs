//! Python environments for plugins: built by [uv], published whole or not at all.
//!
//! An [`Installer`] makes sure that a plugin's third-party packages are there, in an environment of
//! its own for the Python that the host embeds. It drives the program `uv`; there is no Python in
//! here, and any Rust program can use it alone.
//!
//! - An environment is a [`Generation`]: a directory `envs/<plugin>/<fingerprint>/` that is built in
//!   staging, published by one rename, and never changed afterwards. The fingerprint is a hash of
//!   everything that decides its content.
//! - Versions that the process has already are preferred to the newest ones
//!   ([`EnvironmentRequest::with_preferences`]); what is excluded is tried once, and remembered in the
//!   [`Record`]. A `uv.lock` of the author gives way to the host alone, unless it is
//!   [exact](EnvironmentRequest::is_exact).
//! - [`Installer::check`] looks, without any child process. [`Installer::ensure`] looks, and builds
//!   where something is missing or damaged. Two processes that meet at one plugin build once.
//! - [`Installer::make_author_environment`] makes `<plugin>/.venv`, which sees the published packages
//!   and those of the application, and takes what the author installs.
//! - What happens is reported as typed [`Event`]s, at least once a second; a [`CancelToken`] ends it
//!   from any thread, with everything undone.
//! - Every [`InstallError`] has a code, a hint, and the last lines of uv.
//!
//! [uv]: https://docs.astral.sh/uv/
//!
//! ```no_run
//! use camino::Utf8Path;
//! use lichtfeld_installer::{
//!     EnvironmentRequest, Event, Installer, InstallerOptions, PythonInfo,
//! };
//! use lichtfeld_system::CancelToken;
//!
//! let python = PythonInfo::probe(Utf8Path::new("/opt/host/bin/python3"))?;
//! let installer = Installer::new(InstallerOptions::new("/home/me/.lichtfeld/envs", python));
//! let plugin = Utf8Path::new("/home/me/.lichtfeld/plugins/colmap");
//! let manifest = lichtfeld_manifest::read(plugin).into_result()?;
//! let request = EnvironmentRequest::from_manifest(plugin, &manifest);
//! let report = |event: Event| println!("{}: {event}", event.plugin);
//! let ensured = installer.ensure(&request, &report, &CancelToken::new())?;
//! if let Some(generation) = ensured.generation() {
//!     // Held, it is never swept, whatever other processes do.
//!     let _hold = generation.hold()?;
//!     println!("for sys.path: {:?}", generation.site_packages);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it never does
//! It never searches for or downloads a Python. It writes nothing into a plugin's directory but
//! `.venv`, if that is [asked for](Installer::make_author_environment), and `uv.lock`, if
//! [that](Relock) is. It removes nothing that a living
//! process uses, and changes no `.venv` that it has not made.
//!
//! # Known limits
//! - Paths are UTF-8.
//! - A change in a [local library](LocalSource) with too many files is not noticed: it is built again
//!   if [asked for](EnvironmentRequest::with_refresh).
//! - uv links files from its cache if the file system can. A program that changes an installed file
//!   in place changes the cache too; [`Installer::repair`] notices and fetches anew.
//! - A power cut in the seconds after a publish may leave files without their content, which only
//!   [`Installer::verify`] sees. The record is synced; syncing all of a large environment would take
//!   longer than building it.
//! - Bytes of a running download are an [estimate](EventKind::Bytes).
//! - Where there is no `/bin/sh` (Unix), a running uv outlives this process if that is killed. Until
//!   it ends, nobody else builds in its place, and what it leaves is swept later.

mod author;
mod batch;
mod build;
pub mod codes;
mod distribution;
mod ensure;
mod error;
mod error_output;
mod event;
mod fingerprint;
mod generation;
mod handle;
mod importable;
mod in_place;
mod installer;
mod local_generations;
mod local_source;
mod lock_file;
mod lock_origin;
mod open_manifest;
mod options;
mod outcome;
mod package_failure;
mod preferences;
mod project;
mod python;
mod record_row;
mod relock;
mod request;
mod requirers;
mod resolution;
mod source_tree;
mod store;
mod transcript;
mod uv;
mod verify;

pub use author::Application;
pub use distribution::{Distribution, distributions_in};
pub use error::InstallError;
pub use event::{Event, EventKind, Reporter, Silent, Step};
pub use generation::{Generation, GenerationHold, Record};
pub use handle::InstallHandle;
pub use importable::Importable;
pub use installer::Installer;
pub use local_source::LocalSource;
pub use lock_origin::LockOrigin;
pub use options::{InstallerOptions, Relock};
pub use outcome::{AuthorEnvironment, Built, Check, Damage, Depth, Ensured, Swept, Timings};
pub use package_failure::PackageFailure;
pub use preferences::{Preference, PreferenceOrigin, Preferences, Preferred};
pub use python::PythonInfo;
pub use request::{Dependencies, EnvironmentRequest};
pub use requirers::Requirer;
pub use source_tree::{MADE_DIRECTORIES, live_state};
pub use store::measure::DiskUse;

/// Ends an installation; see [`Installer::ensure`].
pub use lichtfeld_system::CancelToken;
pub use transcript::{Cache, Transcript};

/// These are shared and moved between threads.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Installer>();
    is_send_and_sync::<InstallHandle>();
    is_send_and_sync::<InstallError>();
    is_send_and_sync::<Generation>();
    is_send_and_sync::<GenerationHold>();
};
