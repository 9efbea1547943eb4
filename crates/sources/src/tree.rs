//! The files of a plugin: copied with limits, and known again by their hashes.

use crate::error::SourceError;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::CancelToken;
use lichtfeld_system::files::FileError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use walkdir::{DirEntry, WalkDir};

/// More files than any plugin has.
pub(super) const MAX_FILES: usize = 50_000;
/// More bytes than any plugin has: models are data, and are fetched by the plugin itself.
pub(super) const MAX_BYTES: u64 = 2 << 30;

/// Directories and links that are of no use in a copy: made again, or history.
const LEFT_OUT: [&str; 6] = [".git", ".hg", ".svn", ".venv", "__pycache__", ".DS_Store"];

/// The files of a directory by their paths with `/`, each with the hash of its content (BLAKE3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tree(pub BTreeMap<String, String>);

impl Tree {
    /// Reads all files of a directory; links and what is left out of a copy are passed over.
    ///
    /// # Errors
    /// [`SourceError::File`].
    pub fn read(root: &Utf8Path) -> Result<Self, SourceError> {
        let mut tree = BTreeMap::new();
        for entry in entries(root) {
            let entry = entry?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = utf8(entry.path())?;
            let mut hasher = blake3::Hasher::new();
            let hashed = File::open(path).and_then(|file| hasher.update_reader(file).map(drop));
            hashed.map_err(|error| FileError::new("read", path, error))?;
            tree.insert(relative(root, path), hasher.finalize().to_hex().to_string());
        }
        Ok(Self(tree))
    }
}

fn relative(root: &Utf8Path, path: &Utf8Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<&str> = relative.components().map(|part| part.as_str()).collect();
    parts.join("/")
}

fn utf8(path: &std::path::Path) -> Result<&Utf8Path, SourceError> {
    Utf8Path::from_path(path).ok_or_else(|| SourceError::Unsafe {
        entry: path.to_string_lossy().into_owned(),
        reason: "its name is not UTF-8".into(),
    })
}

fn entries(root: &Utf8Path) -> impl Iterator<Item = Result<DirEntry, SourceError>> {
    let is_wanted = |entry: &DirEntry| {
        entry.depth() == 0
            || !LEFT_OUT
                .iter()
                .any(|left_out| entry.file_name() == *left_out)
    };
    let root = root.to_owned();
    WalkDir::new(&root)
        .into_iter()
        .filter_entry(is_wanted)
        .map(move |entry| {
            entry.map_err(|error| {
                let path = error
                    .path()
                    .and_then(Utf8Path::from_path)
                    .unwrap_or(&root)
                    .to_owned();
                FileError::new("read", &path, error.into()).into()
            })
        })
}

/// Counts what is written, and refuses too much.
#[derive(Default)]
pub(super) struct Count {
    files: usize,
    bytes: u64,
}

impl Count {
    pub(super) fn file(&mut self) -> Result<(), SourceError> {
        self.files += 1;
        if self.files > MAX_FILES {
            return Err(SourceError::TooLarge {
                what: format!("there are more than {MAX_FILES} files"),
            });
        }
        Ok(())
    }

    /// Copies a reader's content into a new file; what is there already is never written over.
    pub(super) fn copy(
        &mut self,
        from: &mut dyn Read,
        to: &Utf8Path,
        cancel: &CancelToken,
    ) -> Result<(), SourceError> {
        let written = |error| FileError::new("write", to, error);
        let mut file = File::options()
            .write(true)
            .create_new(true)
            .open(to)
            .map_err(written)?;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            if cancel.is_cancelled() {
                return Err(SourceError::Cancelled);
            }
            let read = from
                .read(&mut buffer)
                .map_err(|error| FileError::new("read", to, error))?;
            if read == 0 {
                return Ok(());
            }
            self.bytes += read as u64;
            if self.bytes > MAX_BYTES {
                let limit = MAX_BYTES >> 30;
                return Err(SourceError::TooLarge {
                    what: format!("the files are larger than {limit} GiB together"),
                });
            }
            file.write_all(&buffer[..read]).map_err(written)?;
        }
    }
}

/// Copies a directory's files. A link is followed where it leads to a file inside the directory,
/// and refused elsewhere.
pub(super) fn copy(
    from: &Utf8Path,
    to: &Utf8Path,
    cancel: &CancelToken,
) -> Result<(), SourceError> {
    let real = |path: &Utf8Path| {
        path.canonicalize_utf8()
            .map_err(|error| FileError::new("read", path, error))
    };
    let root = real(from)?;
    let made = |path: &Utf8Path| {
        fs::create_dir_all(path).map_err(|error| FileError::new("make", path, error))
    };
    made(to)?;
    if real(to)?.starts_with(&root) {
        return Err(SourceError::Unusable {
            text: from.to_string(),
            reason: "the plugins directory lies in it".into(),
        });
    }
    let mut count = Count::default();
    for entry in entries(from) {
        let entry = entry?;
        let path = utf8(entry.path())?;
        let target = to.join(relative(from, path));
        let kind = entry.file_type();
        if kind.is_dir() {
            made(&target)?;
            continue;
        }
        let refused = |reason: &str| SourceError::Unsafe {
            entry: relative(from, path),
            reason: reason.into(),
        };
        let source = if kind.is_symlink() {
            let leads_to = path
                .canonicalize_utf8()
                .map_err(|_| refused("it is a link that leads nowhere"))?;
            if !leads_to.starts_with(&root) {
                return Err(refused("it is a link that leads out of the plugin"));
            }
            if !leads_to.is_file() {
                return Err(refused("it is a link to a directory"));
            }
            leads_to
        } else if kind.is_file() {
            path.to_owned()
        } else {
            return Err(refused("it is neither a file nor a directory"));
        };
        count.file()?;
        let mut file =
            File::open(&source).map_err(|error| FileError::new("read", &source, error))?;
        count.copy(&mut file, &target, cancel)?;
        keep_mode(&file, &target)?;
    }
    Ok(())
}

/// A program stays one.
fn keep_mode(from: &File, to: &Utf8Path) -> Result<(), FileError> {
    let kept = from
        .metadata()
        .and_then(|data| fs::set_permissions(to, writable(data.permissions())));
    kept.map_err(|error| FileError::new("write", to, error))
}

#[cfg(unix)]
fn writable(permissions: fs::Permissions) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    // Without set-user-id and the like, and so that it can be removed again.
    fs::Permissions::from_mode((permissions.mode() & 0o777) | 0o600)
}

#[cfg(not(unix))]
#[expect(
    clippy::permissions_set_readonly_false,
    reason = "only Unix makes a file writable for everybody by this"
)]
fn writable(mut permissions: fs::Permissions) -> fs::Permissions {
    permissions.set_readonly(false);
    permissions
}

/// The directory that is the plugin's: the one, where a single directory holds everything, as in
/// the archives that are made of repositories.
pub(super) fn top(files: &Utf8Path) -> Result<Utf8PathBuf, SourceError> {
    let read = |error: io::Error| FileError::new("read", files, error);
    let mut found = files.read_dir_utf8().map_err(read)?;
    let (first, second) = (found.next().transpose().map_err(read)?, found.next());
    Ok(match (first, second) {
        (Some(only), None) if only.path().is_dir() => only.into_path(),
        _ => files.to_owned(),
    })
}
