//! Lock files that uv wrote into the author's directory, and that do not belong there.
//!
//! A plugin that is a member of a workspace has to be resolved where it is. Where there was no
//! `uv.lock` before, the one that uv writes is moved out again; a note in staging makes sure of it
//! even when we are killed in between.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::InstallError;
use lichtfeld_system::files;

/// How far up a workspace's root is looked for.
const LEVELS: usize = 4;
const NOTE: &str = "in-place.json";

/// The places where uv may write a lock file for a project in place.
#[derive(Debug)]
pub(crate) struct InPlaceLocks {
    free: Vec<Utf8PathBuf>,
    taken: bool,
}

impl InPlaceLocks {
    /// Notes in staging which places have no lock file yet.
    pub(crate) fn note_before(
        project_dir: &Utf8Path,
        staging: &Utf8Path,
    ) -> Result<Self, InstallError> {
        let places = project_dir
            .ancestors()
            .take(LEVELS)
            .map(|dir| dir.join("uv.lock"));
        let (taken, free): (Vec<_>, Vec<_>) = places.partition(|path| path.exists());
        let text = serde_json::to_vec(&free)
            .map_err(|error| InstallError::io("write", staging, std::io::Error::other(error)))?;
        files::write_atomic(staging.join(NOTE), &text)?;
        Ok(Self {
            free,
            taken: !taken.is_empty(),
        })
    }

    pub(crate) fn exists_already(&self) -> bool {
        self.taken
    }

    /// Writes what uv is to find in the place of the workspace's lock file: it is removed with the one
    /// that uv writes there.
    pub(crate) fn write_first(&self, text: &str) -> Result<(), InstallError> {
        let is_root = |lock: &&Utf8PathBuf| {
            let manifest = lock.with_file_name("pyproject.toml");
            let text = fs::read_to_string(manifest).unwrap_or_default();
            let document = text.parse::<toml_edit::DocumentMut>().ok();
            let uv = document.as_ref().and_then(|one| one.get("tool")?.get("uv"));
            uv.is_some_and(|uv| uv.get("workspace").is_some())
        };
        match self.free.iter().find(is_root) {
            Some(root) => Ok(files::write_atomic(root, text.as_bytes())?),
            None => Ok(()),
        }
    }

    /// Moves the new lock file to `kept`.
    pub(crate) fn move_to(&self, kept: &Utf8Path) -> Result<(), InstallError> {
        for path in self.free.iter().filter(|path| path.exists()) {
            fs::copy(path, kept)
                .map_err(|error| InstallError::io("keep the lock file", path, error))?;
            fs::remove_file(path).map_err(|error| InstallError::io("remove", path, error))?;
        }
        Ok(())
    }

    pub(crate) fn note(&self) -> Option<String> {
        let still = self.free.iter().find(|path| path.exists())?;
        Some(format!(
            "{still} was written by uv and could not be moved out"
        ))
    }
}

impl Drop for InPlaceLocks {
    fn drop(&mut self) {
        // A build that failed may have come as far as the lock.
        for path in self.free.iter().filter(|path| path.exists()) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Removes what a killed build left in the author's directory. Called before its staging is swept.
pub(crate) fn undo(staging: &Utf8Path) {
    if let Ok(files::Read::Value(free)) =
        files::read_json_or_set_aside::<Vec<Utf8PathBuf>>(staging.join(NOTE))
    {
        for path in free {
            let _ = fs::remove_file(path);
        }
    }
}
