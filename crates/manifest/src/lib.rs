//! Plugin manifests: everything about a plugin that is known without running it.
//!
//! A plugin of LichtFeld Studio is a directory with a `pyproject.toml` that has a
//! `[tool.lichtfeld]` section. This crate reads it, and gives either a [`Manifest`], which is
//! valid by construction, or [`Diagnostic`]s: all problems at once, each with a stable code, the
//! file, line and column of the very value, what is wrong, and what to type instead.
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
//!     "pyproject.toml:6:14: error[LF012]: `tool.lichtfeld.hot_reload` is a text, \
//!      but must be `true` or `false`. Write `hot_reload = false`, without quotes."
//! );
//! # Ok::<(), lichtfeld_manifest::ManifestError>(())
//! ```
//!
//! - [`parse()`] reads a text, [`read`] a plugin's directory, [`discover`] a directory of plugins;
//!   a [`Discoverer`] does so again and again, and reads only what has changed.
//! - [`Manifest::compatibility`] tells everything in which a [`Host`] does not suit a plugin.
//! - [`migrate`] turns older forms into today's, [`schema`] helps editors, and [`docs`] explains
//!   each code.
//!
//! # What it never does
//! It runs no code of a plugin and starts no process, it asks no network, and it writes no file.
//! It reads no environment variable, so that a manifest means the same everywhere.
//!
//! # Known limits
//! - `[tool.uv]` belongs to uv and is kept as it is, without being judged.
//! - A requirement has at most 2,048 characters and 32 comparisons in its marker, a manifest at
//!   most 1 MiB and 80 levels of nesting.
//! - Of one file, at most 200 errors and 200 warnings are told.
//! - Paths are UTF-8. A plugin directory with another name is reported, and not loaded.
//! - Where a file changes within the resolution of the file system's clock, it is read again
//!   rather than trusted; where a file's times are forged to the nanosecond, the change goes unseen.

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
pub use model::{Author, Generation, Isolation, License, Manifest, Readme, UnknownIsolation};
pub use name::{MAX_NAME_LENGTH, ModuleName, NameError, PluginName};
pub use parse::{MAX_MANIFEST_SIZE, ManifestError, Parsed, parse};
pub use read::{MANIFEST_FILE, OLDEST_MANIFEST_FILE, read};
pub use render::{Style, render_all};
pub use requirement::{DirectUrl, MAX_REQUIREMENT_LENGTH, Requirement, RequirementError};
pub use span::{Position, Span};

pub use pep440_rs::{Version, VersionSpecifiers};
pub use pep508_rs::ExtraName;
