//! Links to directories: those in `.venv`, and the one that earlier versions made in its place.

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::store::EnvironmentDir;

pub(super) use platform::{is_link, make_link, remove_link};

/// The target of a link as an absolute path; it need not exist.
pub(super) fn target(link: &Utf8Path) -> Option<Utf8PathBuf> {
    let target = Utf8PathBuf::try_from(platform::read_link(link).ok()?).ok()?;
    if target.is_absolute() {
        return Some(target);
    }
    // A relative target starts at the real place of the directory, which may itself be a link.
    let directory = link.parent()?.canonicalize_utf8().ok()?;
    Some(plain(&directory.join(target)))
}

/// Without `.` and `..`.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    use camino::Utf8Component::{CurDir, ParentDir};
    let mut result = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            ParentDir => drop(result.pop()),
            CurDir => {}
            other => result.push(other),
        }
    }
    result
}

pub(super) fn same(one: &Utf8Path, other: &Utf8Path) -> bool {
    one == other
        || matches!((one.canonicalize_utf8(), other.canonicalize_utf8()), (Ok(a), Ok(b)) if a == b)
}

/// Whether a link leads into the plugin's dir, at its place now or before the home was moved.
pub(super) fn is_ours(target: &Utf8Path, dir: &EnvironmentDir) -> bool {
    let Some(parent) = target.parent() else {
        return false;
    };
    let moved = fs::symlink_metadata(target).is_err()
        && parent.file_name() == dir.path.file_name()
        && parent.parent().and_then(Utf8Path::file_name)
            == dir.path.parent().and_then(Utf8Path::file_name);
    moved || same(parent, &dir.path)
}

/// Makes a link lead to a directory, if it does not yet. What is there and no link stays.
///
/// # Errors
/// What the operating system says.
pub(super) fn point(link: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
    if target(link).is_some_and(|target| target == to) {
        return Ok(());
    }
    match fs::symlink_metadata(link) {
        Ok(metadata) if is_link(&metadata) => remove_link(link)?,
        _ => {}
    }
    make_link(to, link)
}

#[cfg(unix)]
mod platform {
    use super::{Utf8Path, fs, io};

    pub(in crate::author) fn is_link(metadata: &fs::Metadata) -> bool {
        metadata.is_symlink()
    }

    pub(in crate::author) fn read_link(path: &Utf8Path) -> io::Result<std::path::PathBuf> {
        fs::read_link(path)
    }

    pub(in crate::author) fn make_link(target: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
        std::os::unix::fs::symlink(target, path)
    }

    pub(in crate::author) fn remove_link(path: &Utf8Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

#[cfg(windows)]
mod platform {
    //! Junctions: unlike symbolic links they need no special right. They are always absolute.

    use std::os::windows::fs::MetadataExt;

    use super::{Utf8Path, fs, io};

    const REPARSE_POINT: u32 = 0x400;

    pub(in crate::author) fn is_link(metadata: &fs::Metadata) -> bool {
        metadata.file_attributes() & REPARSE_POINT != 0
    }

    pub(in crate::author) fn read_link(path: &Utf8Path) -> io::Result<std::path::PathBuf> {
        junction::get_target(path).or_else(|_| fs::read_link(path))
    }

    pub(in crate::author) fn make_link(target: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
        junction::create(target, path)
    }

    pub(in crate::author) fn remove_link(path: &Utf8Path) -> io::Result<()> {
        fs::remove_dir(path).or_else(|_| fs::remove_file(path))
    }
}
