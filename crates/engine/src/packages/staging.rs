//! Staging directories for plugins that are being installed or updated: hidden directories beside
//! the plugins.
//!
//! Each directory contains a lock file. The operating system releases the lock when the process
//! ends, and then a sweep removes the directory. If an update was killed after the new version had
//! replaced the old one, and before the new one was known to work, the sweep restores the old one
//! first.

use crate::error::Error;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_sources::Tree;
use lichtfeld_system::files;
use lichtfeld_system::lock::{FileLock, LockKind};
use serde::{Deserialize, Serialize};
use std::fs;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const PREFIX: &str = ".incoming-";
const SUFFIX: &str = ".staging";
const LOCK: &str = ".lock";
pub(crate) const JOURNAL: &str = "update.json";
/// A file in the new version until it is known to work. It distinguishes the two versions.
pub(crate) const UNPROVEN: &str = ".incoming";
/// A directory without a lock that is older than this belongs to a process that was killed before
/// it made the lock.
const LITTER: Duration = Duration::from_secs(3600);

/// A staging directory. Discovery ignores it; it is removed when this is dropped.
pub(crate) struct Staging {
    /// Dropped before the directory is removed: Windows does not remove open files.
    lock: Option<FileLock>,
    dir: TempDir,
    path: Utf8PathBuf,
}

/// An update that is about to replace the old version.
#[derive(Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(crate) key: String,
    /// The plugin's directory.
    pub(crate) dir: Utf8PathBuf,
    /// The directory of the new version before the exchange, and of the old one after it.
    pub(crate) root: Utf8PathBuf,
    /// The new version.
    pub(crate) files: Tree,
}

impl Staging {
    pub(crate) fn new(plugins: &Utf8Path) -> Result<Self, Error> {
        let cannot = |error: std::io::Error| {
            Error::io(format!("cannot make a directory in {plugins}"), error)
        };
        fs::create_dir_all(plugins).map_err(cannot)?;
        let prefix = format!("{PREFIX}{}-", std::process::id());
        loop {
            let dir = tempfile::Builder::new()
                .prefix(&prefix)
                .suffix(SUFFIX)
                .tempdir_in(plugins)
                .map_err(cannot)?;
            let path = Utf8PathBuf::try_from(dir.path().to_owned())
                .map_err(|_| Error::io(format!("cannot use {plugins}"), "its path is not UTF-8"))?;
            let lock = FileLock::try_create(path.join(LOCK))
                .map_err(|error| Error::io(format!("cannot use {path}"), error))?;
            // `None` if a sweep has locked it first; then another directory is made.
            if lock.is_some() {
                return Ok(Self { lock, dir, path });
            }
        }
    }

    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Writes the journal. Call this before the old version of a plugin and the new one are
    /// exchanged.
    pub(crate) fn will_replace(
        &self,
        key: &str,
        dir: &Utf8Path,
        root: &Utf8Path,
        new: &Tree,
    ) -> Result<(), Error> {
        let path = self.path.join(JOURNAL);
        let journal = Journal {
            key: key.to_owned(),
            dir: dir.to_owned(),
            root: root.to_owned(),
            files: new.clone(),
        };
        let what = || format!("cannot write {path}");
        let text = serde_json::to_vec(&journal).map_err(|error| Error::io(what(), error))?;
        files::write_atomic(root.join(UNPROVEN), &[]).map_err(|error| Error::io(what(), error))?;
        files::write_atomic(&path, &text).map_err(|error| Error::io(what(), error))
    }

    /// Removes the journal. Call this when the new version in `dir` works, or the old one is
    /// restored.
    pub(crate) fn settled(&self, dir: &Utf8Path) {
        // In this order: without the mark a sweep restores nothing.
        let _ = fs::remove_file(dir.join(UNPROVEN));
        let _ = fs::remove_file(self.path.join(JOURNAL));
    }

    /// Keeps the content for ever. Returns its new path, which no sweep removes.
    pub(crate) fn leave(self) -> Utf8PathBuf {
        self.settled(&self.path);
        drop(self.lock);
        let _ = self.dir.keep();
        let kept = self.path.with_extension("kept");
        match fs::rename(&self.path, &kept) {
            Ok(()) => kept,
            Err(_) => self.path,
        }
    }
}

/// Returns the lock of a staging directory if the process that made it has ended, or `None` if it
/// may be in use. The inner value is `None` if the process ended before it made the lock.
pub(crate) fn claim(path: &Utf8Path) -> Option<Option<FileLock>> {
    let name = path.file_name()?;
    let is_staging = name.starts_with('.') && name.ends_with(SUFFIX);
    if !is_staging || path.is_symlink() || !path.is_dir() {
        return None;
    }
    let at = path.join(LOCK);
    if !at.exists() {
        let made = path.metadata().ok()?.modified().ok()?;
        let age = SystemTime::now().duration_since(made).ok()?;
        return (age > LITTER).then_some(None);
    }
    let lock = FileLock::try_existing(&at, LockKind::Exclusive).ok()??;
    Some(Some(lock))
}

/// Which directories a sweep examines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sweep {
    /// All of them, before anything is loaded.
    Start,
    /// All but those of an interrupted update, whose plugin may be loaded by now.
    Later,
}
