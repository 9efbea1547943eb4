//! The one way to write state: whole or not at all, and never over something torn.

use std::fs::{self, File};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use serde::de::DeserializeOwned;

use crate::codes;

/// What was done to a file, and why it failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {path}")]
pub struct FileError {
    action: &'static str,
    path: Utf8PathBuf,
    source: io::Error,
}

impl FileError {
    /// An error of doing `action` (a verb, such as "write") to the file.
    #[must_use]
    pub fn new(action: &'static str, path: &Utf8Path, source: io::Error) -> Self {
        Self {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// What the operating system said.
    #[must_use]
    pub fn io(&self) -> &io::Error {
        &self.source
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        codes::FILE.code
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        hint_for(&self.source, &self.path)
    }

    /// The action, the file, and what the operating system said.
    #[must_use]
    pub fn into_parts(self) -> (&'static str, Utf8PathBuf, io::Error) {
        (self.action, self.path, self.source)
    }
}

/// Advice for the errors of the operating system that a user can cure.
#[must_use]
pub fn hint_for(error: &io::Error, path: &Utf8Path) -> Option<String> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(format!(
            "Free some space on the disk of {path}, then try again."
        )),
        io::ErrorKind::PermissionDenied => Some(format!(
            "Give your user write access to {}.",
            path.parent().unwrap_or(path)
        )),
        io::ErrorKind::ReadOnlyFilesystem => Some(format!(
            "{path} is on a read-only file system; choose a place that can be written."
        )),
        _ => None,
    }
}

/// Writes a file whole: a temporary file beside it, fsync, rename, fsync of the directory. The
/// directory is made where it is missing.
///
/// A reader sees the old bytes or the new ones, after a crash too.
///
/// # Errors
/// [`FileError`]; the old file is then as it was.
///
/// ```
/// use lichtfeld_system::files;
///
/// let scratch = tempfile::tempdir()?;
/// let path = camino::Utf8Path::from_path(scratch.path()).ok_or("not UTF-8")?.join("state.json");
/// files::write_atomic(&path, b"{}")?;
/// assert_eq!(std::fs::read(&path)?, b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_atomic(path: impl AsRef<Utf8Path>, bytes: &[u8]) -> Result<(), FileError> {
    let path = path.as_ref();
    let directory = match path.parent() {
        Some(parent) if !parent.as_str().is_empty() => parent,
        _ => Utf8Path::new("."),
    };
    write_in(directory, path, bytes).map_err(|source| FileError::new("write", path, source))
}

fn write_in(directory: &Utf8Path, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let prefix = temporary_prefix(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(TEMPORARY);
    // Temporary files are private by default; this one is to be as readable as any other new file.
    #[cfg(unix)]
    let file = {
        use std::os::unix::fs::PermissionsExt;
        builder
            .permissions(fs::Permissions::from_mode(0o666))
            .tempfile_in(directory)?
    };
    #[cfg(not(unix))]
    let file = builder.tempfile_in(directory)?;
    let mut file = file;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_directory(directory)
}

/// How the names of temporary files end.
const TEMPORARY: &str = ".tmp";

/// How the names of the temporary files of one file begin.
fn temporary_prefix(path: &Utf8Path) -> String {
    format!(".{}.", path.file_name().unwrap_or("file"))
}

/// Removes temporary files that killed processes have left beside a file. To be called under a lock
/// that all who write the file have.
pub(crate) fn remove_temporary(path: &Utf8Path) {
    let Some(Ok(entries)) = path.parent().map(Utf8Path::read_dir_utf8) else {
        return;
    };
    let prefix = temporary_prefix(path);
    for entry in entries.flatten() {
        let name = entry.file_name();
        let middle = name.strip_prefix(&prefix);
        let middle = middle.and_then(|rest| rest.strip_suffix(TEMPORARY));
        // The random part of a name has no dots; `a.json` has nothing of `a.json.last`.
        if middle.is_some_and(|middle| !middle.contains('.')) {
            // One that cannot be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Writes a file that need not survive a crash, into a directory of this process alone.
///
/// # Errors
/// [`FileError`].
pub fn write_scratch(path: &Utf8Path, bytes: &[u8]) -> Result<(), FileError> {
    let written = File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|source| FileError::new("write", path, source))
}

/// Makes renames within a directory outlive a power cut.
///
/// # Errors
/// What the operating system says.
pub fn sync_directory(directory: &Utf8Path) -> io::Result<()> {
    // Windows cannot open a directory as a file, and journals renames itself.
    if cfg!(unix) {
        File::open(directory)?.sync_all()
    } else {
        Ok(())
    }
}

/// What [`read_json_or_set_aside`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read<T> {
    /// No such file.
    Missing,
    /// The file's value.
    Value(T),
    /// The file was torn, or of another program; it was renamed, so that nothing in it is lost.
    SetAside {
        /// Its new path.
        moved_to: Utf8PathBuf,
        /// Why it could not be read, with line and column.
        reason: String,
    },
}

/// Reads a JSON file. One that does not parse is renamed to `<file>.broken-<n>`, never
/// overwritten.
///
/// # Errors
/// [`FileError`] where it cannot be read, or not be renamed.
pub fn read_json_or_set_aside<T: DeserializeOwned>(
    path: impl AsRef<Utf8Path>,
) -> Result<Read<T>, FileError> {
    let path = path.as_ref();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Read::Missing),
        Err(error) => return Err(FileError::new("read", path, error)),
    };
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok(Read::Value(value)),
        Err(error) => {
            let moved_to = set_aside(path)?;
            Ok(Read::SetAside {
                moved_to,
                reason: error.to_string(),
            })
        }
    }
}

