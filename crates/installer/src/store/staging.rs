//! Where environments are built: `envs/.staging/<python>-<number>/`.
//!
//! uv asks an interpreter who it is by running it, and remembers the answer by the interpreter's
//! path. Building at the same few paths again and again saves that run, which takes longer than
//! everything else of a small installation. A path belongs to one Python, or the answer of another
//! would be taken for its own.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::InstallError;
use crate::in_place;
use crate::outcome::Swept;
use crate::python::PythonInfo;
use lichtfeld_system::files;
use lichtfeld_system::lock::{FileLock, LockKind};
use lichtfeld_system::process::Command;

const DIRECTORY: &str = ".staging";
const LOCK: &str = "lock";

/// An empty directory that belongs to one build. Everything in it is removed with it, or by the
/// next one at this place where we are killed.
#[derive(Debug)]
pub(crate) struct StagingDir {
    pub(crate) path: Utf8PathBuf,
    lock: FileLock,
}

impl StagingDir {
    /// Takes the first place that is free.
    pub(crate) fn acquire(envs_dir: &Utf8Path, python: &PythonInfo) -> Result<Self, InstallError> {
        let directory = envs_dir.join(DIRECTORY);
        fs::create_dir_all(&directory)
            .map_err(|error| InstallError::io("create", &directory, error))?;
        let identity = format!(
            "{} {} {}",
            python.executable,
            python.version_text(),
            python.abi
        );
        let key = &blake3::hash(identity.as_bytes()).to_hex()[..8];
        for number in 0_u32.. {
            let path = directory.join(format!("{key}-{number}"));
            let lock_path = path.with_extension(LOCK);
            if let Some(lock) = FileLock::try_create(&lock_path)? {
                clean(&path)?;
                fs::create_dir(&path).map_err(|error| InstallError::io("create", &path, error))?;
                return Ok(Self { path, lock });
            }
        }
        Err(InstallError::io(
            "lock",
            &directory,
            std::io::ErrorKind::ResourceBusy.into(),
        ))
    }

    /// Lets a child share the lock: one that outlives us keeps its place to itself.
    pub(crate) fn share(&self, command: Command) -> Command {
        self.lock.share_with(command, 3)
    }
}

impl Drop for StagingDir {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next build at this place.
        let _ = files::remove_tree(&self.path);
    }
}

fn clean(path: &Utf8Path) -> Result<(), InstallError> {
    in_place::undo(path);
    files::remove_tree(path).map_err(|error| InstallError::io("remove", path, error))
}

/// Removes what killed builds left behind.
pub(crate) fn sweep(envs_dir: &Utf8Path, swept: &mut Swept) {
    let entries = fs::read_dir(envs_dir.join(DIRECTORY))
        .into_iter()
        .flatten()
        .flatten();
    for entry in entries {
        let Ok(lock_path) = Utf8PathBuf::try_from(entry.path()) else {
            continue;
        };
        let path = lock_path.with_extension("");
        if lock_path.extension() != Some(LOCK) || fs::symlink_metadata(&path).is_err() {
            continue;
        }
        let lock = FileLock::try_existing(&lock_path, LockKind::Exclusive);
        if let Ok(Some(_lock)) = lock
            && remove(&path, swept)
        {
            swept.removed.push(path);
        }
    }
}

fn remove(path: &Utf8Path, swept: &mut Swept) -> bool {
    match clean(path) {
        Ok(()) => true,
        Err(error) => {
            swept.failed.push(error);
            false
        }
    }
}
