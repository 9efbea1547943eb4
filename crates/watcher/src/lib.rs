//! Directory trees watched, changes yielded as debounced sets: one save, one [`ChangeSet`].
//!
//! A [`Watcher`] watches any number of [`Tree`]s and parent directories and tells [`Notice`]s
//! through a channel. Events and time come from a [`ChangeSource`]: [`NotifySource`] is the running
//! system, [`ScriptedSource`] a test's script with a clock of its own.
//!
//! Events only mark files; what changed is decided by the disk, when the tree has been quiet for
//! [`Options::debounce`]: a file is in a set when its content is another than before. So editors
//! may save as they like (in place, by rename, twice, with backups), and an event that is lost,
//! doubled or late cannot make the watcher believe what is not there.
//!
//! Never looked at: `.venv` and every other hidden name, `__pycache__`, `node_modules`, editors'
//! backups, and what the tree's `.gitignore` files name, except `pyproject.toml` and `uv.lock` at
//! the root.
//!
//! # What it never does
//! It never writes, never calls back into the caller, and does nothing at all while nothing
//! happens: there is no tick. A tree that cannot be watched is looked through at intervals, and
//! said so in a [`Notice::Degraded`] with the cure.
//!
//! # Known limits
//! - A link inside a tree counts as a file whose content is where it points; what lies behind it
//!   is not watched. Only the root itself is followed.
//! - Files above [`Options::hash_limit`] are compared by size and times, not by content.
//! - The first save of a file before its content could be remembered (the first moments after
//!   `watch`, file by file) counts as a change even if it changed nothing.
//! - Network file systems are recognised on Linux only.
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
