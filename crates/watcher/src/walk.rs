//! One look at a directory and everything below it that can matter, watching on the way.

use crate::notice::Trouble;
use crate::rules::{Entry, Rules};
use crate::source::{Reach, SourceError};
use crate::table::WatchTable;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a walk puts watches in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watching {
    /// Put a watch on directories that have none.
    Add,
    /// Renew every watch, because the system may have dropped some.
    Renew,
    /// Only look.
    No,
}

/// What a walk found.
#[derive(Default)]
pub(crate) struct Found {
    /// Files and links, relative to the root.
    pub(crate) files: BTreeMap<Utf8PathBuf, Metadata>,
    /// Directories, relative to the root, with their number on the disk.
    pub(crate) dirs: BTreeMap<Utf8PathBuf, u64>,
    /// Those of them that this walk put a new watch on.
    pub(crate) watched: BTreeMap<Utf8PathBuf, u64>,
    /// What went wrong; the walk goes on as far as it can.
    pub(crate) troubles: Vec<Trouble>,
}

/// Looks through `start` (relative to `root`; empty for the root itself).
///
/// A directory is watched before it is read, so that whatever is created meanwhile is either
/// read or announced. `known` holds the directories that are watched already, so that one that
/// was replaced by another of the same name is noticed.
pub(crate) fn walk(
    root: &Utf8Path,
    start: &Utf8Path,
    rules: &mut Rules,
    table: &mut WatchTable,
    watching: Watching,
    known: &BTreeMap<Utf8PathBuf, u64>,
    stopping: &AtomicBool,
) -> Found {
    let mut found = Found::default();
    let mut watching = watching;
    let mut queue = vec![start.to_owned()];
    while let Some(relative) = queue.pop() {
        if stopping.load(Ordering::Acquire) {
            break;
        }
        let dir = if relative.as_str().is_empty() {
            root.to_owned()
        } else {
            root.join(&relative)
        };
        let number = dir
            .symlink_metadata()
            .map_or(0, |m| crate::platform::identity(&m).0);
        let own_watch = table.reach() == Reach::Directory || relative.as_str().is_empty();
        let result = match (watching, known.get(&relative)) {
            (Watching::No, _) => Ok(()),
            _ if !own_watch => Ok(()),
            (Watching::Add, Some(before)) if *before == number => Ok(()),
            (_, Some(_)) => table.renew(&dir),
            (_, None) => table.add(&dir).inspect(|()| {
                found.watched.insert(relative.clone(), number);
            }),
        };
        if let Err(error) = result {
            match trouble_of(error, &dir) {
                // It went away since its parent was read; its own event comes.
                None => continue,
                Some(trouble @ Trouble::Unreadable { .. }) => {
                    found.troubles.push(trouble);
                    continue;
                }
                Some(trouble) => {
                    watching = Watching::No;
                    found.troubles.push(trouble);
                }
            }
        }
        rules.enter(root, &relative);
        match read(&dir, &relative, root, rules, &mut found, &mut queue) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                found.troubles.push(Trouble::Unreadable {
                    path: dir,
                    message: error.to_string(),
                });
            }
        }
        found.dirs.insert(relative, number);
    }
    found
}

fn read(
    dir: &Utf8Path,
    relative: &Utf8Path,
    root: &Utf8Path,
    rules: &Rules,
    found: &mut Found,
    queue: &mut Vec<Utf8PathBuf>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            found.troubles.push(Trouble::NotUtf8 {
                name: name.to_string_lossy().into_owned(),
            });
            continue;
        };
        // An entry that is gone by now is no entry.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let path = if relative.as_str().is_empty() {
            name.into()
        } else {
            relative.join(name)
        };
        let as_entry = if kind.is_dir() {
            Entry::Directory
        } else {
            Entry::File
        };
        if rules.ignores_entry(root, &path, as_entry) {
            continue;
        }
        if kind.is_dir() {
            queue.push(path);
        } else if let Ok(metadata) = entry.metadata()
            && (metadata.is_file() || metadata.is_symlink())
        {
            found.files.insert(path, metadata);
        }
    }
    Ok(())
}

/// What a failed watch means for the person at the machine; nothing when the directory is gone.
pub(crate) fn trouble_of(error: SourceError, dir: &Utf8Path) -> Option<Trouble> {
    Some(match error {
        SourceError::NotFound => return None,
        SourceError::WatchLimit => Trouble::WatchLimit,
        SourceError::NoInstance(message) => Trouble::NoInstance { message },
        // The source's words do not tell a missing permission from the rest; the disk does.
        SourceError::Other(message) => match std::fs::read_dir(dir) {
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                Trouble::Unreadable {
                    path: dir.to_owned(),
                    message: error.to_string(),
                }
            }
            _ => Trouble::Other { message },
        },
    })
}
