//! The files in a plugin's directory that the user has added or changed since it was installed.

use crate::error::Error;
use crate::model::home::Home;
use crate::packages::staged::Staged;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_sources::Tree;
use std::fs;

/// Returns the paths of files that were installed with the plugin and have another content now.
pub(crate) fn changed(present: &Tree, came: &Tree) -> Vec<String> {
    let is_changed = |(path, hash): &(&String, &String)| {
        came.0.get(*path).is_some_and(|original| original != *hash)
    };
    let found = present.0.iter().filter(is_changed);
    found.map(|(path, _)| path.clone()).collect()
}

/// Returns the paths of files that were not installed with the plugin.
pub(crate) fn added(present: &Tree, came: &Tree) -> Vec<String> {
    let found = present.0.keys().filter(|path| !came.0.contains_key(*path));
    found.cloned().collect()
}

/// Puts the files that the user has added to the old version into the new one, unless the new one
/// has files of the same names. They stay in the old one as well.
pub(crate) fn take_over(
    dir: &Utf8Path,
    present: &Tree,
    came: &Tree,
    staged: &Staged,
) -> Result<(), Error> {
    for path in added(present, came) {
        if !staged.tree.0.contains_key(&path) {
            copy(&dir.join(&path), &staged.root.join(&path))?;
        }
    }
    Ok(())
}

/// Makes a hard link, since downloaded models are large, or a copy if the file system has no links.
fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<(), Error> {
    let cannot = |error| Error::io(format!("cannot keep {from} as {to}"), error);
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(cannot)?;
    }
    fs::hard_link(from, to)
        .or_else(|_| fs::copy(from, to).map(drop))
        .map_err(cannot)
}

/// Returns a path below `kept/<name>/` that does not exist yet, and makes its parent.
pub(crate) fn room(home: &Home, key: &str, version: &str) -> Result<Utf8PathBuf, Error> {
    let parent = home.root().join("kept").join(key);
    fs::create_dir_all(&parent)
        .map_err(|error| Error::io(format!("cannot make {parent}"), error))?;
    // A version by PEP 440 has no separators, so it can be the name of a directory.
    let mut room = parent.join(version);
    let mut number = 2;
    while room.symlink_metadata().is_ok() {
        room = parent.join(format!("{version}-{number}"));
        number += 1;
    }
    Ok(room)
}

/// Copies these files out of a plugin's directory. Returns the directory of the copies, or `None`
/// if there are no files.
pub(crate) fn keep(
    home: &Home,
    key: &str,
    version: &str,
    dir: &Utf8Path,
    paths: &[String],
) -> Result<Option<Utf8PathBuf>, Error> {
    if paths.is_empty() {
        return Ok(None);
    }
    let room = room(home, key, version)?;
    for path in paths {
        copy(&dir.join(path), &room.join(path))?;
    }
    Ok(Some(room))
}
