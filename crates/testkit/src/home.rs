//! A home directory for one test.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{EnvironmentRequest, Installer, InstallerOptions};
use tempfile::TempDir;

use crate::index::WheelIndex;
use crate::tools;

/// A scratch `~/.lichtfeld` with an index of wheels and a cache of its own. It is removed when it
/// is dropped.
#[derive(Debug)]
pub struct ScratchHome {
    root: Utf8PathBuf,
    /// Removes everything when it is dropped.
    _scratch: TempDir,
}

impl ScratchHome {
    /// An empty home.
    #[must_use]
    pub fn new() -> Self {
        Self::named("home")
    }

    /// An empty home in a directory of this name, which may be as odd as a path can be.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let scratch = tempfile::Builder::new()
            .prefix("lichtfeld-")
            .tempdir()
            .expect("scratch");
        let root = scratch
            .path()
            .canonicalize()
            .expect("the scratch directory is there");
        let root = Utf8PathBuf::try_from(root).expect("UTF-8").join(name);
        let home = Self {
            root,
            _scratch: scratch,
        };
        for dir in [home.plugins(), home.envs(), home.index().path().to_owned()] {
            fs::create_dir_all(dir).expect("scratch directories");
        }
        home
    }

    /// The home itself.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.root
    }

    /// `plugins/`.
    #[must_use]
    pub fn plugins(&self) -> Utf8PathBuf {
        self.root.join("plugins")
    }

    /// The directory of one plugin.
    #[must_use]
    pub fn plugin(&self, name: &str) -> Utf8PathBuf {
        self.plugins().join(name)
    }

    /// `envs/`.
    #[must_use]
    pub fn envs(&self) -> Utf8PathBuf {
        self.root.join("envs")
    }

    /// uv's cache.
    #[must_use]
    pub fn cache(&self) -> Utf8PathBuf {
        self.root.join("uv-cache")
    }

    /// The index that everything in this home installs from, and nothing else.
    #[must_use]
    pub fn index(&self) -> WheelIndex {
        WheelIndex::new(self.root.join("wheels"))
    }

    /// Environment variables for a child process that works in this home, offline.
    #[must_use]
    pub fn env(&self) -> Vec<(String, String)> {
        let pairs = [
            ("HOME", self.root.clone()),
            ("LFS_RESOLVED_PLUGIN_DIR", self.plugins()),
            ("UV_CACHE_DIR", self.cache()),
            ("UV_FIND_LINKS", self.index().path().to_owned()),
            ("UV_NO_INDEX", "1".into()),
            ("UV_OFFLINE", "1".into()),
            ("UV_NO_CONFIG", "1".into()),
        ];
        pairs
            .map(|(name, value)| (name.to_owned(), value.into_string()))
            .into()
    }

    /// Options for an installer in this home, with the uv and the Python of the tests.
    #[must_use]
    pub fn options(&self) -> InstallerOptions {
        let mut options = InstallerOptions::new(self.envs(), tools::python());
        options.uv = Some(tools::uv());
        options.env = self.env();
        options
    }

    /// An installer in this home.
    #[must_use]
    pub fn installer(&self) -> Installer {
        Installer::new(self.options())
    }

    /// The request of a plugin in this home, from its manifest.
    ///
    /// # Panics
    /// Where the manifest has errors.
    #[must_use]
    pub fn request(&self, name: &str) -> EnvironmentRequest {
        let dir = self.plugin(name);
        match lichtfeld_manifest::read(&dir).into_result() {
            Ok(manifest) => EnvironmentRequest::from_manifest(&dir, &manifest),
            Err(error) => panic!("the manifest of {name}: {error}"),
        }
    }

    /// Every path below `envs/`, sorted, as `name/entry`: to see what is left over.
    #[must_use]
    pub fn environment_entries(&self) -> Vec<String> {
        let mut found = Vec::new();
        for dir in fs::read_dir(self.envs()).into_iter().flatten().flatten() {
            for entry in fs::read_dir(dir.path()).into_iter().flatten().flatten() {
                let (dir, entry) = (dir.file_name(), entry.file_name());
                found.push(format!("{}/{}", dir.display(), entry.display()));
            }
        }
        found.sort();
        found
    }
}

impl Default for ScratchHome {
    fn default() -> Self {
        Self::new()
    }
}
