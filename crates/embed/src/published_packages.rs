//! The Python packages as files, for workers and for the processes that plugins start.
//!
//! Such a process is an ordinary Python. It cannot import what is in the application's program, so
//! the packages are written below the home's cache, once for each version, and the native module is
//! linked beside them:
//!
//! ```text
//! cache/.packages/<digest>/
//!   lichtfeld/__init__.py ...
//!   lichtfeld/plugins.so         a link to the native module (a copy on Windows)
//!   lichtfeld/_for_children/     the packages alone, for the path of a child
//!   lichtfeld/_for_children/home.json
//!   lfs_plugins/...
//! ```
//!
//! A directory is complete, since it is written under another name and renamed, and never changed
//! afterwards, since its name is the digest of all that is in it.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_bindings::embedding::PYTHON_FILES;
use lichtfeld_runtime::{Error, Home};
use lichtfeld_system::files;
use lichtfeld_system::lock::ProcessLock;
use std::fs;
use std::io;
use std::time::Duration;

/// How long to wait for another process that writes the packages.
const LIMIT: Duration = Duration::from_secs(30);
/// How the names of directories begin that are not complete.
const NEW: &str = ".new-";
const HOME_FILE: &str = "lichtfeld/_for_children/home.json";

/// Returns the directory with the packages and this native module, and writes it if necessary.
///
/// # Errors
/// [`Error::Io`] if it cannot be written.
pub(crate) fn publish(home: &Home, native: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let for_children = home_for_children(home);
    let parent = home.packages();
    let path = parent.join(digest(native, &for_children)?);
    if path.is_dir() {
        return Ok(path);
    }
    fs::create_dir_all(&parent).map_err(|error| failed(&parent, error))?;
    let _lock =
        ProcessLock::acquire(parent.join("lock"), LIMIT).map_err(|error| failed(&parent, error))?;
    if path.is_dir() {
        return Ok(path);
    }
    remove_unusable(&parent);
    let staging = tempfile::Builder::new()
        .prefix(NEW)
        .tempdir_in(&parent)
        .map_err(|error| failed(&parent, error))?;
    let new = Utf8Path::from_path(staging.path())
        .ok_or_else(|| failed(&parent, "its path is not UTF-8"))?;
    for (file, text) in PYTHON_FILES
        .iter()
        .chain(&[(HOME_FILE, for_children.as_str())])
    {
        let file = new.join(file);
        files::write_atomic(&file, text.as_bytes()).map_err(|error| failed(&file, error))?;
    }
    let link = new.join("lichtfeld").join(system::FILE_NAME);
    system::link(native, &link).map_err(|error| failed(&link, error))?;
    system::make_readable(new).map_err(|error| failed(new, error))?;
    fs::rename(new, &path).map_err(|error| failed(&path, error))?;
    // It has another name now.
    let _ = staging.keep();
    files::sync_directory(&parent).map_err(|error| failed(&parent, error))?;
    Ok(path)
}

fn failed(path: &Utf8Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::io(format!("cannot write the Python packages to {path}"), error)
}

/// The variables by which a child finds the home, which the application may have named itself.
fn home_for_children(home: &Home) -> String {
    serde_json::json!({
        "LFS_RESOLVED_PLUGIN_DIR": home.plugins(),
        "LFS_RESOLVED_CACHE_DIR": home.cache_root(),
    })
    .to_string()
}

