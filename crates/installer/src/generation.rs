//! An environment that was published: where it is, what is in it, and who uses it.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::lock::{FileLock, LockKind};
use serde::{Deserialize, Serialize};

use crate::distribution::{Distribution, distributions_in};
use crate::error::InstallError;
use crate::local_source::LocalSource;
use crate::lock_origin::LockOrigin;
use crate::preferences::{Preference, Preferences, Preferred};
use crate::python::PythonInfo;

/// The file in a generation that says what it is. Without it a directory is no generation.
pub(crate) const RECORD_FILE: &str = "lichtfeld-environment.json";
/// The file in a generation that its users lock.
pub(crate) const USE_FILE: &str = ".in-use";
/// The lock file of uv in a generation.
pub(crate) const LOCK_COPY: &str = "uv.lock";
/// The form of [`Record`] that this version writes and reads.
const FORMAT: u32 = 1;

/// How long another process may have the claim on a generation before it counts as gone.
const CLAIM_TIME: Duration = Duration::from_secs(10);

/// What is published with an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// The form of this record.
    pub(crate) format: u32,
    /// The plugin, by its normalised name.
    pub plugin: String,
    /// The plugin's directory at the time.
    pub project_dir: Utf8PathBuf,
    /// The hash of everything that decides the content.
    pub fingerprint: String,
    /// The same without the files of local libraries.
    #[serde(default)]
    pub(crate) base: String,
    /// The local libraries in it, as they were when they were built.
    #[serde(default)]
    pub sources: Vec<LocalSource>,
    /// The manifest's inputs, as they were hashed.
    pub inputs: String,
    /// The extras chosen.
    pub extras: Vec<String>,
    /// The Python it was made for.
    pub python: PythonInfo,
    /// uv's version.
    pub uv: String,
    /// Where the versions came from.
    pub lock: LockOrigin,
    /// The versions that were preferred, of the distributions that it has.
    #[serde(default)]
    pub preferred: Vec<Preferred>,
    /// When it was published, in milliseconds since 1970.
    pub created_ms: u64,
    /// How long it took to make.
    pub elapsed: Duration,
    /// All files together, in bytes.
    pub size: u64,
    /// What is installed.
    pub distributions: Vec<Distribution>,
    /// Whether its files are links into uv's cache, which may be emptied.
    #[serde(default)]
    pub(crate) linked: bool,
    /// The entries of site-packages: what the warm check expects to find.
    pub(crate) entries: Vec<String>,
}

impl Record {
    pub(crate) fn format() -> u32 {
        FORMAT
    }

    /// Whether a version was tried, and the requirements exclude it.
    #[must_use]
    pub fn excludes(&self, name: &str, version: &str) -> bool {
        self.preferred
            .iter()
            .any(|one| !one.taken && one.preference.is(name, version))
    }

    /// The preferences for distributions that this has in another version, and that were not tried.
    #[must_use]
    pub fn untried(&self, preferences: &Preferences) -> Vec<Preference> {
        let counting = preferences.counting(self.lock);
        let untried = |one: &Distribution| {
            let preference = counting.get(&one.name)?;
            let is_same = preference.version == one.version || one.direct_url.is_some();
            let is_tried = |known: &Preferred| {
                let known = &known.preference;
                known.is(&preference.name, &preference.version)
            };
            let is_new = !is_same && !self.preferred.iter().any(is_tried);
            is_new.then(|| preference.clone())
        };
        // Most have nothing in common with what is there.
        self.distributions.iter().filter_map(untried).collect()
    }

    /// Adds what can be imported, which records of earlier versions do not list.
    fn with_importable(mut self, generation: &Utf8Path) -> Self {
        let is_listed = |one: &Distribution| !one.importable.is_empty();
        if !self.distributions.is_empty() && !self.distributions.iter().any(is_listed) {
            let site_packages = site_packages_in(generation, self.python.version);
            // Without them, the distributions are still compared by their names.
            if let Ok(found) = distributions_in(&site_packages) {
                self.distributions = found;
            }
        }
        self
    }

    /// Reads the record of a generation; the error says what is wrong with it.
    pub(crate) fn read(generation: &Utf8Path) -> Result<Self, String> {
        let path = generation.join(RECORD_FILE);
        let text = fs::read(&path).map_err(|error| format!("{RECORD_FILE}: {error}"))?;
        let record: Self =
            serde_json::from_slice(&text).map_err(|error| format!("{RECORD_FILE}: {error}"))?;
        if record.format == FORMAT {
            Ok(record.with_importable(generation))
        } else {
            Err(format!(
                "{RECORD_FILE} has form {}, and {FORMAT} is known",
                record.format
            ))
        }
    }
}

