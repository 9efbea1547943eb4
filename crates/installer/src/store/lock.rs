//! One installation of a plugin at a time, over all processes.
//!
//! The lock is the operating system's (flock, LockFileEx): it goes with the process that has it,
//! however that ends, so that there are no stale ones. Who has it is told in a file beside it,
//! because Windows lets nobody read a locked file.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::Shelf;
use crate::error::InstallError;
use lichtfeld_system::CancelToken;

const POLL: Duration = Duration::from_millis(20);
/// How often to tell that we still wait.
const TELL: Duration = Duration::from_millis(900);

#[derive(Serialize, Deserialize)]
struct Holder {
    process: u32,
    program: String,
}

/// The right to build, publish and sweep in one shelf.
#[derive(Debug)]
pub(crate) struct InstallLock {
    _file: File,
}

/// Where the lock of a shelf is, and who has it.
#[derive(Clone, Debug)]
pub(crate) struct Busy {
    pub(crate) lock: Utf8PathBuf,
    pub(crate) holder: Option<String>,
    pub(crate) waited: Duration,
}

impl InstallLock {
    /// Takes the lock, or says nothing where somebody has it.
    pub(crate) fn try_acquire(shelf: &Shelf) -> Result<Option<Self>, InstallError> {
        let path = shelf.path.join(".lock");
        let error = |source| InstallError::io("lock", &path, source);
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(error)?;
        match file.try_lock() {
            // Removed with its plugin between opening and locking: it locks nothing any more.
            Ok(()) if !is_still(&file, &path) => {
                shelf.create()?;
                Ok(None)
            }
            Ok(()) => {
                tell(shelf);
                Ok(Some(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(error(source)),
        }
    }

    /// Waits for the lock and tells `on_wait` at once and then about every second.
    pub(crate) fn acquire(
        shelf: &Shelf,
        plugin: &str,
        timeout: Option<Duration>,
        cancel: &CancelToken,
        on_wait: &mut dyn FnMut(&Busy),
    ) -> Result<Self, InstallError> {
        let started = Instant::now();
        let mut told: Option<Instant> = None;
        loop {
            if cancel.is_cancelled() {
                return Err(InstallError::Cancelled {
                    plugin: plugin.to_owned(),
                });
            }
            if let Some(lock) = Self::try_acquire(shelf)? {
                return Ok(lock);
            }
            let waited = started.elapsed();
            let busy = || Busy {
                lock: shelf.path.join(".lock"),
                holder: holder(shelf),
                waited,
            };
            if timeout.is_some_and(|timeout| waited >= timeout) {
                let Busy {
                    lock,
                    holder,
                    waited,
                } = busy();
                return Err(InstallError::LockTimeout {
                    lock,
                    holder,
                    waited,
                });
            }
            if told.is_none_or(|told| told.elapsed() >= TELL) {
                told = Some(Instant::now());
                on_wait(&busy());
            }
            cancel.wait_timeout(POLL);
        }
    }
}

fn is_still(file: &File, path: &Utf8Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let there = std::fs::metadata(path).map(number);
        matches!((file.metadata().map(number), there), (Ok(ours), Ok(there)) if ours == there)
    }
    // Windows removes no file that is open.
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Says who we are. For messages alone: nothing depends on it, so that a failure is none.
fn tell(shelf: &Shelf) {
    let program = std::env::current_exe().ok();
    let program = program
        .as_deref()
        .and_then(|path| path.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    let holder = Holder {
        process: std::process::id(),
        program: program.unwrap_or_default(),
    };
    let written = serde_json::to_vec(&holder)
        .map_err(io::Error::other)
        .and_then(|bytes| File::create(shelf.path.join(".holder.json"))?.write_all(&bytes));
    drop(written);
}

fn holder(shelf: &Shelf) -> Option<String> {
    let bytes = std::fs::read(shelf.path.join(".holder.json")).ok()?;
    let Holder { process, program } = serde_json::from_slice(&bytes).ok()?;
    Some(format!("{program} (process {process})"))
}
