//! Why an environment could not be made.

use std::io;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use lichtfeld_system::Cause;
use lichtfeld_system::files::{FileError, hint_for};
use lichtfeld_system::process::ProcessError;

use crate::codes;
use crate::package_failure::PackageFailure;
use crate::transcript::{Cache, Transcript};

/// Why an environment could not be made, checked or removed.
///
/// Every one has a [code](Self::code), most a [hint](Self::hint), and those of uv the
/// [last lines](Self::tail) it wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// No versions satisfy all requirements.
    #[error("the requirements of {plugin} cannot be satisfied together: {explanation}")]
    NoSolution {
        /// The plugin.
        plugin: String,
        /// uv's own explanation, whole.
        explanation: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// No index has such a package.
    #[error("{plugin} requires {package}, which no package index has")]
    PackageNotFound {
        /// The plugin.
        plugin: String,
        /// The package.
        package: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// An index could not be reached.
    #[error("no network: {reason}")]
    NoNetwork {
        /// The plugin.
        plugin: String,
        /// What failed, with the address.
        reason: String,
        /// Whether the cache could have served.
        cache: Cache,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// An index wants to know who asks.
    #[error("a package index refused access: {reason}")]
    IndexAuthentication {
        /// The plugin.
        plugin: String,
        /// uv's line, with the index.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// uv, or we, cannot read the manifest.
    #[error("{manifest} cannot be used: {reason}")]
    BadManifest {
        /// The file.
        manifest: Utf8PathBuf,
        /// What is wrong, with line and column where known.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// The plugin, or a package, does not run on the host's Python.
    #[error("{plugin} does not run on Python {python}: {reason}")]
    PythonNotAcceptable {
        /// The plugin.
        plugin: String,
        /// The host's version.
        python: String,
        /// Why.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// A package that is published as sources only did not build.
    #[error(
        "{package}, which {plugin} requires, comes as sources only and could not be built: {reason}"
    )]
    SourceBuildFailed {
        /// The plugin.
        plugin: String,
        /// The package.
        package: String,
        /// The last line of the build.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// A library of this machine did not build.
    #[error("{package} in {path}, which {plugin} requires, could not be built: {reason}")]
    LibraryBuildFailed {
        /// The plugin.
        plugin: String,
        /// The library.
        package: String,
        /// Its directory.
        path: Utf8PathBuf,
        /// The last line of the build.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// Something is wrong with one package, one address or one setting.
    #[error(transparent)]
    Package(Box<PackageFailure>),
    /// No room.
    #[error("the disk of {path} is full")]
    DiskFull {
        /// What was being written.
        path: Utf8PathBuf,
        /// What uv said, if it was uv.
        transcript: Box<Transcript>,
    },
    /// A place that must be written cannot be.
    #[error("cannot write to {path}")]
    Permission {
        /// The place.
        path: Utf8PathBuf,
        /// What the operating system said.
        source: Cause,
        /// What uv said, if it was uv.
        transcript: Box<Transcript>,
    },
    /// The plugin's `uv.lock` does not fit its manifest.
    #[error("{lock} does not fit the manifest: {reason}")]
    StaleLock {
        /// The file.
        lock: Utf8PathBuf,
        /// The first difference.
        reason: String,
    },
    /// Another process installed the same plugin for too long.
    #[error("{} has held {lock} for longer than {} s", holder.as_deref().unwrap_or("another process"), waited.as_secs())]
    LockTimeout {
        /// The lock file.
        lock: Utf8PathBuf,
        /// Who has it, as far as is known.
        holder: Option<String>,
        /// How long we waited.
        waited: Duration,
    },
    /// The caller cancelled. Nothing is left over.
    #[error("the installation of {plugin} was cancelled")]
    Cancelled {
        /// The plugin.
        plugin: String,
    },
    /// uv gave no sign of life.
    #[error("uv gave no sign of life for {} s while it installed the packages of {plugin}", after.as_secs_f32().round())]
    TimedOut {
        /// The plugin.
        plugin: String,
        /// For how long.
        after: Duration,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// There is no uv.
    #[error("uv, which installs the packages of plugins, was not found; looked at {}", looked.join(", "))]
    UvMissing {
        /// Every place, in order.
        looked: Vec<String>,
    },
    /// uv is too old.
    #[error("{path} is uv {found}, and at least {needed} is needed")]
    UvTooOld {
        /// The program.
        path: Utf8PathBuf,
        /// Its version.
        found: String,
        /// The oldest that works.
        needed: String,
    },
    /// What was found as uv cannot be run, or is something else.
    #[error("{path} cannot be used as uv")]
    UvUnusable {
        /// The program.
        path: Utf8PathBuf,
        /// Why.
        source: Cause,
    },
    /// A signal ended uv.
    #[error("uv was ended by signal {signal} while it installed the packages of {plugin}")]
    UvKilled {
        /// The plugin.
        plugin: String,
        /// The signal's number.
        signal: i32,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// uv failed in a way that has no name here.
    #[error("uv could not install the packages of {plugin}: {reason}")]
    UvFailed {
        /// The plugin.
        plugin: String,
        /// uv's error.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// The host's Python cannot be used.
    #[error("the Python at {executable} cannot be used")]
    PythonUnusable {
        /// The program.
        executable: Utf8PathBuf,
        /// Why.
        source: Cause,
    },
    /// The operating system refused.
    #[error("cannot {action} {path}")]
    Io {
        /// What was done.
        action: &'static str,
        /// To what.
        path: Utf8PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl InstallError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSolution { .. } => codes::NO_SOLUTION.code,
            Self::PackageNotFound { .. } => codes::PACKAGE_NOT_FOUND.code,
            Self::NoNetwork { .. } => codes::NO_NETWORK.code,
            Self::IndexAuthentication { .. } => codes::INDEX_AUTHENTICATION.code,
            Self::BadManifest { .. } => codes::BAD_MANIFEST.code,
            Self::PythonNotAcceptable { .. } => codes::PYTHON_NOT_ACCEPTABLE.code,
            Self::SourceBuildFailed { .. } | Self::LibraryBuildFailed { .. } => {
                codes::SOURCE_BUILD_FAILED.code
            }
            Self::Package(failure) => failure.code(),
            Self::DiskFull { .. } => codes::DISK_FULL.code,
            Self::Permission { .. } => codes::PERMISSION.code,
            Self::LockTimeout { .. } => codes::LOCK_TIMEOUT.code,
            Self::Cancelled { .. } => codes::CANCELLED.code,
            Self::TimedOut { .. } => codes::TIMED_OUT.code,
            Self::UvMissing { .. } => codes::UV_MISSING.code,
            Self::UvTooOld { .. } => codes::UV_TOO_OLD.code,
            Self::UvUnusable { .. } => codes::UV_UNUSABLE.code,
            Self::UvKilled { .. } => codes::UV_KILLED.code,
            Self::UvFailed { .. } => codes::UV_FAILED.code,
            Self::StaleLock { .. } => codes::STALE_LOCK.code,
            Self::PythonUnusable { .. } => codes::PYTHON_UNUSABLE.code,
            Self::Io { .. } => codes::IO.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSolution { .. } => {
                "Loosen the versions in `[project] dependencies` of the plugin's pyproject.toml, \
                 or ask its author to."
                    .into()
            }
            Self::PackageNotFound { package, .. } => format!(
                "Check the spelling of `{package}` in `[project] dependencies`. If it is on an \
                 index of its own, name that under `[[tool.uv.index]]`."
            ),
            Self::NoNetwork {
                cache: Cache::Lacks,
                ..
            } => {
                "Connect to the network and try again: the packages have never been downloaded on \
                 this machine. If UV_OFFLINE is set, unset it."
                    .into()
            }
            Self::NoNetwork {
                cache: Cache::NotAsked,
                ..
            } => "Connect to the network, or set HTTPS_PROXY if it is behind a proxy, and try \
                 again. To use what was downloaded before, set UV_OFFLINE=1."
                .into(),
            Self::IndexAuthentication { reason, .. } => {
                let index = reason.split(['(', ')']).find(|part| part.contains("://"));
                format!(
                    "Give uv the right credentials: `uv auth login {}`, or a netrc file.",
                    index.unwrap_or("<address of the index>")
                )
            }
            Self::BadManifest { manifest, .. } => format!("Correct {manifest}, then try again."),
            Self::PythonNotAcceptable { python, .. } => format!(
                "The host's Python is {python} and cannot be changed: use a version of the plugin \
                 made for it, or widen `requires-python` in its pyproject.toml."
            ),
            Self::SourceBuildFailed { package, .. } => format!(
                "Ask for a version of {package} that has a wheel for this platform, or install a \
                 C compiler and the headers it needs. The output below says what was missing."
            ),
            Self::LibraryBuildFailed { path, .. } => format!(
                "Correct the library in {path}; saving it tries again. The output below says what \
                 is wrong."
            ),
            Self::Package(failure) => failure.hint(),
            Self::DiskFull { path, .. } => {
                format!(
                    "Free some space on the disk of {path}, then try again: `uv cache prune` removes downloads that are not used any more."
                )
            }
            Self::Permission { path, .. } => {
                format!("Give your user write access to {path}, then try again.")
            }
            Self::StaleLock { lock, .. } => {
                let directory = lock.parent().unwrap_or(lock);
                format!(
                    "Run `uv lock --project '{directory}'` to bring it up to date, or delete {lock}."
                )
            }
            Self::LockTimeout { holder, .. } => format!(
                "Wait until {} is done, or end it, then try again.",
                holder.as_deref().unwrap_or("the other process")
            ),
            Self::TimedOut { .. } => {
                "Check the network and try again: what was downloaded is kept.".into()
            }
            Self::UvMissing { .. } => "Install it: python -m pip install uv".into(),
            Self::UvTooOld { .. } | Self::UvUnusable { .. } => {
                "Install a current uv: python -m pip install --upgrade uv".into()
            }
            Self::UvKilled { .. } => {
                "Try again. Where it happens again, memory may be short: close other programs."
                    .into()
            }
            Self::UvFailed { .. } => {
                "The output below is uv's own; its last lines say what to do.".into()
            }
            Self::PythonUnusable { .. } => {
                "Reinstall the application: its Python is missing or damaged.".into()
            }
            Self::Io { source, path, .. } => return hint_for(source, path),
            Self::Cancelled { .. } => return None,
        })
    }

    /// The last lines of uv, at most [`TAIL_LINES`](lichtfeld_system::process::TAIL_LINES).
    #[must_use]
    pub fn tail(&self) -> &[String] {
        self.transcript().map_or(&[], |transcript| &transcript.tail)
    }

    /// What uv was asked and said, where it was uv that failed.
    #[must_use]
    pub fn transcript(&self) -> Option<&Transcript> {
        match self {
            Self::Package(failure) => Some(failure.transcript()),
            Self::NoSolution { transcript, .. }
            | Self::PackageNotFound { transcript, .. }
            | Self::NoNetwork { transcript, .. }
            | Self::IndexAuthentication { transcript, .. }
            | Self::BadManifest { transcript, .. }
            | Self::PythonNotAcceptable { transcript, .. }
            | Self::SourceBuildFailed { transcript, .. }
            | Self::LibraryBuildFailed { transcript, .. }
            | Self::DiskFull { transcript, .. }
            | Self::Permission { transcript, .. }
            | Self::TimedOut { transcript, .. }
            | Self::UvKilled { transcript, .. }
            | Self::UvFailed { transcript, .. } => Some(transcript),
            _ => None,
        }
    }

    /// Whether the caller cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled { .. })
    }

    /// Whether other versions may succeed.
    pub(crate) fn may_be_versions(&self) -> bool {
        matches!(
            self,
            Self::NoSolution { .. }
                | Self::PackageNotFound { .. }
                | Self::PythonNotAcceptable { .. }
                | Self::SourceBuildFailed { .. }
                | Self::UvFailed { .. }
                // Of the lock with the preferences.
                | Self::BadManifest { .. }
        )
    }

    /// Full disks and missing rights have names of their own.
    pub(crate) fn io(action: &'static str, path: &Utf8Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path,
                transcript: Box::default(),
            },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Permission {
                    path,
                    source: source.into(),
                    transcript: Box::default(),
                }
            }
            _ => Self::Io {
                action,
                path,
                source,
            },
        }
    }

    /// What became of a child that was uv.
    pub(crate) fn of_process(plugin: &str, command: &str, error: ProcessError) -> Self {
        let plugin = plugin.to_owned();
        match error {
            ProcessError::Cancelled { .. } => Self::Cancelled { plugin },
            ProcessError::Stalled { after, tail, .. } => {
                let command = command.to_owned();
                let exit = "ended by the installer".to_owned();
                let transcript = Box::new(Transcript {
                    command,
                    exit,
                    tail,
                });
                Self::TimedOut {
                    plugin,
                    after,
                    transcript,
                }
            }
            ProcessError::Start { program, source } | ProcessError::Wait { program, source } => {
                Self::UvUnusable {
                    path: program.into(),
                    source: source.into(),
                }
            }
            other => Self::UvUnusable {
                path: other.program().into(),
                source: other.into(),
            },
        }
    }
}

impl From<FileError> for InstallError {
    fn from(error: FileError) -> Self {
        let (action, path, source) = error.into_parts();
        Self::io(action, &path, source)
    }
}
