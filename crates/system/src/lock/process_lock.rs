//! A lock that is waited for, with a limit, and whose holder is named.

use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};

use super::holder::{announce, withdraw};
use super::{FileLock, Holder, LockError};
use crate::CancelToken;
use crate::files::FileError;

/// The first pause between two attempts, and the longest.
const POLL: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(20)];
/// How often a caller that waits is called back.
const REPORT: Duration = Duration::from_millis(900);

/// How to wait for a lock.
#[derive(Clone, Copy, Debug)]
pub struct LockWait<'a> {
    limit: Option<Duration>,
    cancel: Option<&'a CancelToken>,
}

impl<'a> LockWait<'a> {
    /// Waits at most `limit`.
    #[must_use]
    pub fn at_most(limit: Duration) -> Self {
        Self {
            limit: Some(limit),
            cancel: None,
        }
    }

    /// Waits until somebody cancels: for a person who sees that it waits, and can end it.
    #[must_use]
    pub fn until_cancelled(cancel: &'a CancelToken) -> Self {
        Self {
            limit: None,
            cancel: Some(cancel),
        }
    }

    /// The same, and gives up when somebody cancels.
    #[must_use]
    pub fn or_cancelled(self, cancel: &'a CancelToken) -> Self {
        Self {
            cancel: Some(cancel),
            ..self
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(CancelToken::is_cancelled)
    }

    fn pause(&self, time: Duration) {
        match self.cancel {
            Some(cancel) => drop(cancel.wait_timeout(time)),
            None => thread::sleep(time),
        }
    }
}

/// A lock that another process has.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Busy {
    /// The lock file.
    pub path: Utf8PathBuf,
    /// Who has it, as far as is known.
    pub holder: Option<Holder>,
    /// For how long it has been waited for.
    pub waited: Duration,
}

/// A lock that says who holds it. It is released when it is dropped, or when the process ends in any
/// way; a forked copy of the process does not have it.
#[derive(Debug)]
pub struct ProcessLock {
    lock: FileLock,
    was_abandoned: bool,
}

impl ProcessLock {
    /// Takes the lock, or returns `None` if it is held. Directories that are missing are created.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be created, opened or locked.
    pub fn try_acquire(path: impl AsRef<Utf8Path>) -> Result<Option<Self>, FileError> {
        let path = path.as_ref();
        let locked = match FileLock::try_create(path) {
            Err(error) if error.io().kind() == io::ErrorKind::NotFound => {
                if let Some(directory) = path.parent() {
                    fs::create_dir_all(directory)
                        .map_err(|error| FileError::new("create", directory, error))?;
                }
                FileLock::try_create(path)?
            }
            locked => locked?,
        };
        Ok(locked.map(|lock| {
            let was_abandoned = (lock.file()).is_some_and(|file| announce(file, path));
            Self {
                lock,
                was_abandoned,
            }
        }))
    }

    /// Takes the lock, and waits for it at most `limit`.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn acquire(path: impl AsRef<Utf8Path>, limit: Duration) -> Result<Self, LockError> {
        Self::acquire_with(path, LockWait::at_most(limit), &mut |_| {})
    }

    /// Takes the lock. While it is held by another process, `on_wait` is called at once and then
    /// about every second.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn acquire_with(
        path: impl AsRef<Utf8Path>,
        wait: LockWait<'_>,
        on_wait: &mut dyn FnMut(&Busy),
    ) -> Result<Self, LockError> {
        let path = path.as_ref();
        let started = Instant::now();
        let [mut pause, longest] = POLL;
        let mut reported: Option<Instant> = None;
        loop {
            if wait.is_cancelled() {
                return Err(LockError::Cancelled {
                    path: path.to_owned(),
                });
            }
            if let Some(lock) = Self::try_acquire(path)? {
                return Ok(lock);
            }
            let waited = started.elapsed();
            let holder = || Holder::read(path);
            if wait.limit.is_some_and(|limit| waited >= limit) {
                return Err(LockError::Busy {
                    path: path.to_owned(),
                    holder: holder(),
                    waited,
                });
            }
            if reported.is_none_or(|last| last.elapsed() >= REPORT) {
                reported = Some(Instant::now());
                on_wait(&Busy {
                    path: path.to_owned(),
                    holder: holder(),
                    waited,
                });
            }
            let left = wait.limit.map(|limit| limit.saturating_sub(waited));
            wait.pause(left.map_or(pause, |left| pause.min(left)));
            pause = (pause * 2).min(longest);
        }
    }

    /// Whether the process that held it before was killed: it may have left something half done.
    #[must_use]
    pub fn was_abandoned(&self) -> bool {
        self.was_abandoned
    }

    /// The path of the lock file.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        self.lock.path()
    }
}

impl Drop for ProcessLock {
    fn drop(&mut self) {
        if let Some(file) = self.lock.file() {
            withdraw(file, self.lock.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, Utf8PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(directory.path().to_owned()).unwrap();
        (directory, path.join("deep/lock"))
    }

    #[test]
    fn waiting_has_a_limit_and_names_the_holder() {
        let (_guard, path) = scratch();
        let lock = ProcessLock::acquire(&path, Duration::ZERO).unwrap();
        assert!(!lock.was_abandoned());
        let mut told = Vec::new();
        let wait = LockWait::at_most(Duration::from_millis(30));
        let mut on_wait = |busy: &Busy| told.push(busy.holder.clone().map(|h| h.process));
        let error = ProcessLock::acquire_with(&path, wait, &mut on_wait).unwrap_err();
        let this = std::process::id();
        assert_eq!(told, [Some(this)]);
        assert_eq!(error.code(), "LI002");
        assert!(
            error.to_string().contains(&format!("(process {this}, ")),
            "{error}"
        );
        assert!(error.hint().unwrap().contains(&this.to_string()));
    }

    #[test]
    fn cancelling_ends_the_wait() {
        let (_guard, path) = scratch();
        let _lock = ProcessLock::acquire(&path, Duration::ZERO).unwrap();
        let cancel = CancelToken::new();
        let wait = LockWait::until_cancelled(&cancel);
        let mut on_wait = |_: &Busy| cancel.cancel();
        let error = ProcessLock::acquire_with(&path, wait, &mut on_wait).unwrap_err();
        assert!(error.is_cancelled(), "{error}");
    }

    #[test]
    fn whoever_waits_gets_it_when_it_is_given_back() {
        let (_guard, path) = scratch();
        let lock = ProcessLock::acquire(&path, Duration::ZERO).unwrap();
        let (waits, begun) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let wait = || {
                let wait = LockWait::at_most(Duration::from_secs(120));
                ProcessLock::acquire_with(&path, wait, &mut |_| waits.send(()).unwrap())
            };
            let other = scope.spawn(wait);
            begun.recv().unwrap();
            drop(lock);
            assert!(!other.join().unwrap().unwrap().was_abandoned());
        });
        assert_eq!(Holder::read(&path), None);
    }

    #[test]
    fn one_that_was_killed_is_noticed() {
        let (_guard, path) = scratch();
        drop(ProcessLock::acquire(&path, Duration::ZERO).unwrap());
        std::fs::File::create(&path)
            .and_then(|mut file| io::Write::write_all(&mut file, b"{\"process\": 1"))
            .unwrap();
        let lock = ProcessLock::acquire(&path, Duration::ZERO).unwrap();
        assert!(cfg!(windows) || lock.was_abandoned());
    }
}
