//! A small JSON file that several processes read and change.
//!
//! - Reading: a missing file is `None`. One that cannot be understood (torn, too large,
//!   of another program) is set aside, and the answer says so: it is never silently replaced by a default.
//! - Changing: under a [`ProcessLock`], on what the file holds at that moment, so that the changes of
//!   another process are kept. A change that changes nothing writes nothing.
//! - Writing: whole or not at all ([`write_atomic`]).
//! - Reading again costs one `stat` as long as the file has not changed.
//!
//! ```
//! use lichtfeld_system::JsonStore;
//!
//! let scratch = tempfile::tempdir()?;
//! let path = camino::Utf8Path::from_path(scratch.path()).ok_or("not UTF-8")?.join("count.json");
//! let count = JsonStore::<u32>::new(path);
//! assert_eq!(count.load()?.value, None);
//! count.update(|count| *count += 1)?;
//! assert_eq!(count.load()?.value, Some(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Known limits
//! - The lock is kept while [`JsonStore::update`] calls its closure, which therefore must be short
//!   and must not call code that could use the same store.
//! - Programs that write the file without the lock lose changes, or make others lose theirs.

mod error;
mod options;
mod stamp;

#[cfg(test)]
mod tests;

pub use error::{SetAside, StoreError};
pub use options::StoreOptions;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files::{FileError, remove_temporary, set_aside, write_atomic};
use crate::fork::PerProcess;
use crate::lock::{LockError, ProcessLock};
use error::Unusable;
use stamp::Stamp;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded<T> {
    /// The value, or `None` if there is no file or it cannot be understood.
    pub value: Option<T>,
    /// What was set aside, if this reading found that the file cannot be understood.
    pub set_aside: Option<SetAside>,
}

/// What [`JsonStore::update`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Updated<R> {
    /// What the closure returned.
    pub result: R,
    /// Whether the file was written.
    pub written: bool,
    /// What was set aside before.
    pub set_aside: Option<SetAside>,
}

/// What was read last.
struct Known<T> {
    stamp: Stamp,
    value: T,
}

/// A JSON file with a value of type `T`. See the [module](self).
///
/// One is enough for a process, and can be shared by its threads; several of one file, in this
/// process or others, are kept apart by the lock.
pub struct JsonStore<T> {
    path: Utf8PathBuf,
    options: StoreOptions,
    /// Not inherited by a forked copy, where it could be locked for ever.
    known: PerProcess<Mutex<Option<Known<T>>>>,
}

impl<T> JsonStore<T> {
    /// A file, which need not exist, with the usual options.
    #[must_use]
    pub fn new(path: impl Into<Utf8PathBuf>) -> Self {
        Self::with_options(path, StoreOptions::default())
    }

