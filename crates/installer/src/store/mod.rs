//! Environments on disk: `envs/<name>/<fingerprint>/`, and what lies beside them.
//!
//! Names that begin with a dot are no environments: `.lock`, `.trash-*` (being removed), and beside
//! the plugins `.staging` (being built) and `.author-*` (see `author`).

pub(crate) mod check;
pub(crate) mod lock;
pub(crate) mod measure;
pub(crate) mod publish;
pub(crate) mod staging;
pub(crate) mod sweep;
pub(crate) mod unactivated;
pub(crate) mod venv_template;

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::InstallError;
use crate::generation::Generation;

pub(crate) const TRASH: &str = ".trash-";

/// The directory of one plugin's environments.
#[derive(Clone, Debug)]
pub(crate) struct EnvironmentDir {
    pub(crate) path: Utf8PathBuf,
}

impl EnvironmentDir {
    pub(crate) fn new(envs_dir: &Utf8Path, plugin: &str) -> Self {
        Self {
            path: envs_dir.join(plugin),
        }
    }

    pub(crate) fn create(&self) -> Result<(), InstallError> {
        fs::create_dir_all(&self.path)
            .map_err(|error| InstallError::io("create", &self.path, error))
    }

    /// The file that is locked to build or sweep here.
    pub(crate) fn lock_file(&self) -> Utf8PathBuf {
        self.path.join(".lock")
    }

    pub(crate) fn generation(&self, fingerprint: &str) -> Utf8PathBuf {
        self.path.join(fingerprint)
    }

    /// Directories by name; a missing one is empty.
    fn directories(&self) -> Result<Vec<Utf8PathBuf>, InstallError> {
        let error = |error| InstallError::io("read", &self.path, error);
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(found) if found.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(found) => return Err(error(found)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(error)?;
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if let (true, Ok(name)) = (is_dir, entry.file_name().into_string()) {
                found.push(self.path.join(name));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Everything that is published, whole or damaged.
    pub(crate) fn published(&self) -> Result<Vec<Utf8PathBuf>, InstallError> {
        let mut found = self.directories()?;
        found.retain(|path| path.file_name().is_some_and(|name| !name.starts_with('.')));
        Ok(found)
    }

    /// Returns what killed processes have left. Only under the lock: no other process removes then.
    pub(crate) fn litter(&self) -> Result<Vec<Utf8PathBuf>, InstallError> {
        let mut found = self.directories()?;
        found.retain(|path| {
            let name = path.file_name().unwrap_or_default();
            name.starts_with(TRASH)
        });
        Ok(found)
    }

    /// The environments whose records can be read, the newest first.
    pub(crate) fn generations(&self) -> Result<Vec<Generation>, InstallError> {
        let mut found: Vec<Generation> = self
            .published()?
            .iter()
            .filter_map(|path| Generation::open(path).ok())
            .collect();
        found.sort_by_key(|generation| std::cmp::Reverse(generation.record.created_ms));
        Ok(found)
    }

    /// Returns a path in the directory that no other thread or process uses.
    pub(crate) fn fresh(&self, prefix: &str) -> Utf8PathBuf {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = self
                .path
                .join(format!("{prefix}{}-{number}", std::process::id()));
            // A dead process may have had our number.
            if fs::symlink_metadata(&path).is_err() {
                return path;
            }
        }
    }
}
