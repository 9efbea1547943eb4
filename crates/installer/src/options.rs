//! How an installer works.

use std::time::Duration;

use camino::Utf8PathBuf;

use crate::python::PythonInfo;

/// When uv may write `uv.lock` into a plugin's directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relock {
    /// Never. A lock file that does not fit its manifest is an error that says how to relock.
    #[default]
    Refuse,
    /// Write a new `uv.lock` over it in the plugin's directory.
    Allow,
    /// The same, and write one where there is none: the author asked for a lock file.
    Create,
}

/// Everything an [`Installer`](crate::Installer) has to know. The fields have sensible values
/// after [`InstallerOptions::new`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstallerOptions {
    /// Where environments are kept: `~/.lichtfeld/envs`.
    pub envs_dir: Utf8PathBuf,
    /// The Python that the host embeds.
    pub python: PythonInfo,
    /// An explicit path of uv; nothing else is then looked at.
    pub uv: Option<Utf8PathBuf>,
    /// The program of the Python package `uv`, where that is installed beside us.
    pub packaged_uv: Option<Utf8PathBuf>,
    /// The host's program, beside which `uv` may lie. The running program by default.
    pub host_executable: Option<Utf8PathBuf>,
    /// How many environments are built at a time; the number of cores by default.
    pub jobs: usize,
    /// The longest time that uv may show no sign of life; ten minutes by default.
    pub stall_timeout: Option<Duration>,
    /// The longest time to wait for another process that installs the same plugin; `None`, the
    /// default, is as long as it takes.
    pub lock_timeout: Option<Duration>,
    /// Stale locks of plugins.
    pub relock: Relock,
    /// How many environments of a plugin are kept besides the current one.
    pub kept_generations: usize,
    /// Further environment variables for uv, such as `UV_FIND_LINKS`.
    pub env: Vec<(String, String)>,
}

impl InstallerOptions {
    /// The defaults.
    #[must_use]
    pub fn new(envs_dir: impl Into<Utf8PathBuf>, python: PythonInfo) -> Self {
        let envs_dir = envs_dir.into();
        Self {
            // The working directory may change later, and uv has another.
            envs_dir: camino::absolute_utf8(&envs_dir).unwrap_or(envs_dir),
            python,
            uv: None,
            packaged_uv: None,
            host_executable: std::env::current_exe()
                .ok()
                .and_then(|path| Utf8PathBuf::try_from(path).ok()),
            jobs: std::thread::available_parallelism().map_or(2, usize::from),
            stall_timeout: Some(Duration::from_secs(600)),
            lock_timeout: None,
            relock: Relock::default(),
            kept_generations: 2,
            env: Vec::new(),
        }
    }

    /// The same with another rule for lock files.
    #[must_use]
    pub fn with_relock(self, relock: Relock) -> Self {
        Self { relock, ..self }
    }
}
