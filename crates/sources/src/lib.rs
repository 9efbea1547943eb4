//! Where plugins come from: a directory, a zip archive here or on a server, a repository.
//!
//! [`PluginSource`] is what a person gives: it is parsed from text, and [`PluginSource::fetch`]
//! brings its files into an empty directory. [`download`] gets single files over HTTPS, with limits
//! and a hash. A [`Tree`] knows files again by their hashes, and [`exchange`] lets two directories
//! change places.
//!
//! ```
//! use lichtfeld_sources::{PluginSource, Transport};
//! use lichtfeld_system::CancelToken;
//!
//! # let scratch = tempfile::tempdir()?;
//! # let root = camino::Utf8Path::from_path(scratch.path()).ok_or("not UTF-8")?;
//! # let plugin = root.join("plugin");
//! # lichtfeld_system::files::write_atomic(plugin.join("__init__.py"), b"")?;
//! let source: PluginSource = plugin.as_str().parse()?;
//! let staging = root.join("staging");
//! let cancel = CancelToken::new();
//! let files = source.fetch(&staging, Transport::Archive, &cancel, &mut |line| println!("{line}"))?;
//! assert!(files.join("__init__.py").exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it never does
//! It trusts nothing that it fetches: no entry leaves the directory, links out of it are refused,
//! and number, size and growth of files are limited. It reads no manifest, runs no code of what it
//! fetches, and publishes nothing: that is the caller's, after the manifest was checked.
//!
//! # Known limits
//! - A directory is copied as it is at the moment; a program that writes there meanwhile is not
//!   noticed.
//! - Repositories need the program `git`, except public ones of GitHub and GitLab.

mod archive;
pub mod codes;
pub mod download;
mod error;
mod exchange;
mod forge;
mod git;
mod parse;
mod remote;
mod source;
mod transport;
mod tree;

pub use error::SourceError;
pub use exchange::exchange;
pub use source::PluginSource;
pub use transport::Transport;
pub use tree::Tree;

/// These are shared and moved between threads.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<PluginSource>();
    is_send_and_sync::<SourceError>();
    is_send_and_sync::<download::Download>();
    is_send_and_sync::<download::DownloadError>();
};