/// A published environment. Nothing in it changes any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Generation {
    /// Its directory.
    pub path: Utf8PathBuf,
    /// Its interpreter.
    pub python: Utf8PathBuf,
    /// Its directories of packages, for `sys.path`.
    pub site_packages: Vec<Utf8PathBuf>,
    /// What is installed, sorted by name.
    pub distributions: Vec<Distribution>,
    /// The hash of everything that decides the content.
    pub fingerprint: String,
    /// Everything that was published with it.
    pub record: Box<Record>,
}

impl Generation {
    pub(crate) fn new(path: &Utf8Path, record: Record) -> Self {
        Self {
            path: path.to_owned(),
            python: python_in(path),
            site_packages: vec![site_packages_in(path, record.python.version)],
            distributions: record.distributions.clone(),
            fingerprint: record.fingerprint.clone(),
            record: Box::new(record),
        }
    }

    /// Reads a published environment from its directory.
    ///
    /// # Errors
    /// [`InstallError::Io`] if the directory is not a published environment.
    pub fn open(path: &Utf8Path) -> Result<Self, InstallError> {
        let record = Record::read(path).map_err(|reason| {
            let source = io::Error::new(io::ErrorKind::InvalidData, reason);
            InstallError::io("read the environment", path, source)
        })?;
        Ok(Self::new(path, record))
    }

    /// Marks the environment as in use until the guard is dropped, or the process ends in any way.
    /// One in use is never removed, by any process.
    ///
    /// # Errors
    /// [`InstallError::Io`] where it is being removed at this moment, or is gone.
    pub fn hold(&self) -> Result<GenerationHold, InstallError> {
        let path = self.path.join(USE_FILE);
        let error = |source| InstallError::io("mark as in use", &self.path, source);
        let deadline = Instant::now() + CLAIM_TIME;
        loop {
            let locked = FileLock::try_existing(&path, LockKind::Shared);
            if let Some(lock) = locked.map_err(|found| error(found.into_parts().2))? {
                return Ok(GenerationHold {
                    _lock: lock,
                    path: self.path.clone(),
                });
            }
            // Another process looks whether it is in use, or removes it; both are brief.
            if Instant::now() >= deadline {
                let reason = "it is being removed";
                return Err(error(io::Error::new(io::ErrorKind::ResourceBusy, reason)));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether a living process uses it, this one included.
    #[must_use]
    pub fn in_use(&self) -> bool {
        Claim::try_new(&self.path).is_none()
    }
}

/// Keeps a generation from being removed.
#[derive(Debug)]
pub struct GenerationHold {
    /// Released with it, or with the process; a forked copy does not have it.
    _lock: FileLock,
    path: Utf8PathBuf,
}

impl GenerationHold {
    /// The generation's directory.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }
}

/// The right to remove a generation: no process uses it, and none can begin to.
pub(crate) struct Claim(Option<FileLock>);

impl Claim {
    /// Returns `None` if a process uses it, or if that cannot be found out.
    pub(crate) fn try_new(generation: &Utf8Path) -> Option<Self> {
        match FileLock::try_existing(generation.join(USE_FILE), LockKind::Exclusive) {
            Ok(lock) => lock.map(|lock| Self(Some(lock))),
            // Never published, or damaged: no process can hold it.
            Err(error) if error.io().kind() == io::ErrorKind::NotFound => Some(Self(None)),
            Err(_) => None,
        }
    }

    /// Windows removes no directory with an open file in it; by then it is renamed away.
    pub(crate) fn release(self) {
        drop(self.0);
    }
}

/// The interpreter of an environment.
pub(crate) fn python_in(environment: &Utf8Path) -> Utf8PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join("python.exe")
    } else {
        environment.join("bin").join("python")
    }
}

/// The directory of packages of an environment.
pub(crate) fn site_packages_in(environment: &Utf8Path, version: (u8, u8, u8)) -> Utf8PathBuf {
    if cfg!(windows) {
        environment.join("Lib").join("site-packages")
    } else {
        let (major, minor, _) = version;
        environment
            .join("lib")
            .join(format!("python{major}.{minor}"))
            .join("site-packages")
    }
}
