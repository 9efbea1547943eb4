//! The files that a template names.

use lichtfeld_document::limits::MAX_SOURCE;
use lichtfeld_document::{LoadError, Loader};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Files of a plugin: names are relative to the file that has them, and lead to nothing outside of
/// the plugin's folder.
pub(super) struct Files {
    root: PathBuf,
    /// Where files were looked for, whether they exist or not.
    asked: RefCell<BTreeSet<PathBuf>>,
}

impl Files {
    /// Makes a loader for a plugin's folder.
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            asked: RefCell::default(),
        }
    }

    /// Returns where files were looked for: one of these that changes makes another template.
    pub(super) fn into_asked(self) -> BTreeSet<PathBuf> {
        self.asked.into_inner()
    }

    /// Returns the paths that a name may mean: beside the file that has it, else in the plugin's
    /// folder, for shared sheets of templates in folders below.
    fn candidates(&self, name: &str, from: &str) -> [PathBuf; 2] {
        let near = Path::new(from).parent().unwrap_or(&self.root).join(name);
        [without_dots(&near), without_dots(&self.root.join(name))]
    }
}

/// Removes `.` and `..` by the text of a path alone, as authors mean them.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// Reads a file of text, up to the limit of documents.
pub(super) fn read(path: &Path) -> Result<String, LoadError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => LoadError::NotFound,
        _ => LoadError::Failed(error.to_string()),
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    // A pipe or a device would be waited for.
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(LoadError::Failed("it is not a file".to_owned()));
    }
    let mut text = String::new();
    let most = u64::try_from(MAX_SOURCE).unwrap_or(u64::MAX);
    file.take(most + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() > MAX_SOURCE {
        return Err(LoadError::Failed(format!(
            "it is larger than {MAX_SOURCE} bytes"
        )));
    }
    Ok(text)
}

impl Loader for Files {
    fn load(&self, name: &str, from: &str) -> Result<String, LoadError> {
        let candidates = self.candidates(name, from);
        self.asked.borrow_mut().extend(candidates.clone());
        let at = candidates.iter().find_map(|path| path.canonicalize().ok());
        let at = at.ok_or(LoadError::NotFound)?;
        let root = self.root.canonicalize().map_err(|_| LoadError::NotFound)?;
        if !at.starts_with(&root) {
            return Err(LoadError::Failed(format!(
                "it lies outside of the plugin's folder {}",
                root.display()
            )));
        }
        read(&at)
    }

    fn full_name(&self, name: &str, from: &str) -> String {
        let [near, shared] = self.candidates(name, from);
        let found = if near.exists() { near } else { shared };
        found.to_string_lossy().into_owned()
    }
}
