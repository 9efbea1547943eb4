//! `<plugin>/.venv`: a link to the current environment, for editors and type checkers.

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use fail::fail_point;
use lichtfeld_system::human;

use super::EnvironmentDir;
use crate::outcome::Link;

pub(crate) const LINK: &str = ".venv";

/// Returns what `.venv` is now, with regard to an environment. A link into `dir` is one that this
/// program has made.
pub(crate) fn inspect(project_dir: &Utf8Path, dir: &EnvironmentDir, generation: &Utf8Path) -> Link {
    let path = project_dir.join(LINK);
    let Ok(metadata) = fs::symlink_metadata(&path) else {
        return Link::Outdated;
    };
    if !is_link(&metadata) {
        return Link::Foreign { path };
    }
    let Some(target) = target(&path) else {
        return Link::Foreign { path };
    };
    if same(&target, generation) {
        Link::Current
    } else if is_ours(&target, dir) {
        Link::Outdated
    } else {
        Link::Foreign { path }
    }
}

/// Makes `.venv` lead to the environment, unless this program has not made what is there.
pub(crate) fn make(project_dir: &Utf8Path, dir: &EnvironmentDir, generation: &Utf8Path) -> Link {
    let inspected = inspect(project_dir, dir, generation);
    if inspected != Link::Outdated {
        return inspected;
    }
    let path = project_dir.join(LINK);
    match replace(project_dir, dir, generation, &path) {
        Ok(()) => Link::Current,
        Err(error) => Link::Impossible {
            path,
            reason: human::chain(&error),
        },
    }
}

/// Removes `.venv` if it is a link that this program has made.
pub(crate) fn remove(project_dir: &Utf8Path, dir: &EnvironmentDir) -> io::Result<()> {
    let path = project_dir.join(LINK);
    let ours = fs::symlink_metadata(&path).is_ok_and(|metadata| is_link(&metadata))
        && target(&path).is_some_and(|target| is_ours(&target, dir));
    if ours { remove_link(&path) } else { Ok(()) }
}

/// The target of a link as an absolute path; it need not exist.
pub(crate) fn target(link: &Utf8Path) -> Option<Utf8PathBuf> {
    let target = Utf8PathBuf::try_from(read_link(link).ok()?).ok()?;
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

fn same(one: &Utf8Path, other: &Utf8Path) -> bool {
    one == other
        || matches!((one.canonicalize_utf8(), other.canonicalize_utf8()), (Ok(a), Ok(b)) if a == b)
}

/// Whether a link leads into the plugin's dir, at its place now or before the home was moved.
fn is_ours(target: &Utf8Path, dir: &EnvironmentDir) -> bool {
    let Some(parent) = target.parent() else {
        return false;
    };
    let moved = fs::symlink_metadata(target).is_err()
        && parent.file_name() == dir.path.file_name()
        && parent.parent().and_then(Utf8Path::file_name)
            == dir.path.parent().and_then(Utf8Path::file_name);
    moved || same(parent, &dir.path)
}

fn replace(
    project_dir: &Utf8Path,
    dir: &EnvironmentDir,
    generation: &Utf8Path,
    path: &Utf8Path,
) -> io::Result<()> {
    let real_dir = project_dir.canonicalize_utf8()?;
    let real_generation = generation.canonicalize_utf8()?;
    // Made among our own files and moved over the old one: no moment without a link, and nothing of
    // ours in the author's directory if we die in between.
    let fresh = dir.fresh(".link-");
    fail_point!("link-before");
    make_link(
        &link_text(&real_dir, &real_generation, dir),
        &real_generation,
        &fresh,
    )?;
    fail_point!("link-made");
    let moved = move_over(&fresh, path);
    if moved.is_err() {
        // Two file systems: then in two steps.
        let _ = remove_link(&fresh);
        let _ = remove_link(path);
        make_link(
            &link_text(&real_dir, &real_generation, dir),
            &real_generation,
            path,
        )?;
    }
    fail_point!("link-moved");
    Ok(())
}

/// Relative where plugins and environments lie in one home, so that the home can be moved;
/// absolute where a plugin is developed elsewhere.
fn link_text(project_dir: &Utf8Path, generation: &Utf8Path, dir: &EnvironmentDir) -> Utf8PathBuf {
    let home = dir.path.parent().and_then(Utf8Path::parent);
    let home = home.and_then(|home| home.canonicalize_utf8().ok());
    let inside = |home: &Utf8PathBuf| {
        home.parent().is_some() && project_dir.starts_with(home) && generation.starts_with(home)
    };
    home.filter(inside)
        .and_then(|_| pathdiff::diff_utf8_paths(generation, project_dir))
        .unwrap_or_else(|| generation.to_owned())
}

#[cfg(unix)]
mod platform {
    use super::{Utf8Path, fs, io};

    pub(super) fn is_link(metadata: &fs::Metadata) -> bool {
        metadata.is_symlink()
    }

    pub(super) fn read_link(path: &Utf8Path) -> io::Result<std::path::PathBuf> {
        fs::read_link(path)
    }

    pub(super) fn make_link(text: &Utf8Path, _: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
        std::os::unix::fs::symlink(text, path)
    }

    pub(super) fn move_over(from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    pub(super) fn remove_link(path: &Utf8Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

#[cfg(windows)]
mod platform {
    //! Junctions: unlike symbolic links they need no special right. They are always absolute.

    use std::os::windows::fs::MetadataExt;

    use super::{Utf8Path, fs, io};

    const REPARSE_POINT: u32 = 0x400;

    pub(super) fn is_link(metadata: &fs::Metadata) -> bool {
        metadata.file_attributes() & REPARSE_POINT != 0
    }

    pub(super) fn read_link(path: &Utf8Path) -> io::Result<std::path::PathBuf> {
        junction::get_target(path).or_else(|_| fs::read_link(path))
    }

    pub(super) fn make_link(_: &Utf8Path, target: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
        junction::create(target, path)
    }

    pub(super) fn move_over(from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
        // A directory, which a junction is, cannot be renamed over another.
        if fs::symlink_metadata(to).is_ok() {
            remove_link(to)?;
        }
        fs::rename(from, to)
    }

    pub(super) fn remove_link(path: &Utf8Path) -> io::Result<()> {
        fs::remove_dir(path).or_else(|_| fs::remove_file(path))
    }
}

use platform::{is_link, make_link, move_over, read_link, remove_link};
