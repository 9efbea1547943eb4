//! Watches directory trees, and sends changes as debounced sets: one save, one [`ChangeSet`].
//!
//! A [`Watcher`] watches any number of [`Tree`]s and parent directories, and sends [`WatchEvent`]s
//! through a channel. Events and time come from a [`ChangeSource`]: [`NotifySource`] is the
//! operating system, [`ScriptedSource`] is a script for tests with a clock of its own.
//!
//! System events only mark files. What has changed is decided by comparing files when the tree has
//! been quiet for [`Options::debounce`]: a file is in a set if its content differs. So editors may
//! save in any way (in place, by rename, twice, with backups), and an event that is lost, duplicated
//! or late cannot lead to a wrong result.
//!
//! These are ignored: `.venv` and every other hidden name, `__pycache__`, `node_modules`, editors'
//! backups, and what the tree's `.gitignore` files name, except `pyproject.toml` and `uv.lock` at
//! the root.
//!
//! # What it never does
//! It never writes files, never calls back into the caller, and uses no processor time while
//! nothing happens: there is no timer. A tree that cannot be watched is scanned at intervals, which
//! is reported by a [`WatchEvent::Degraded`] with a hint.
//!
//! # Known limits
//! - A link inside a tree counts as a file whose content is its target path; what is behind it is
//!   not watched. Only the root itself is followed.
//! - Files larger than [`Options::hash_limit`] are compared by size and times, not by content.
//! - The first save of a file before its content was hashed (in the first moments after `watch`)
//!   counts as a change even if the content is the same.
//! - Network file systems are recognised on Linux only.
//!
//! ```
//! use lichtfeld_watcher::{NotifySource, Options, Tree, WatchEvent, Watcher};
//! # let scratch = tempfile::tempdir()?;
//! # let root = camino::Utf8Path::from_path(scratch.path()).ok_or("scratch is not UTF-8")?;
//! let watcher = Watcher::start(Options::default(), NotifySource::new())?;
//! let events = watcher.events();
//! watcher.watch(Tree::new("my_plugin", root))?;
//!
//! std::fs::write(root.join("panel.py"), "LABEL = 'Hello'\n")?;
//!
//! if let WatchEvent::Changes(set) = events.recv()? {
//!     println!("{} changed: {:?}", set.tree, set.changes);
//! }
//! watcher.stop();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod change;
pub mod codes;
mod content;
mod engine;
mod error;
mod event;
mod git;
mod notify_source;
mod options;
mod parent;
mod pending;
mod platform;
mod roots;
mod rules;
mod scripted;
mod source;
mod stats;
mod table;
mod tree;
mod walk;
mod watcher;

pub use change::{Change, ChangeKind, ChangeSet, Role, Tree, TreeId};
pub use error::WatchError;
pub use event::{Problem, WatchEvent};
pub use notify_source::NotifySource;
pub use options::Options;
pub use scripted::{Script, ScriptedSource};
pub use source::{
    ChangeSource, RawEvent, RawKind, Reach, Scope, Signal, SourceError, SystemError, Waker,
};
pub use stats::Stats;
pub use watcher::Watcher;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExample;

/// A watcher is used from all threads, and what it sends crosses them.
const _: () = {
    const fn is_send<T: Send + 'static>() {}
    const fn is_send_and_sync<T: Send + Sync + 'static>() {}
    is_send::<NotifySource>();
    is_send::<ScriptedSource>();
    is_send_and_sync::<Script>();
    is_send_and_sync::<SourceError>();
    is_send_and_sync::<Stats>();
    is_send_and_sync::<WatchError>();
    is_send_and_sync::<WatchEvent>();
    is_send_and_sync::<Watcher>();
};