/// Renames a file to the first free `<file>.broken-<n>`, and says which.
///
/// # Errors
/// [`FileError`] where it cannot be renamed.
pub fn set_aside(path: impl AsRef<Utf8Path>) -> Result<Utf8PathBuf, FileError> {
    let path = path.as_ref();
    for number in 1..=u32::MAX {
        let aside = Utf8PathBuf::from(format!("{path}.broken-{number}"));
        if fs::symlink_metadata(&aside).is_err() {
            return match fs::rename(path, &aside) {
                Ok(()) => Ok(aside),
                Err(error) => Err(FileError::new("set aside", path, error)),
            };
        }
    }
    Err(FileError::new(
        "set aside",
        path,
        io::ErrorKind::AlreadyExists.into(),
    ))
}

/// Removes a tree and everything in it, read-only directories too; a missing one is fine.
///
/// # Errors
/// What the operating system says of the entry that cannot be removed.
pub fn remove_tree(path: &Utf8Path) -> io::Result<()> {
    match remove_once(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            make_writable(path);
            remove_once(path)
        }
        result => result,
    }
}

fn remove_once(path: &Utf8Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn make_writable(path: &Utf8Path) {
    for entry in walkdir::WalkDir::new(path).into_iter().flatten() {
        if let Ok(metadata) = entry.metadata()
            && !metadata.is_symlink()
            && metadata.permissions().readonly()
        {
            let mut permissions = metadata.permissions();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                permissions.set_mode(permissions.mode() | 0o200);
            }
            #[cfg(not(unix))]
            permissions.set_readonly(false);
            // What cannot be changed is met again by the removal, which reports it.
            let _ = fs::set_permissions(entry.path(), permissions);
        }
    }
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
    fn replaces_a_file_and_leaves_nothing_beside_it() {
        let (_guard, dir) = scratch();
        let path = dir.join("new/deep/state.json");
        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_keeps_the_old_file() {
        let (_guard, dir) = scratch();
        let path = dir.join("taken");
        fs::create_dir(&path).unwrap();
        let error = write_atomic(&path, b"x").unwrap_err();
        assert_eq!(error.path(), path);
        assert!(path.is_dir());
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
    }

    #[test]
    fn torn_files_are_kept_aside_one_by_one() {
        let (_guard, dir) = scratch();
        let path = dir.join("state.json");
        assert_eq!(read_json_or_set_aside::<u32>(&path).unwrap(), Read::Missing);
        for number in 1..=2 {
            write_atomic(&path, b"{\"a\": ").unwrap();
            let read = read_json_or_set_aside::<serde_json::Value>(&path).unwrap();
            let Read::SetAside { moved_to, reason } = read else {
                panic!("{read:?}")
            };
            assert_eq!(moved_to, format!("{path}.broken-{number}"));
            assert!(reason.contains("line 1"), "{reason}");
            assert!(!path.exists());
        }
        write_atomic(&path, b"7").unwrap();
        assert_eq!(read_json_or_set_aside(&path).unwrap(), Read::Value(7));
    }
}
