//! The files that a template names.

use lichtfeld_document::limits::MAX_SOURCE;
use lichtfeld_document::{LoadError, Loader};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files of a plugin: names are relative to the file that has them, and lead to nothing outside of
/// the plugin's folder.
pub(super) struct Files {
    root: PathBuf,
}

impl Files {
    /// Makes a loader for a plugin's folder.
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }
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
        let near = Path::new(from).parent().unwrap_or(&self.root).join(name);
        let at = match near.canonicalize() {
            Ok(at) => at,
            // The shared sheets of a plugin may lie in its folder, and the template below.
            Err(_) => self
                .root
                .join(name)
                .canonicalize()
                .map_err(|_| LoadError::NotFound)?,
        };
        let root = self.root.canonicalize().map_err(|_| LoadError::NotFound)?;
        if !at.starts_with(&root) {
            return Err(LoadError::Failed(format!(
                "it lies outside of the plugin's folder {}",
                root.display()
            )));
        }
        read(&at)
    }
}
