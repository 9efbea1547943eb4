//! Plugin manifests: everything about a plugin that is known without running it.
//!
//! A plugin of LichtFeld Studio is a directory with a `pyproject.toml` that has a
//! `[tool.lichtfeld]` section. This crate reads it, and returns either a [`Manifest`], which is
//! valid by construction, or [`Diagnostic`]s: all problems at once, each with a stable code, the
//! file, line and column of the value, what is wrong, and what to type instead.
//!
//! ```
//! use lichtfeld_manifest::{Style, parse};
//!
//! let good = parse(
//!     r#"
//!     [project]
//!     name = "point-cleaner"
//!     version = "1.0.0"
//!     dependencies = ["numpy>=1.26"]
//!
//!     [tool.lichtfeld]
//!     auto_start = true
//!     "#,
//!     "pyproject.toml".into(),
//! );
//! let manifest = good.into_result()?;
//! assert_eq!(manifest.name().module_name().as_str(), "point_cleaner");
//! assert!(manifest.auto_start() && manifest.hot_reload());
//!
//! let bad = parse(
//!     "[project]\nname = 'x'\nversion = '1.0'\n\n[tool.lichtfeld]\nhot_reload = 'no'\n",
//!     "pyproject.toml".into(),
//! );
//! assert!(bad.manifest().is_none());
//! println!("{}", bad.render(Style::Plain));
//! assert_eq!(
//!     bad.diagnostics()[0].to_string(),
//!     "pyproject.toml:6:14: error[LF012]: `tool.lichtfeld.hot_reload` is a string, \
//!      but must be `true` or `false`. Write `hot_reload = false`, without quotes."
//! );
//! # Ok::<(), lichtfeld_manifest::ManifestError>(())
//! ```
//!
//! - [`parse()`] reads a text, [`read`] a plugin's directory, [`discover`] a directory of plugins;
//!   a [`Discoverer`] does so repeatedly, and reads only what has changed.
//! - [`Manifest::compatibility`] returns all demands of a plugin that a [`Host`] does not meet.
//! - [`migrate`] converts older forms to the present one, [`schema`] is for editors, and [`docs`]
//!   explains each code.
//! - [`nearest`] finds the word that a misspelt one stands for, for any message.
//!
//! # What it never does
//! It runs no code of a plugin, starts no process, uses no network and writes no files. It reads no
//! environment variables, so that a manifest means the same everywhere.
//!
//! # Known limits
//! - `[tool.uv]` belongs to uv, and is stored without being checked.
//! - A requirement has at most 2,048 characters and 32 comparisons in its marker, a manifest at
//!   most 1 MiB and 80 levels of nesting.
//! - For one file, at most 200 errors and 200 warnings are reported.
//! - Paths are UTF-8. A plugin directory with another name is reported, and not loaded.
//! - A file that has changed within the resolution of the file system's clock is read again. If the
//!   times of a file are forged to the nanosecond, a change is not seen.

mod checks;
mod code;
mod compat;
mod diagnostic;
mod discover;
pub mod docs;
mod document;
mod entry_point;
mod inputs;
pub mod migrate;
mod model;
mod name;
mod package_name;
mod parse;
mod read;
mod render;
mod report;
mod requirement;
mod reserved;
pub mod schema;
mod span;
mod stamp;
mod suggest;
mod syntax;
mod write;
mod written_name;

pub use code::Code;
pub use compat::{
    Demand, Demands, Host, HostError, Incompatibility, KNOWN_FEATURES, VersionTextError, satisfies,
};
pub use diagnostic::{Diagnostic, Severity};
pub use discover::{
    DiscoverError, Discovered, Discoverer, Discovery, Duplicate, Rejected, discover,
};
pub use entry_point::{EntryPoint, EntryPointError};
pub use inputs::EnvironmentInputs;
pub use model::{
    Author, Isolation, License, LockUse, Manifest, ManifestForm, Readme, UnknownIsolation,
};
pub use name::{MAX_NAME_LENGTH, ModuleName, NameError, PluginName};
pub use parse::{MAX_MANIFEST_SIZE, ManifestError, Parsed, parse};
pub use read::{MANIFEST_FILE, OLDEST_MANIFEST_FILE, read};
pub use render::{Style, render_all};
pub use requirement::{DirectUrl, MAX_REQUIREMENT_LENGTH, Requirement, RequirementError};
pub use span::{Position, Span};
pub use suggest::{nearest, similarity};

pub use pep440_rs::{Version, VersionParseError, VersionSpecifiers, VersionSpecifiersParseError};
pub use pep508_rs::ExtraName;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExample;

/// Manifests and what is reported about them are shared between threads.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync + 'static>() {}
    is_send_and_sync::<Manifest>();
    is_send_and_sync::<Parsed>();
    is_send_and_sync::<Diagnostic>();
    is_send_and_sync::<Discoverer>();
    is_send_and_sync::<Discovery>();
    is_send_and_sync::<DiscoverError>();
    is_send_and_sync::<ManifestError>();
    is_send_and_sync::<migrate::MigrateError>();
    is_send_and_sync::<Requirement>();
    is_send_and_sync::<Host>();
};
