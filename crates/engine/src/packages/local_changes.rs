//! Files of a plugin's directory that did not come with it, or were changed since.

use crate::error::Error;
use crate::model::home::Home;
use crate::packages::staged::Staged;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_sources::Tree;
use std::fs;

/// Those that came with the plugin and have another content now.
pub(crate) fn changed(present: &Tree, came: &Tree) -> Vec<String> {
    let is_changed = |(path, hash): &(&String, &String)| {
        came.0.get(*path).is_some_and(|original| original != *hash)
    };
    let found = present.0.iter().filter(is_changed);
    found.map(|(path, _)| path.clone()).collect()
}

/// Those that did not come with the plugin.
pub(crate) fn added(present: &Tree, came: &Tree) -> Vec<String> {
    let found = present.0.keys().filter(|path| !came.0.contains_key(*path));
    found.cloned().collect()
}

/// Puts the files that did not come with the old version into the new one, unless that has files of
/// the same names. They stay in the old one as well.
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

/// A second name for the file where the file system has such, for downloaded models are large.
fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<(), Error> {
    let cannot = |error| Error::io(format!("cannot keep {from} as {to}"), error);
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(cannot)?;
    }
    fs::hard_link(from, to)
        .or_else(|_| fs::copy(from, to).map(drop))
        .map_err(cannot)
}

/// A path below `kept/<name>/` that does not exist yet; its parent does.
pub(crate) fn room(home: &Home, key: &str, version: &str) -> Result<Utf8PathBuf, Error> {
    let parent = home.root().join("kept").join(key);
    fs::create_dir_all(&parent)
        .map_err(|error| Error::io(format!("cannot make {parent}"), error))?;
    // A version by PEP 440 has no separators: it is a name of a directory as it is.
    let mut room = parent.join(version);
    let mut number = 2;
    while room.symlink_metadata().is_ok() {
        room = parent.join(format!("{version}-{number}"));
        number += 1;
    }
    Ok(room)
}

/// Copies these files of a plugin's directory out of it; gives where to, none if there are none.
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
