//! Directory trees watched, changes yielded as debounced sets: one save, one [`ChangeSet`].
//!
//! A [`Watcher`] watches any number of [`Tree`]s and parent directories and tells [`Notice`]s
//! through a channel. Events and time come from a [`ChangeSource`]: [`NotifySource`] is the running
//! system, [`ScriptedSource`] a test's script with a clock of its own.
//!
//! ```
//! use lichtfeld_watcher::{Notice, NotifySource, Options, Tree, Watcher};
//! # let scratch = tempfile::tempdir()?;
//! # let root = camino::Utf8Path::from_path(scratch.path()).ok_or("scratch is not UTF-8")?;
//! let watcher = Watcher::start(Options::default(), NotifySource::new())?;
//! let notices = watcher.notices();
//! watcher.watch(Tree::new("my_plugin", root))?;
//!
//! std::fs::write(root.join("panel.py"), "LABEL = 'Hello'\n")?;
//!
//! if let Notice::Changes(set) = notices.recv()? {
//!     println!("{} changed: {:?}", set.tree, set.changes);
//! }
//! watcher.stop();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod change;
mod content;
mod engine;
mod error;
mod notice;
mod notify_source;
mod options;
mod parent;
mod pending;
mod platform;
mod roots;
mod rules;
mod scripted;
mod source;
mod table;
mod tree;
mod walk;
mod watcher;

pub use change::{Change, ChangeKind, ChangeSet, Role, Tree, TreeId};
pub use error::WatchError;
pub use notice::{Notice, Trouble};
pub use notify_source::NotifySource;
pub use options::Options;
pub use scripted::{Script, ScriptedSource};
pub use source::{ChangeSource, RawEvent, RawKind, Reach, Scope, Signal, SourceError, Waker};
pub use watcher::{Stats, Watcher};
