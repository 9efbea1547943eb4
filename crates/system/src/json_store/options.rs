//! How a store locks, bounds and writes its file.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

/// Writing a small file takes milliseconds; many processes that wait on a busy machine take longer.
const LOCK_LIMIT: Duration = Duration::from_secs(30);

/// How a [`JsonStore`](super::JsonStore) locks, bounds and writes its file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct StoreOptions {
    pub(super) lock: Option<Utf8PathBuf>,
    pub(super) lock_limit: Duration,
    pub(super) max_bytes: Option<u64>,
    pub(super) is_compact: bool,
    pub(super) keeps_copy: bool,
}

impl Default for StoreOptions {
    /// The lock is the file with the extension `lock`, which is waited for at most 30 s. There is no
    /// bound, and the text is indented.
    fn default() -> Self {
        Self {
            lock: None,
            lock_limit: LOCK_LIMIT,
            max_bytes: None,
            is_compact: false,
            keeps_copy: false,
        }
    }
}

impl StoreOptions {
    /// Another lock file: for several files that are locked together.
    pub fn with_lock(mut self, path: impl Into<Utf8PathBuf>) -> Self {
        self.lock = Some(path.into());
        self
    }

    /// Another limit of waiting for the lock.
    pub fn with_lock_limit(mut self, limit: Duration) -> Self {
        self.lock_limit = limit;
        self
    }

    /// A larger file is set aside when it is read, and not written.
    pub fn with_max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Text on one line: for files that no person edits.
    pub fn compact(mut self) -> Self {
        self.is_compact = true;
        self
    }

    /// Keeps a copy of the last good content in `<file>.last`, whose value counts if the file cannot
    /// be understood.
    pub fn with_last_good_copy(mut self) -> Self {
        self.keeps_copy = true;
        self
    }

    pub(super) fn lock_path(&self, file: &Utf8Path) -> Utf8PathBuf {
        (self.lock.clone()).unwrap_or_else(|| file.with_extension("lock"))
    }
}
