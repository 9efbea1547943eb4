//! Scans a directory and everything below it that is not ignored, and watches it on the way.

use crate::event::Problem;
use crate::rules::{Entry, Rules};
use crate::source::{Reach, SourceError};
use crate::table::WatchTable;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a walk adds watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watching {
    /// Watch directories that are not watched yet.
    Add,
    /// Renew every watch, because the system may have dropped some.
    Renew,
    /// Only scan.
    No,
}

/// What a walk found.
#[derive(Default)]
pub(crate) struct Found {
    /// Files and links, relative to the root.
    pub(crate) files: BTreeMap<Utf8PathBuf, Metadata>,
    /// Directories, relative to the root, with their inode number.
    pub(crate) dirs: BTreeMap<Utf8PathBuf, u64>,
    /// The directories that this walk has started to watch.
    pub(crate) watched: BTreeMap<Utf8PathBuf, u64>,
    /// What went wrong; the walk continues as far as it can.
    pub(crate) problems: Vec<Problem>,
}

/// Scans `start` (relative to `root`; empty for the root itself).
///
/// A directory is watched before it is read, so that an entry that is created meanwhile is either
/// read or reported by an event. `known` has the directories that are already watched, so that one
/// that was replaced by another with the same name is noticed.
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
            match problem_of(error, &dir) {
                // It was removed after its parent was read; its own event will come.
                None => continue,
                Some(problem @ Problem::Unreadable { .. }) => {
                    found.problems.push(problem);
                    continue;
                }
                Some(problem) => {
                    watching = Watching::No;
                    found.problems.push(problem);
                }
            }
        }
        rules.enter(root, &relative);
        match read(&dir, &relative, root, rules, &mut found, &mut queue) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                found.problems.push(Problem::Unreadable {
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
            found.problems.push(Problem::NotUtf8 {
                name: name.to_string_lossy().into_owned(),
            });
            continue;
        };
        // The entry may have been removed meanwhile.
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

/// Converts a failed watch to a problem to report, or `None` if the directory was removed.
pub(crate) fn problem_of(error: SourceError, dir: &Utf8Path) -> Option<Problem> {
    Some(match error {
        SourceError::NotFound => return None,
        SourceError::WatchLimit => Problem::WatchLimit,
        SourceError::NoInstance { source } => Problem::NoInstance {
            message: source.to_string(),
        },
        // The source's error does not show whether the permission is missing; reading does.
        SourceError::Other { source } => match std::fs::read_dir(dir) {
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                Problem::Unreadable {
                    path: dir.to_owned(),
                    message: error.to_string(),
                }
            }
            _ => Problem::Other {
                message: source.to_string(),
            },
        },
    })
}
