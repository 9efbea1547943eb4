//! One installation of a plugin at a time, over all processes.

use std::time::Duration;

use lichtfeld_system::CancelToken;
use lichtfeld_system::lock::{Busy, LockError, LockWait, ProcessLock};

use super::EnvironmentDir;
use crate::error::InstallError;

/// The right to build, publish and sweep among the environments of one plugin.
#[derive(Debug)]
pub(crate) struct InstallLock {
    _lock: ProcessLock,
}

impl InstallLock {
    /// Takes the lock, or returns `None` if it is held.
    pub(crate) fn try_acquire(dir: &EnvironmentDir) -> Result<Option<Self>, InstallError> {
        let lock = ProcessLock::try_acquire(dir.lock_file())?;
        Ok(lock.map(|lock| Self { _lock: lock }))
    }

    /// Waits for the lock, and calls `on_wait` at once and then about every second.
    pub(crate) fn acquire(
        dir: &EnvironmentDir,
        plugin: &str,
        timeout: Option<Duration>,
        cancel: &CancelToken,
        on_wait: &mut dyn FnMut(&Busy),
    ) -> Result<Self, InstallError> {
        let wait = match timeout {
            Some(limit) => LockWait::at_most(limit).or_cancelled(cancel),
            // A large environment takes as long as its download. The user sees who is waited for,
            // and can cancel.
            None => LockWait::until_cancelled(cancel),
        };
        match ProcessLock::acquire_with(dir.lock_file(), wait, on_wait) {
            Ok(lock) => Ok(Self { _lock: lock }),
            Err(LockError::Busy {
                path,
                holder,
                waited,
                ..
            }) => Err(InstallError::LockTimeout {
                lock: path,
                holder: holder.map(|holder| holder.to_string()),
                waited,
            }),
            Err(LockError::File(error)) => Err(error.into()),
            Err(_) => Err(InstallError::Cancelled {
                plugin: plugin.to_owned(),
            }),
        }
    }
}
