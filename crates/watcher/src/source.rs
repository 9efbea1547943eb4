//! The source of events and time, as a trait: the operating system, or a script in tests.

use crate::codes;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What happened to a path, as far as the source knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RawKind {
    /// It was created or moved here.
    Appeared,
    /// Its content or attributes changed.
    Altered,
    /// It was removed or moved away.
    Gone,
    /// It changed in an unknown way; the file system has to be read.
    Unsure,
}

/// One event of a source, before the rules of this crate are applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RawEvent {
    /// A path changed.
    Path {
        /// A path below the directory that was given to [`ChangeSource::watch`].
        path: Utf8PathBuf,
        /// What happened to it.
        kind: RawKind,
    },
    /// Events were dropped: everything has to be scanned.
    Overflow,
    /// A name that is not UTF-8 changed.
    NotUtf8 {
        /// The directory that contains it.
        dir: Utf8PathBuf,
        /// The name, with replacement characters.
        name: String,
    },
}

/// What [`ChangeSource::wait`] returns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signal {
    /// An event has arrived.
    Event(RawEvent),
    /// The time to wait for has come.
    Timeout,
    /// The waker was called.
    Woken,
}

/// How far one watch of a source reaches. There are only these two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The entries of the directory itself (inotify): every directory needs its own watch.
    Directory,
    /// Everything below as well (`FSEvents`, `ReadDirectoryChangesW`): a tree needs one watch.
    Subtree,
}

/// How far a requested watch has to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only the entries of this directory matter.
    Entries,
    /// As far as one watch of this source reaches.
    AsFarAsItReaches,
}

/// The system's error behind a [`SourceError`].
pub type SystemError = Arc<dyn std::error::Error + Send + Sync>;

/// Why a directory cannot be watched.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// No watches are left (`ENOSPC`).
    #[error("the limit of watched directories is reached")]
    WatchLimit,
    /// The source could not be set up at all (`EMFILE`).
    #[error("no file watcher is available")]
    NoInstance {
        /// The system's error.
        source: SystemError,
    },
    /// The directory no longer exists.
    #[error("the directory no longer exists")]
    NotFound,
    /// The system failed in another way.
    #[error("the directory cannot be watched")]
    Other {
        /// The system's error.
        source: SystemError,
    },
}

impl SourceError {
    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WatchLimit => codes::LIMIT.code,
            Self::NoInstance { .. } => codes::INSTANCES.code,
            Self::NotFound => codes::NOT_FOUND.code,
            Self::Other { .. } => codes::FAILED.code,
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::WatchLimit => Some("raise the system's limit of watched directories".into()),
            Self::NoInstance { .. } => Some("close other programs that watch files".into()),
            Self::NotFound => Some("create the directory first".into()),
            Self::Other { .. } => None,
        }
    }
}

/// Ends a [`ChangeSource::wait`] from another thread.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Events and a clock. The watcher's thread owns it; no other thread calls it.
pub trait ChangeSource: Send + 'static {
    /// Returns the time of this source's clock.
    fn now(&self) -> Instant;

    /// Returns how far one watch reaches.
    fn reach(&self) -> Reach;

    /// Watches a directory. Watching it again renews the watch.
    ///
    /// # Errors
    /// [`SourceError`]; then nothing in this directory is watched.
    fn watch(&mut self, dir: &Utf8Path, scope: Scope) -> Result<(), SourceError>;

    /// Stops watching a directory. Does nothing if it is not watched.
    fn unwatch(&mut self, dir: &Utf8Path);

    /// Waits for the next signal. Events come first and in order; `Timeout` is not returned before
    /// `until`. Without `until` it waits for an event or the waker.
    fn wait(&mut self, until: Option<Instant>) -> Signal;

    /// Returns a function that ends `wait` with [`Signal::Woken`], now or at its next call.
    fn waker(&self) -> Waker;
}
