//! `<plugin>/.venv`: a small environment of the author's own, for editors, type checkers and pytest.
//!
//! It contains no packages of the plugin. One `.pth` file names the published environment, and the
//! directory `application` with links to the packages of the application. Editors, mypy and Python
//! follow such files. What uv or pip install goes into `.venv` itself, and precedes both; nothing
//! is written through it into the published environment.
//!
//! ```text
//! .venv/
//!   pyvenv.cfg                                   with the key by which this program knows it again
//!   bin/python, python3, python3.12              links to the host's Python
//!   bin/activate, activate.fish
//!   application/lichtfeld, lfs_plugins, ...      links
//!   lib/python3.12/site-packages/lichtfeld_plugin.pth
//! ```
//!
//! The parts are compared with what they have to be at each load, and written only if they differ.

mod activate;
mod interpreter;
mod link;
mod parts;
mod system;

use std::fs;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use fail::fail_point;

use crate::error::InstallError;
use crate::generation::Generation;
use crate::outcome::AuthorEnvironment;
use crate::store::EnvironmentDir;
use lichtfeld_system::{files, human};
use parts::{DIRECTORY, Parts, Writing};

pub use parts::Application;
pub(crate) use parts::Author;

/// How the names of environments begin, beside those of the plugins, that are not in place yet.
const STAGING: &str = ".author-";

/// Longer than writing twenty small files takes on any machine.
const ABANDONED: std::time::Duration = std::time::Duration::from_secs(60 * 60);

/// What is at the place now.
enum Present {
    Nothing,
    /// A link into the published environments, as earlier versions made it.
    OldLink,
    Own,
    Foreign,
}

impl Author<'_> {
    fn path(&self) -> Utf8PathBuf {
        self.project_dir.join(DIRECTORY)
    }

    /// Returns what `.venv` is now. Writes nothing.
    pub(crate) fn inspect(&self) -> AuthorEnvironment {
        let path = self.path();
        match present(&path, self.dir) {
            Present::Nothing | Present::OldLink => AuthorEnvironment::Outdated,
            Present::Foreign => AuthorEnvironment::Foreign { path },
            Present::Own => match Parts::of(self) {
                Ok(parts) if parts.are_in(&path) => AuthorEnvironment::Current,
                Ok(_) => AuthorEnvironment::Outdated,
                Err(error) => impossible(path, &error),
            },
        }
    }

    /// Makes or mends it, unless this program has not made what is there.
    pub(crate) fn make(&self) -> AuthorEnvironment {
        let path = self.path();
        let parts = match Parts::of(self) {
            Ok(parts) => parts,
            Err(error) => return impossible(path, &error),
        };
        let made = match present(&path, self.dir) {
            Present::Foreign => return AuthorEnvironment::Foreign { path },
            Present::Own if parts.are_in(&path) => return AuthorEnvironment::Current,
            Present::Own => parts.write(&path, Writing::InPlace),
            Present::OldLink => link::remove_link(&path).and_then(|()| self.fresh(&parts, &path)),
            Present::Nothing => self.fresh(&parts, &path),
        };
        match made {
            Ok(()) => AuthorEnvironment::Current,
            Err(error) => impossible(path, &error),
        }
    }

    /// Written elsewhere and moved, so that nobody sees half of it.
    fn fresh(&self, parts: &Parts, path: &Utf8Path) -> io::Result<()> {
        let staging = self.staging()?;
        let written = parts.write(&staging, Writing::Unseen);
        fail_point!("author-written");
        let moved = written.and_then(|()| fs::rename(&staging, path));
        fail_point!("author-moved");
        if moved.is_ok() {
            return Ok(());
        }
        let _ = files::remove_tree(&staging);
        match present(path, self.dir) {
            // Another file system: then in place. It counts as this program's own from its first
            // file on, so that a process that is killed here leaves nothing that is not mended.
            Present::Nothing => {
                fs::create_dir(path)?;
                parts.write(path, Writing::InPlace)
            }
            // Another process was faster.
            Present::Own => parts.write(path, Writing::InPlace),
            Present::OldLink | Present::Foreign => moved,
        }
    }

    /// A path beside the directories of environments that no other thread or process uses.
    fn staging(&self) -> io::Result<Utf8PathBuf> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let parent = self.dir.path.parent().unwrap_or(&self.dir.path);
        fs::create_dir_all(parent)?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = parent.join(format!("{STAGING}{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(path),
                // A dead process had this number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn impossible(path: Utf8PathBuf, error: &io::Error) -> AuthorEnvironment {
    AuthorEnvironment::Impossible {
        path,
        reason: human::chain(error),
    }
}

fn present(path: &Utf8Path, dir: &EnvironmentDir) -> Present {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return Present::Nothing;
    };
    if link::is_link(&metadata) {
        let leads_to_ours = link::target(path).is_some_and(|target| link::is_ours(&target, dir));
        return if leads_to_ours {
            Present::OldLink
        } else {
            Present::Foreign
        };
    }
    if parts::is_own(path) {
        Present::Own
    } else {
        Present::Foreign
    }
}

/// Removes `.venv` if this program has made it.
pub(crate) fn remove(project_dir: &Utf8Path, dir: &EnvironmentDir) -> Result<(), InstallError> {
    let path = project_dir.join(DIRECTORY);
    let removed = match present(&path, dir) {
        Present::OldLink => link::remove_link(&path),
        Present::Own => files::remove_tree(&path),
        Present::Nothing | Present::Foreign => Ok(()),
    };
    removed.map_err(|error| InstallError::io("remove", &path, error))
}

/// Whether `.venv` of the plugin sees this published environment.
pub(crate) fn sees(dir: &EnvironmentDir, generation: &Generation) -> bool {
    let path = generation.record.project_dir.join(DIRECTORY);
    match present(&path, dir) {
        Present::Own => parts::names(&path, generation),
        Present::OldLink => {
            link::target(&path).is_some_and(|target| link::same(&target, &generation.path))
        }
        Present::Nothing | Present::Foreign => false,
    }
}

/// Removes what killed processes have left beside the directories of environments.
pub(crate) fn sweep(envs_dir: &Utf8Path) {
    let entries = envs_dir.read_dir_utf8().into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().starts_with(STAGING)) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if age.is_some_and(|age| age > ABANDONED) {
            // One that cannot be removed does no harm.
            let _ = files::remove_tree(entry.path());
        }
    }
}