fn digest(native: &Utf8Path, for_children: &str) -> Result<String, Error> {
    let mut hasher = blake3::Hasher::new();
    let native = system::identity(native).map_err(|error| failed(native, error))?;
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add(&native);
    add(for_children);
    for (file, text) in PYTHON_FILES {
        add(file);
        add(text);
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// Removes what a killed process has not completed, and directories whose native module is gone with
/// its application. To be called under the lock.
fn remove_unusable(parent: &Utf8Path) {
    let entries = parent.read_dir_utf8().into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        let link = path.join("lichtfeld").join(system::FILE_NAME);
        let is_complete = !entry.file_name().starts_with(NEW);
        if path.is_dir() && !(is_complete && link.exists()) {
            // One that cannot be removed does no harm.
            let _ = files::remove_tree(path);
        }
    }
}

#[cfg(unix)]
mod system {
    use super::{Utf8Path, fs, io};

    /// The name by which Python imports the native module.
    pub(super) const FILE_NAME: &str = "plugins.so";

    pub(super) fn link(native: &Utf8Path, link: &Utf8Path) -> io::Result<()> {
        std::os::unix::fs::symlink(native, link)
    }

    /// The link leads to whatever file has the path, also after the next build.
    pub(super) fn identity(native: &Utf8Path) -> io::Result<String> {
        Ok(native.to_string())
    }

    /// Temporary directories are private; this one is to be as readable as any other.
    pub(super) fn make_readable(directory: &Utf8Path) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755))
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Utf8Path, fs, io};

    pub(super) const FILE_NAME: &str = "plugins.pyd";

    /// Only administrators may make links.
    pub(super) fn link(native: &Utf8Path, link: &Utf8Path) -> io::Result<()> {
        fs::copy(native, link).map(drop)
    }

    /// A copy is another one after the next build.
    pub(super) fn identity(native: &Utf8Path) -> io::Result<String> {
        let metadata = fs::metadata(native)?;
        let modified = metadata.modified()?;
        Ok(format!("{native} {} {modified:?}", metadata.len()))
    }

    pub(super) fn make_readable(_directory: &Utf8Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, Home, Utf8PathBuf) {
        let scratch = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(scratch.path()).unwrap().to_path_buf();
        let native = root.join("native.so");
        fs::File::create(&native).unwrap();
        let home = Home::new(root.join("home"));
        (scratch, home, native)
    }

    #[test]
    fn the_packages_are_written_once_whole_and_again_if_they_were_deleted() {
        let (_scratch, home, native) = scratch();
        let path = publish(&home, &native).unwrap();
        for (file, text) in PYTHON_FILES {
            assert_eq!(fs::read_to_string(path.join(file)).unwrap(), *text);
        }
        assert!(path.join("lichtfeld").join(system::FILE_NAME).is_file());
        let mark = path.join("mark");
        fs::File::create(&mark).unwrap();
        assert_eq!(publish(&home, &native).unwrap(), path);
        assert!(mark.exists(), "it was written again");
        files::remove_tree(&path).unwrap();
        assert_eq!(publish(&home, &native).unwrap(), path);
        assert!(!mark.exists());
    }

    #[test]
    fn another_home_and_another_module_get_a_directory_of_their_own() {
        let (_scratch, home, native) = scratch();
        let path = publish(&home, &native).unwrap();
        let elsewhere = Home::with_plugins_dir(home.root().join("others"));
        let elsewhere = elsewhere.with_cache_dir(home.cache_root());
        assert_ne!(publish(&elsewhere, &native).unwrap(), path);
        let other = native.with_file_name("other.so");
        fs::File::create(&other).unwrap();
        assert_ne!(publish(&home, &other).unwrap(), path);
    }

    #[test]
    fn leftovers_and_packages_of_an_application_that_is_gone_are_removed() {
        let (_scratch, home, native) = scratch();
        let path = publish(&home, &native).unwrap();
        let half = home.packages().join(".new-half");
        fs::create_dir(&half).unwrap();
        fs::remove_file(&native).unwrap();
        let other = native.with_file_name("other.so");
        fs::File::create(&other).unwrap();
        let new = publish(&home, &other).unwrap();
        assert!(!half.exists());
        assert!(cfg!(not(unix)) || !path.exists());
        assert!(new.exists());
    }

    #[test]
    fn a_home_that_cannot_be_written_is_an_error_with_its_path() {
        let (_scratch, home, native) = scratch();
        fs::create_dir_all(home.root()).unwrap();
        fs::File::create(home.cache_root()).unwrap();
        let error = publish(&home, &native).unwrap_err();
        assert_eq!(error.code(), "LR007");
        assert!(
            error.to_string().contains(home.packages().as_str()),
            "{error}"
        );
    }
}
