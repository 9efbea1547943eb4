//! What a freshly built environment contains, for its record.

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

/// The names in site-packages, sorted. Python makes `__pycache__` there as it likes.
pub(crate) fn entries(site_packages: &Utf8Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let listed = match fs::read_dir(site_packages) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(error) => return Err(error),
    };
    for entry in listed {
        if let Ok(name) = entry?.file_name().into_string()
            && name != "__pycache__"
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The file of each distribution that uv installs as it is.
const METADATA: &str = "METADATA";

/// Returns whether files of distributions are symbolic links into uv's cache (`UV_LINK_MODE`).
pub(crate) fn is_linked(site_packages: &Utf8Path) -> bool {
    let names = entries(site_packages).unwrap_or_default();
    let metadata = |name: &String| site_packages.join(name).join(METADATA);
    names
        .iter()
        .filter(|name| name.ends_with(".dist-info"))
        .any(|name| metadata(name).is_symlink())
}

/// Returns a file of a linked environment that leads nowhere, of one for each distribution: uv's cache
/// has a directory for each.
pub(crate) fn leads_nowhere(site_packages: &Utf8Path, entries: &[String]) -> Option<Utf8PathBuf> {
    let distributions = entries.iter().filter(|name| name.ends_with(".dist-info"));
    distributions
        .map(|name| site_packages.join(name).join(METADATA))
        .find(|path| fs::metadata(path).is_err())
}

/// Bytes on disk of an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DiskUse {
    /// Of files that nothing else has.
    pub own: u64,
    /// Of files that it has in common with uv's cache and other environments, by hard links. They
    /// cost nothing for each further environment. What a file system shares by itself (reflinks)
    /// counts as own: it cannot be told apart.
    pub shared: u64,
}

/// What a tree occupies. Each file counts once, whatever the number of its names.
pub(crate) fn disk_use(tree: &Utf8Path) -> DiskUse {
    let mut disk = DiskUse::default();
    let mut seen = std::collections::HashSet::new();
    let entries = walkdir::WalkDir::new(tree).into_iter().flatten();
    for metadata in entries.filter_map(|entry| entry.metadata().ok()) {
        if !metadata.is_file() {
            continue;
        }
        match identity(&metadata) {
            Some((_, _, links)) if links <= 1 => disk.own += metadata.len(),
            None => disk.own += metadata.len(),
            Some((device, file, _)) => {
                if seen.insert((device, file)) {
                    disk.shared += metadata.len();
                }
            }
        }
    }
    disk
}

/// Device, file and number of names.
#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems do not tell it without opening the file"
)]
fn identity(metadata: &fs::Metadata) -> Option<(u64, u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino(), metadata.nlink()))
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Option<(u64, u64, u64)> {
    None
}

/// The size of all files of a tree, in bytes.
pub(crate) fn size(tree: &Utf8Path) -> u64 {
    let entries = walkdir::WalkDir::new(tree).into_iter().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .filter(|metadata| metadata.is_file())
        .map(|metadata| metadata.len())
        .sum()
}
