//! How a document gets the sheets and templates that it names.

use std::collections::BTreeMap;

/// Why a file was not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// It exists, but cannot be read; the text says why.
    #[error("{0}")]
    Failed(String),
}

/// Resolves the names of sheets and templates. This crate opens no file and no connection.
///
/// The name is what the author wrote, and hostile until it is checked: it may contain `..` or be
/// absolute. Names with a URL scheme are never passed on.
pub trait Loader {
    /// Returns the text of the file `name`, which the file `from` refers to.
    ///
    /// # Errors
    /// [`LoadError::NotFound`] if there is none. For the sheets beside a template that is no problem.
    fn load(&self, name: &str, from: &str) -> Result<String, LoadError>;

    /// Returns the name under which the file `name` is reported, and which counts as `from` for what
    /// it names itself.
    fn full_name(&self, name: &str, from: &str) -> String {
        let _ = from;
        name.to_owned()
    }
}

/// A loader without files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _name: &str, _from: &str) -> Result<String, LoadError> {
        Err(LoadError::NotFound)
    }
}

/// Files by their names, for tests and for what a program contains.
impl Loader for BTreeMap<String, String> {
    fn load(&self, name: &str, _from: &str) -> Result<String, LoadError> {
        self.get(name).cloned().ok_or(LoadError::NotFound)
    }
}