    /// A file with options.
    #[must_use]
    pub fn with_options(path: impl Into<Utf8PathBuf>, options: StoreOptions) -> Self {
        Self {
            path: path.into(),
            options,
            known: PerProcess::new(|| Mutex::new(None)),
        }
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Where the last good copy is, if the options ask for one.
    fn copy_path(&self) -> Option<Utf8PathBuf> {
        (self.options.keeps_copy).then(|| Utf8PathBuf::from(format!("{}.last", self.path)))
    }

    fn lock(&self) -> Result<ProcessLock, StoreError> {
        let path = self.options.lock_path(&self.path);
        let lock = ProcessLock::acquire(path, self.options.lock_limit)?;
        if lock.was_abandoned() {
            // Killed while it wrote, it has left its temporary file.
            remove_temporary(&self.path);
        }
        Ok(lock)
    }

    /// Removes the file and its last good copy. A missing file is no error.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove(&self) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.forget();
        for path in self.copy_path().iter().chain([&self.path]) {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(FileError::new("remove", path, error).into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn forget(&self) {
        *self.known.get().lock() = None;
    }
}

impl<T: DeserializeOwned + Clone> JsonStore<T> {
    /// Reads the file, or remembers it if it has not changed. Takes no lock, unless something has to
    /// be set aside.
    ///
    /// # Errors
    /// [`StoreError`] if the file is there and cannot be read, or cannot be set aside because another
    /// process has the lock.
    pub fn load(&self) -> Result<Loaded<T>, StoreError> {
        match self.read()? {
            Ok(value) => Ok(Loaded {
                value,
                set_aside: None,
            }),
            Err(reason) => match self.lock() {
                Ok(_lock) => self.load_locked(),
                // Nothing can be written here, so nothing is moved either.
                Err(StoreError::File(error) | StoreError::Lock(LockError::File(error))) => {
                    Ok(self.not_understood(&reason, Err(error)))
                }
                Err(error) => Err(error),
            },
        }
    }

    fn not_understood(
        &self,
        reason: &Unusable,
        moved_to: Result<Utf8PathBuf, FileError>,
    ) -> Loaded<T> {
        let value = self.last_copy();
        let failed = moved_to.as_ref().err().map(ToString::to_string);
        Loaded {
            set_aside: Some(SetAside {
                path: self.path.clone(),
                moved_to: moved_to.ok(),
                reason: reason.to_string(),
                failed,
                restored: value.is_some(),
            }),
            value,
        }
    }

    /// Reads the file under the lock. What cannot be understood is set aside: no other
    /// process replaces it meanwhile.
    fn load_locked(&self) -> Result<Loaded<T>, StoreError> {
        Ok(match self.read()? {
            Ok(value) => Loaded {
                value,
                set_aside: None,
            },
            // One that cannot be moved stays, and is not written over: `update` fails.
            Err(reason) => self.not_understood(&reason, set_aside(&self.path)),
        })
    }

    /// Reads the file; the inner error is about what is in it.
    fn read(&self) -> Result<Result<Option<T>, Unusable>, FileError> {
        let failed = |error| FileError::new("read", &self.path, error);
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(None)),
            Err(error) => return Err(failed(error)),
        };
        let metadata = file.metadata().map_err(failed)?;
        let stamp = Stamp::of(&metadata);
        let mut known = self.known.get().lock();
        if let (Some(known), Some(stamp)) = (&*known, &stamp)
            && known.stamp == *stamp
        {
            return Ok(Ok(Some(known.value.clone())));
        }
        *known = None;
        let limit = self.options.max_bytes;
        if limit.is_some_and(|limit| metadata.len() > limit) {
            return Ok(Err(Unusable::TooLarge(metadata.len())));
        }
        let mut text = Vec::new();
        file.by_ref()
            .take(limit.map_or(u64::MAX, |limit| limit.saturating_add(1)))
            .read_to_end(&mut text)
            .map_err(failed)?;
        match serde_json::from_slice::<T>(&text) {
            Ok(value) => {
                *known = stamp.map(|stamp| Known {
                    stamp,
                    value: value.clone(),
                });
                Ok(Ok(Some(value)))
            }
            Err(error) => Ok(Err(Unusable::NotUnderstood(error))),
        }
    }

    fn last_copy(&self) -> Option<T> {
        let text = fs::read(self.copy_path()?).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

impl<T: Serialize> JsonStore<T> {
    /// Writes a value whole, whatever the file holds.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as it was.
    pub fn write(&self, value: &T) -> Result<(), StoreError> {
        let text = self.text(value)?;
        let _lock = self.lock()?;
        self.write_text(&text)
    }

    fn encode(&self, value: &T) -> Result<Vec<u8>, StoreError> {
        let text = if self.options.is_compact {
            serde_json::to_vec(value)
        } else {
            serde_json::to_vec_pretty(value)
        };
        let mut text = text.map_err(|source| StoreError::Encode {
            path: self.path.clone(),
            source,
        })?;
        text.push(b'\n');
        Ok(text)
    }

    /// The text of a value, if the file may be as large.
    fn text(&self, value: &T) -> Result<Vec<u8>, StoreError> {
        let text = self.encode(value)?;
        let bytes = text.len() as u64;
        match self.options.max_bytes {
            Some(limit) if bytes > limit => Err(StoreError::TooLarge {
                path: self.path.clone(),
                bytes,
                limit,
            }),
            _ => Ok(text),
        }
    }

    fn write_text(&self, text: &[u8]) -> Result<(), StoreError> {
        self.forget();
        write_atomic(&self.path, text)?;
        if let Some(copy) = self.copy_path() {
            write_atomic(copy, text)?;
        }
        Ok(())
    }
}

impl<T: Serialize + DeserializeOwned + Clone + Default> JsonStore<T> {
    /// Changes the value under the lock, on what the file holds then; a missing file holds the
    /// default. The file is written if the value has changed.
    ///
    /// # Errors
    /// [`StoreError`]; the file is then as it was.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<Updated<R>, StoreError> {
        let lock = self.lock()?;
        let Loaded { value, set_aside } = self.load_locked()?;
        if let Some(kept) = &set_aside
            && kept.moved_to.is_none()
        {
            return Err(StoreError::NotUnderstood { kept: kept.clone() });
        }
        let mut value = value.unwrap_or_default();
        // What was set aside is not there any more.
        let before = if set_aside.is_none() {
            Some(self.encode(&value)?)
        } else {
            None
        };
        let result = change(&mut value);
        let text = self.text(&value)?;
        let written = before.as_ref() != Some(&text);
        if written {
            self.write_text(&text)?;
        }
        drop(lock);
        Ok(Updated {
            result,
            written,
            set_aside,
        })
    }
}

impl<T> fmt::Debug for JsonStore<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("JsonStore");
        debug.field("path", &self.path);
        debug.field("options", &self.options).finish()
    }
}
