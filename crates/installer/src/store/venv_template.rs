//! The environment as `uv venv` leaves it, before any package, kept in memory for the next one.
//!
//! `uv venv` takes as long as syncing a small lock does, and makes the same dozen small files each
//! time: an environment that can be moved does not name its own place. So the first of a process
//! is uv's, and the next ones are written from memory. Only as long as uv and the interpreter are
//! the files that they were.

use std::fs::{self, Permissions};
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::Mutex;
use walkdir::WalkDir;

use crate::error::InstallError;
use lichtfeld_system::files;

/// More than an environment without packages has: a setting makes uv put some there.
const LIMIT: u64 = 256 * 1024;

/// What an installer remembers.
#[derive(Debug, Default)]
pub(crate) struct VenvTemplates(Mutex<Option<Arc<VenvTemplate>>>);

impl VenvTemplates {
    /// What was made by the same uv for the same interpreter. No lock is held afterwards.
    pub(crate) fn get(&self, makers: &Makers) -> Option<Arc<VenvTemplate>> {
        let kept = self.0.lock();
        kept.as_ref()
            .filter(|template| template.makers == *makers)
            .cloned()
    }

    /// Keeps what uv made just now, where it can be written again elsewhere.
    pub(crate) fn keep(&self, makers: Makers, environment: &Utf8Path) {
        let template = VenvTemplate::read(makers, environment).ok().flatten();
        if let Some(template) = template {
            *self.0.lock() = Some(Arc::new(template));
        }
    }
}

/// The programs that decide what a new environment looks like, as files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Makers([(Utf8PathBuf, u64, SystemTime); 2]);

impl Makers {
    /// `None` where one of them cannot be looked at.
    pub(crate) fn look(uv: &Utf8Path, interpreter: &Utf8Path) -> Option<Self> {
        let look = |path: &Utf8Path| {
            let metadata = fs::metadata(path).ok()?;
            Some((path.to_owned(), metadata.len(), metadata.modified().ok()?))
        };
        Some(Self([look(uv)?, look(interpreter)?]))
    }
}

/// The entries of an environment, parents first.
#[derive(Debug)]
pub(crate) struct VenvTemplate {
    makers: Makers,
    entries: Vec<(Utf8PathBuf, Content)>,
}

#[derive(Debug)]
enum Content {
    Directory,
    File(Vec<u8>, Permissions),
    Link(Utf8PathBuf),
}

impl VenvTemplate {
    /// `None` where a file names the environment's place, or it is more than a few small files.
    fn read(makers: Makers, environment: &Utf8Path) -> io::Result<Option<Self>> {
        let mut entries = Vec::new();
        let mut size = 0;
        for entry in WalkDir::new(environment).min_depth(1) {
            let entry = entry?;
            let Ok(path) = Utf8PathBuf::try_from(entry.path().to_owned()) else {
                return Ok(None);
            };
            let content = if entry.file_type().is_symlink() {
                let Some(target) = link_target(&path)? else {
                    return Ok(None);
                };
                Content::Link(target)
            } else if entry.file_type().is_dir() {
                Content::Directory
            } else {
                let metadata = entry.metadata()?;
                size += metadata.len();
                if size > LIMIT {
                    return Ok(None);
                }
                let bytes = fs::read(&path)?;
                if names(&bytes, environment) {
                    return Ok(None);
                }
                Content::File(bytes, metadata.permissions())
            };
            let Ok(inside) = path.strip_prefix(environment) else {
                return Ok(None);
            };
            entries.push((inside.to_owned(), content));
        }
        Ok(Some(Self { makers, entries }))
    }

