//! A lock on a file, taken at once or not at all.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::files::FileError;
use crate::fork::{Purpose, UnsharedFile};

/// How often to open the file again when it was replaced between opening and locking.
const ATTEMPTS: usize = 16;

/// Whether others may have the same lock at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockKind {
    /// Nobody else has a lock on the file.
    Exclusive,
    /// Others may have a shared lock on it.
    Shared,
}

/// A lock on a file of this process. It is released when it is dropped, or when the process ends in
/// any way.
///
/// A forked copy of the process does not have it: there [`Self::file`] returns `None`, and dropping
/// it does nothing.
#[derive(Debug)]
pub struct FileLock {
    file: UnsharedFile,
    path: Utf8PathBuf,
}

impl FileLock {
    /// Locks a file for this process alone, and creates it if it is missing. Returns `None` if
    /// another process, or another lock of this one, has it.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be opened or locked.
    pub fn try_create(path: impl AsRef<Utf8Path>) -> Result<Option<Self>, FileError> {
        let mut options = options();
        options.create(true);
        Self::open(path.as_ref(), LockKind::Exclusive, || {
            options.open(path.as_ref())
        })
    }

    /// The same for a file that must not exist yet.
    ///
    /// # Errors
    /// [`FileError`] if there is such a file, or it cannot be created or locked.
    pub fn try_create_new(path: impl AsRef<Utf8Path>) -> Result<Option<Self>, FileError> {
        let mut options = options();
        options.create_new(true);
        Self::open(path.as_ref(), LockKind::Exclusive, || {
            options.open(path.as_ref())
        })
    }

    /// The same for a file that exists. It need not be writable.
    ///
    /// # Errors
    /// [`FileError`] if there is no such file, or it cannot be opened or locked.
    pub fn try_existing(
        path: impl AsRef<Utf8Path>,
        kind: LockKind,
    ) -> Result<Option<Self>, FileError> {
        let path = path.as_ref();
        Self::open(path, kind, || match options().open(path) {
            Err(error) if is_refused(&error) => File::open(path),
            opened => opened,
        })
    }

    fn open(
        path: &Utf8Path,
        kind: LockKind,
        open: impl Fn() -> io::Result<File>,
    ) -> Result<Option<Self>, FileError> {
        let failed = |error| FileError::new("lock", path, error);
        for _ in 0..ATTEMPTS {
            let file = UnsharedFile::open(Purpose::Lock, &open).map_err(failed)?;
            let lock = Self {
                file,
                path: path.to_owned(),
            };
            let Some(file) = lock.file() else { break };
            let locked = match kind {
                LockKind::Exclusive => file.try_lock(),
                LockKind::Shared => file.try_lock_shared(),
            };
            match locked {
                Ok(()) if lock.is_in_place() => return Ok(Some(lock)),
                // It was removed or replaced in between: what is locked is not what is there.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Ok(None)
    }

    /// The locked file, or `None` in a forked copy of the process.
    #[must_use]
    pub fn file(&self) -> Option<&File> {
        self.file.get()
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Whether the file is still what its path leads to. One that was removed or replaced locks
    /// nothing that others see.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        (self.file()).is_some_and(|file| is_same_file(file, &self.path))
    }

    /// Renames the file, which stays locked.
    ///
    /// # Errors
    /// [`FileError`]; the file has its old path then.
    pub fn rename(&mut self, to: impl AsRef<Utf8Path>) -> Result<(), FileError> {
        let to = to.as_ref();
        fs::rename(&self.path, to).map_err(|error| FileError::new("rename", &self.path, error))?;
        to.clone_into(&mut self.path);
        Ok(())
    }

    /// Lets a child share the lock, as its open file `number`. The child keeps it if this process
    /// is killed; if this process gives it back, the child has lost it as well. On Windows the child
    /// gets nothing.
    #[must_use]
    pub fn share_with(
        &self,
        command: crate::process::Command,
        number: i32,
    ) -> crate::process::Command {
        #[cfg(unix)]
        if let Some(Ok(file)) = self.file().map(File::try_clone) {
            return command.inherit_fd(file.into(), number);
        }
        #[cfg(not(unix))]
        let _ = number;
        command
    }
}

fn options() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    options
}

fn is_refused(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Utf8Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::metadata(path).map(number);
    matches!((file.metadata().map(number), there), (Ok(open), Ok(there)) if open == there)
}

/// Windows removes no file that is open.
#[cfg(not(unix))]
fn is_same_file(_: &File, path: &Utf8Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, Utf8PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(directory.path().to_owned()).unwrap();
        (directory, path)
    }

    #[test]
    fn one_lock_at_a_time_and_many_shared_ones() {
        let (_guard, dir) = scratch();
        let path = dir.join("lock");
        let first = FileLock::try_create(&path).unwrap().unwrap();
        assert!(FileLock::try_create(&path).unwrap().is_none());
        let shared = || FileLock::try_existing(&path, LockKind::Shared).unwrap();
        assert!(shared().is_none());
        drop(first);
        let (one, other) = (shared().unwrap(), shared().unwrap());
        assert!(FileLock::try_create(&path).unwrap().is_none());
        drop((one, other));
        assert!(FileLock::try_create(&path).unwrap().is_some());
    }

    #[test]
    fn reading_the_file_elsewhere_does_not_drop_the_lock() {
        let (_guard, dir) = scratch();
        let path = dir.join("lock");
        let _lock = FileLock::try_create(&path).unwrap().unwrap();
        drop(File::open(&path).unwrap());
        assert!(FileLock::try_create(&path).unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_replaced_is_noticed() {
        let (_guard, dir) = scratch();
        let path = dir.join("lock");
        let mut lock = FileLock::try_create_new(&path).unwrap().unwrap();
        lock.rename(dir.join("moved")).unwrap();
        assert!(lock.is_in_place());
        assert_eq!(lock.path(), dir.join("moved"));
        let second = FileLock::try_create_new(&path).unwrap().unwrap();
        fs::remove_file(&path).unwrap();
        assert!(!second.is_in_place());
        assert!(FileLock::try_create(&path).unwrap().is_some());
    }

    #[test]
    fn what_must_or_must_not_exist() {
        let (_guard, dir) = scratch();
        let path = dir.join("lock");
        let missing = FileLock::try_existing(&path, LockKind::Shared).unwrap_err();
        assert_eq!(missing.io().kind(), io::ErrorKind::NotFound);
        drop(FileLock::try_create(&path).unwrap());
        let there = FileLock::try_create_new(&path).unwrap_err();
        assert_eq!(there.io().kind(), io::ErrorKind::AlreadyExists);
    }
}
