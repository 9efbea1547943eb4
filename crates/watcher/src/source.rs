//! Where events and time come from, as a trait: the system, or a test's script.

use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What happened to a path, as far as the source can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawKind {
    /// It is there now: created or moved in.
    Appeared,
    /// It was there and is another: content or attributes.
    Altered,
    /// It is no longer there: removed or moved away.
    Gone,
    /// Something; only the disk can tell.
    Unsure,
}

/// One event as a source tells it, before any rule of this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawEvent {
    /// Something happened to this path.
    Path {
        /// Below the directory that was given to [`ChangeSource::watch`].
        path: Utf8PathBuf,
        /// What.
        kind: RawKind,
    },
    /// Events were dropped: everything has to be looked at.
    Overflow,
    /// An event for a name that is not UTF-8, told with replacement characters.
    NotUtf8 {
        /// The directory.
        dir: Utf8PathBuf,
        /// The name.
        name: String,
    },
}

/// What [`ChangeSource::wait`] came back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// An event.
    Event(RawEvent),
    /// The time that was waited for is there.
    Timeout,
    /// The waker was called.
    Woken,
}

/// How far one watch reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The entries of the directory itself (inotify): every directory needs its own watch.
    Directory,
    /// Everything below as well (`FSEvents`, `ReadDirectoryChangesW`): a tree needs one watch.
    Subtree,
}

/// Which of the two is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only the entries of this directory matter.
    Entries,
    /// As far as one watch of this source reaches.
    AsFarAsItReaches,
}

/// Why a directory cannot be watched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// No watches are left (`ENOSPC`).
    #[error("the limit of watched directories is reached")]
    WatchLimit,
    /// The source could not be set up at all (`EMFILE`).
    #[error("no file watcher is available: {0}")]
    NoInstance(String),
    /// The directory is not there any more.
    #[error("the directory is gone")]
    NotFound,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Ends a [`ChangeSource::wait`] from another thread.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Events and a clock. The watcher's thread owns it and calls it from there alone.
pub trait ChangeSource: Send + 'static {
    /// The time by this source's clock.
    fn now(&self) -> Instant;

    /// How far one watch reaches.
    fn reach(&self) -> Reach;

    /// Watches a directory. Watching it again renews the watch.
    ///
    /// # Errors
    /// [`SourceError`], and then nothing of this directory is watched.
    fn watch(&mut self, dir: &Utf8Path, scope: Scope) -> Result<(), SourceError>;

    /// Watches it no longer; a directory that is not watched is no error.
    fn unwatch(&mut self, dir: &Utf8Path);

    /// Waits for the next signal: events in their order before everything else, `Timeout` not
    /// before `until`. Without `until` it waits for an event or the waker.
    fn wait(&mut self, until: Option<Instant>) -> Signal;

    /// A handle that ends `wait` with [`Signal::Woken`], now or at its next call.
    fn waker(&self) -> Waker;
}