    /// Writes the same environment elsewhere, where nothing may be yet.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub(crate) fn write(&self, environment: &Utf8Path) -> Result<(), InstallError> {
        let write = |path: &Utf8Path, content: &Content| match content {
            Content::Directory => fs::create_dir(path),
            Content::Link(target) => symlink(target, path),
            Content::File(bytes, permissions) => {
                files::write_scratch(path, bytes).map_err(|error| error.into_parts().2)?;
                fs::set_permissions(path, permissions.clone())
            }
        };
        let all = fs::create_dir(environment)
            .map_err(|error| InstallError::io("create", environment, error));
        self.entries.iter().fold(all, |done, (inside, content)| {
            done?;
            let path = environment.join(inside);
            write(&path, content).map_err(|error| InstallError::io("write", &path, error))
        })
    }
}

fn names(bytes: &[u8], environment: &Utf8Path) -> bool {
    let name = environment.as_str().as_bytes();
    bytes.windows(name.len()).any(|window| window == name)
}

/// `None` for a target that only holds at this place.
fn link_target(path: &Utf8Path) -> io::Result<Option<Utf8PathBuf>> {
    if cfg!(not(unix)) {
        return Ok(None);
    }
    Ok(Utf8PathBuf::try_from(fs::read_link(path)?).ok())
}

#[cfg(unix)]
fn symlink(target: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn symlink(_: &Utf8Path, _: &Utf8Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, Utf8PathBuf) {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let path = Utf8PathBuf::try_from(directory.path().to_owned()).expect("UTF-8");
        (directory, path)
    }

    fn put(path: &Utf8Path, text: &str) {
        files::write_scratch(path, text.as_bytes()).expect("written");
    }

    fn makers(root: &Utf8Path) -> Makers {
        for name in ["uv", "python"] {
            if !root.join(name).exists() {
                put(&root.join(name), name);
            }
        }
        Makers::look(&root.join("uv"), &root.join("python")).expect("both are there")
    }

    fn environment(root: &Utf8Path) -> Utf8PathBuf {
        let environment = root.join("environment");
        fs::create_dir_all(environment.join("bin")).expect("created");
        put(&environment.join("pyvenv.cfg"), "relocatable = true\n");
        environment
    }

    #[cfg(unix)]
    #[test]
    fn the_same_is_written_elsewhere() {
        use std::os::unix::fs::PermissionsExt;
        let (_scratch, root) = scratch();
        let environment = environment(&root);
        symlink("../python".into(), &environment.join("bin/python")).expect("linked");
        let script = environment.join("bin/run");
        put(&script, "#!/bin/sh\n");
        fs::set_permissions(&script, Permissions::from_mode(0o751)).expect("changed");

        let templates = VenvTemplates::default();
        templates.keep(makers(&root), &environment);
        let other = root.join("other");
        let template = templates.get(&makers(&root)).expect("kept");
        template.write(&other).expect("written");

        let read = |path: &str| fs::read_to_string(other.join(path)).expect("read");
        assert_eq!(read("pyvenv.cfg"), "relocatable = true\n");
        assert_eq!(
            fs::read_link(other.join("bin/python")).expect("a link"),
            std::path::Path::new("../python")
        );
        let mode = fs::metadata(other.join("bin/run")).expect("there");
        assert_eq!(mode.permissions().mode() & 0o777, 0o751);
        assert!(template.write(&other).is_err(), "never over something");
    }

    #[test]
    fn another_uv_is_asked_again() {
        let (_scratch, root) = scratch();
        let templates = VenvTemplates::default();
        templates.keep(makers(&root), &environment(&root));
        assert!(templates.get(&makers(&root)).is_some());
        put(&root.join("uv"), "a newer uv");
        assert!(templates.get(&makers(&root)).is_none());
    }

    #[test]
    fn what_names_its_place_or_is_large_is_not_kept() {
        for text in [
            |environment: &Utf8Path| format!("VIRTUAL_ENV={environment}\n"),
            |_: &Utf8Path| "x".repeat(300 * 1024),
        ] {
            let (_scratch, root) = scratch();
            let environment = environment(&root);
            put(&environment.join("bin/activate"), &text(&environment));
            let templates = VenvTemplates::default();
            templates.keep(makers(&root), &environment);
            assert!(templates.get(&makers(&root)).is_none());
        }
    }
}
