//! Hidden directories beside the plugins, for what is not in place yet; and what becomes of those
//! whose process was killed.
//!
//! Each has a lock that goes with its process. One that nobody has locked any more is removed. Where
//! an update was killed after the new version had taken the old one's place, and before it had shown
//! that it works, the old one is put back first.

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
/// In the new version until it has shown that it works: says which of two directories it is.
pub(crate) const UNPROVEN: &str = ".incoming";
/// What has no lock after so long was killed before it made one.
const LITTER: Duration = Duration::from_secs(3600);

/// A hidden directory beside the plugins, which discovery passes over; removed when dropped.
pub(crate) struct Staging {
    /// Closed before the directory goes: Windows removes no file that is open.
    lock: Option<FileLock>,
    dir: TempDir,
    path: Utf8PathBuf,
}

/// An update that is about to take the old version's place.
#[derive(Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(crate) key: String,
    /// The plugin's directory.
    pub(crate) dir: Utf8PathBuf,
    /// Where the new version lies until then, and the old one after that.
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
            // If a sweep was here first, there is another.
            if lock.is_some() {
                return Ok(Self { lock, dir, path });
            }
        }
    }

    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// To be called before the old version of a plugin and the new one change places.
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

    /// The new version in `dir` works, or the old one is back there: what lies here is of no use any
    /// more.
    pub(crate) fn settled(&self, dir: &Utf8Path) {
        // In this order: without the mark there is nothing to put back.
        let _ = fs::remove_file(dir.join(UNPROVEN));
        let _ = fs::remove_file(self.path.join(JOURNAL));
    }

    /// Leaves what is there, for ever; gives its path, under which no sweep takes it.
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

/// The lock of a staging directory whose process is dead, or `None` if it may be in use. A process
/// that died early has left no lock: the inner `None`.
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

/// Which directories are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sweep {
    /// All: nothing is loaded yet.
    Start,
    /// Those that no plugin waits for.
    Later,
}
