//! Removes environments that are not needed any more, and none that a process uses.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use fail::fail_point;

use super::{EnvironmentDir, TRASH};
use crate::error::InstallError;
use crate::generation::{Claim, Generation};
use crate::outcome::Swept;
use lichtfeld_system::files;

/// What killed processes left behind. The caller has the lock of the directory.
pub(crate) fn litter(dir: &EnvironmentDir, swept: &mut Swept) {
    match dir.litter() {
        Ok(found) => {
            for path in found {
                // A damaged environment that was exchanged may still be in use.
                match Claim::try_new(&path) {
                    Some(claim) => {
                        claim.release();
                        remove(&path, swept);
                    }
                    None => swept.in_use.push(path),
                }
            }
        }
        Err(error) => swept.failed.push(error),
    }
    links(dir);
}

/// Links that earlier versions have made and never moved to their place.
fn links(dir: &EnvironmentDir) {
    let Ok(entries) = fs::read_dir(&dir.path) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(".link-") || (name.starts_with(".lichtfeld-") && name.ends_with(".tmp"))
        {
            // A junction is a directory to Windows, and neither removes what it leads to.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir(entry.path()));
        }
    }
}

/// Old environments: all but the current one and the `kept` newest others. The caller has the
/// lock of the directory.
pub(crate) fn old(
    dir: &EnvironmentDir,
    current: Option<&Utf8Path>,
    kept: usize,
    swept: &mut Swept,
) {
    let published = match dir.published() {
        Ok(published) => published,
        Err(error) => return swept.failed.push(error),
    };
    let mut others: Vec<(u64, Utf8PathBuf)> = published
        .into_iter()
        .filter(|path| Some(path.as_path()) != current)
        // What has no record cannot be used: it sorts as the oldest.
        .map(|path| {
            (
                Generation::open(&path).map_or(0, |found| found.record.created_ms),
                path,
            )
        })
        .collect();
    others.sort();
    others.reverse();
    for (_, path) in others.into_iter().skip(kept) {
        discard(dir, &path, swept);
    }
}

/// Removes a published environment, unless a process uses it.
pub(crate) fn discard(dir: &EnvironmentDir, path: &Utf8Path, swept: &mut Swept) {
    let Some(claim) = Claim::try_new(path) else {
        return swept.in_use.push(path.to_owned());
    };
    // Renamed first: killed half-way, it is litter and not a damaged environment.
    let trash = dir.fresh(TRASH);
    let renamed = fs::rename(path, &trash);
    claim.release();
    fail_point!("sweep-renamed");
    match renamed {
        Ok(()) => {
            if remove(&trash, swept) {
                swept.removed.push(path.to_owned());
            }
        }
        Err(error) => swept.failed.push(InstallError::io("remove", path, error)),
    }
}

fn remove(path: &Utf8Path, swept: &mut Swept) -> bool {
    match files::remove_tree(path) {
        Ok(()) => true,
        Err(error) => {
            swept.failed.push(InstallError::io("remove", path, error));
            false
        }
    }
}
