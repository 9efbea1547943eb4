//! Where things are in the checkout, and the small file operations that tasks share.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;

use crate::error::{Result, TaskError};

/// The checkout.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: Utf8PathBuf,
}

impl Workspace {
    /// The checkout that this program was built from.
    pub(crate) fn locate() -> Result<Self> {
        // Cargo sets the variable at run time too, and it is right when the checkout was moved.
        let manifest_dir = std::env::var("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Utf8Path::new(&manifest_dir)
            .parent()
            .map(Utf8Path::to_owned);
        match root {
            Some(root) if root.join("crates").is_dir() => Ok(Self { root }),
            _ => Err(TaskError::Usage {
                message: format!("{manifest_dir} is not the checkout's xtask folder"),
                hint: "run `cargo xtask` inside the checkout".to_owned(),
            }),
        }
    }

    /// Another checkout, for tests.
    #[cfg(test)]
    pub(crate) fn at(root: &Utf8Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// The top of the checkout.
    pub(crate) fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// A path in the checkout.
    pub(crate) fn path(&self, relative: &str) -> Utf8PathBuf {
        self.root.join(relative)
    }

    /// A path under `target/`, where everything that the tasks make lies. Always the checkout's
    /// own, whatever `CARGO_TARGET_DIR` says: environments and results are looked for there.
    pub(crate) fn target(&self, relative: &str) -> Utf8PathBuf {
        self.root.join("target").join(relative)
    }

    /// A path in cargo's own target directory: in `CARGO_TARGET_DIR`, else in the checkout's.
    pub(crate) fn cargo_target(&self, relative: &str) -> Utf8PathBuf {
        let set = std::env::var("CARGO_TARGET_DIR").ok();
        let dir = set.filter(|dir| !dir.is_empty());
        let dir = dir.unwrap_or_else(|| "target".to_owned());
        self.root.join(dir).join(relative)
    }

    /// Waits until no other task prepares Python things under `target/python`, and keeps others
    /// waiting until the returned file is dropped.
    pub(crate) fn lock(&self) -> Result<fs::File> {
        let path = self.target("python/.lock");
        create_dir(&self.target("python"))?;
        let file = fs::File::create(&path).map_err(TaskError::io("create", &path))?;
        file.lock().map_err(TaskError::io("lock", &path))?;
        Ok(file)
    }
}

/// Makes a directory and its parents.
pub(crate) fn create_dir(path: &Utf8Path) -> Result<()> {
    fs::create_dir_all(path).map_err(TaskError::io("create the directory", path))
}

/// Reads a text file.
pub(crate) fn read(path: &Utf8Path) -> Result<String> {
    fs::read_to_string(path).map_err(TaskError::io("read", path))
}

/// Removes a file, or a directory with all in it; one that is not there is no error.
pub(crate) fn remove(path: &Utf8Path) -> Result<()> {
    files::remove_tree(path).map_err(TaskError::io("remove", path))
}

/// The files below a directory, sorted, without what `.gitignore` names and without `.git`.
pub(crate) fn files_below(dir: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files: Vec<Utf8PathBuf> = ignore::WalkBuilder::new(dir)
        .hidden(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build()
        .filter_map(std::result::Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).ok())
        .collect();
    files.sort();
    files
}

/// A digest of the contents and names of files: equal digests, equal inputs.
pub(crate) fn digest(root: &Utf8Path, files: &[Utf8PathBuf], extra: &[&str]) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let bytes = fs::read(file).map_err(TaskError::io("read", file))?;
        let name = file.strip_prefix(root).unwrap_or(file);
        hasher.update(name.as_str().as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    for text in extra {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, Utf8PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(dir.path().to_owned()).unwrap();
        (dir, path)
    }

    #[test]
    fn a_digest_changes_with_name_content_and_extra() {
        let (_keep, dir) = scratch();
        files::write_atomic(dir.join("a"), b"1").unwrap();
        let one = digest(&dir, &files_below(&dir), &["x"]).unwrap();
        assert_eq!(one, digest(&dir, &files_below(&dir), &["x"]).unwrap());
        assert_ne!(one, digest(&dir, &files_below(&dir), &["y"]).unwrap());
        files::write_atomic(dir.join("a"), b"2").unwrap();
        let two = digest(&dir, &files_below(&dir), &["x"]).unwrap();
        assert_ne!(one, two);
        fs::rename(dir.join("a"), dir.join("b")).unwrap();
        assert_ne!(two, digest(&dir, &files_below(&dir), &["x"]).unwrap());
    }

    #[test]
    fn walking_skips_what_gitignore_names() {
        let (_keep, dir) = scratch();
        files::write_atomic(dir.join(".gitignore"), b"target\n").unwrap();
        files::write_atomic(dir.join("target/x"), b"").unwrap();
        files::write_atomic(dir.join(".ci/run"), b"").unwrap();
        let names: Vec<_> = files_below(&dir)
            .iter()
            .map(|f| f.strip_prefix(&dir).unwrap().to_string())
            .collect();
        assert_eq!(names, [".ci/run", ".gitignore"]);
    }
}
