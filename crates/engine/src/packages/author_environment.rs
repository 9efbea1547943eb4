//! `.venv` in a plugin's directory when an update or uninstall replaces or removes the directory. It
//! is no file of the plugin: it has what the author has installed, or was made by the author alone.

use crate::error::Error;
use crate::model::home::Home;
use crate::packages::local_changes::room;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

const DIRECTORY: &str = ".venv";

/// Moves it from one version of the plugin to the other, unless that one has it.
///
/// # Errors
/// [`Error::Io`]; it stays where it was.
pub(crate) fn carry_over(from: &Utf8Path, to: &Utf8Path) -> Result<(), Error> {
    let (from, to) = (from.join(DIRECTORY), to.join(DIRECTORY));
    if from.symlink_metadata().is_err() || to.symlink_metadata().is_ok() {
        return Ok(());
    }
    fs::rename(&from, &to).map_err(|error| Error::io(format!("cannot move {from} to {to}"), error))
}

/// Moves it out of a plugin that is removed, into `kept/<name>/`, and returns its new path. To be
/// called when the one that this program has made was removed.
///
/// # Errors
/// [`Error::Io`]; it stays where it was.
pub(crate) fn keep(
    home: &Home,
    key: &str,
    version: &str,
    dir: &Utf8Path,
) -> Result<Option<Utf8PathBuf>, Error> {
    let from = dir.join(DIRECTORY);
    // A link has nothing of its own.
    if !from.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return Ok(None);
    }
    let room = room(home, key, version)?;
    let to = room.join(DIRECTORY);
    let moved = fs::create_dir(&room).and_then(|()| fs::rename(&from, &to));
    moved.map_err(|error| Error::io(format!("cannot move {from} to {to}"), error))?;
    Ok(Some(to))
}
