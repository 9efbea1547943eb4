//! Errors of the engine: wrong calls, refusals, and failures of a plugin.

pub mod causes;
pub mod codes;
pub mod failure;
pub mod package;
pub mod registry;

use crate::error::failure::Failure;
use crate::error::failure::FailureKind;
use crate::error::package::PackageError;
use crate::error::registry::RegistryError;
use crate::lifecycle::IllegalTransition;
use lichtfeld_manifest::{Incompatibility, NameError, PluginName};
use lichtfeld_sources::SourceError;
use lichtfeld_sources::download::DownloadError;
use std::sync::Arc;

/// The error of an operation of the manager.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No plugin has this name.
    #[error("no plugin is called '{name}'{}", .near.as_ref().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default())]
    UnknownPlugin {
        /// The name as the caller wrote it.
        name: String,
        /// The nearest name of a plugin, if one is near.
        near: Option<String>,
    },
    /// The manifest's rules exclude this host.
    #[error("plugin '{name}' cannot run here: {}", .found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Incompatible {
        /// The plugin.
        name: String,
        /// Every rule that is not met.
        found: Vec<Incompatibility>,
    },
    /// The caller cancelled.
    #[error("loading '{name}' was cancelled")]
    Cancelled {
        /// The plugin.
        name: String,
    },
    /// Ctrl-C while the plugin's code ran.
    #[error("'{name}' was interrupted")]
    Interrupted {
        /// The plugin.
        name: String,
    },
    /// The plugin is disabled.
    #[error("plugin '{name}' is disabled{}", .reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    Disabled {
        /// The plugin.
        name: String,
        /// The reason of the quarantine, or `None` if the user disabled it.
        reason: Option<String>,
    },
    /// The calling thread is inside an operation on the same plugin, or on one that waits for it.
    #[error("'{name}' is being {doing} by the code that asks for it; it would wait for itself")]
    Reentrant {
        /// The plugin.
        name: String,
        /// "loaded or unloaded".
        doing: &'static str,
    },
    /// Another operation on the plugin did not end within the limit.
    #[error("another operation on '{name}' has been running for {seconds} s")]
    Busy {
        /// The plugin.
        name: String,
        /// The limit.
        seconds: u64,
    },
    /// The plugin failed. The failure is also kept with the plugin.
    #[error("{failure}")]
    Failed {
        /// The plugin.
        name: String,
        /// What happened.
        failure: Box<Failure>,
    },
    /// An operation that the plugin's state does not allow.
    #[error("the state of plugin '{name}' does not allow this")]
    State {
        /// The plugin.
        name: String,
        /// The state and the event.
        source: IllegalTransition,
    },
    /// A file could not be read or written, or the operating system refused another operation.
    #[error("{what}")]
    Io {
        /// The operation and the file.
        what: String,
        /// The reason.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A text that cannot be the name of a plugin.
    #[error("'{name}' is not a plugin's name")]
    BadName {
        /// As given.
        name: String,
        /// The rule that it breaks.
        source: NameError,
    },
    /// A plugin could not be made, installed, updated or removed.
    #[error(transparent)]
    Package(Arc<PackageError>),
    /// This process is a forked copy of the one that has made the manager.
    #[error(
        "this process was forked from the one that runs the plugins, and cannot use its plugin manager"
    )]
    Forked,
    /// No program is the interpreter of the library of this process.
    #[error(
        "the interpreter of Python {version}, which this process embeds, was not found; tried:{tried}"
    )]
    NoInterpreter {
        /// The version of the library.
        version: String,
        /// A line for each program, with the reason.
        tried: String,
    },
    /// The application starts a second manager in this process.
    #[error("the plugin manager of this process runs already")]
    ManagerRuns,
    /// The application has not started its manager, or has ended it.
    #[error("the application runs no plugin manager")]
    NoManager,
    /// `lichtfeld` was imported before the application has made its own importable.
    #[error("another plugin runtime is loaded: `lichtfeld` was imported from {file}")]
    SecondRuntime {
        /// The file of the package.
        file: String,
    },
    /// There is no shared library of the native module.
    #[error("the native module for other processes was not found; tried:{tried}")]
    NoNativeModule {
        /// A line for each path.
        tried: String,
    },
    /// Safe mode is on.
    #[error("plugin '{name}' was not loaded: safe mode is on (LFS_SAFE_MODE)")]
    SafeMode {
        /// The plugin.
        name: String,
    },
}

impl Error {
    /// An error of the system with its cause, which is an error or a text.
    pub fn io(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Io {
            what: what.into(),
            source: Arc::from(source.into()),
        }
    }

    /// Parses the name of a plugin that somebody gave.
    pub(crate) fn name(text: &str) -> Result<PluginName, Self> {
        PluginName::new(text).map_err(|source| Self::BadName {
            name: text.to_owned(),
            source,
        })
    }

    /// The error of an operation whose step failed.
    pub(crate) fn of_step(name: &str, failure: Failure) -> Self {
        let name = name.to_owned();
        match failure.kind {
            FailureKind::Cancelled => Self::Cancelled { name },
            FailureKind::Interrupted => Self::Interrupted { name },
            _ => Self::Failed {
                name,
                failure: Box::new(failure),
            },
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownPlugin { .. } => codes::UNKNOWN_PLUGIN.code,
            Self::Incompatible { .. } => codes::INCOMPATIBLE.code,
            Self::Cancelled { .. } => codes::CANCELLED.code,
            Self::Interrupted { .. } => codes::INTERRUPTED.code,
            Self::Disabled { .. } => codes::DISABLED.code,
            Self::Reentrant { .. } => codes::REENTRANT.code,
            Self::Busy { .. } => codes::BUSY.code,
            Self::Failed { failure, .. } => failure.code(),
            Self::State { .. } => codes::ILLEGAL_STATE.code,
            Self::Io { .. } => codes::IO.code,
            Self::BadName { .. } => codes::BAD_NAME.code,
            Self::SafeMode { .. } => codes::SAFE_MODE.code,
            Self::Forked => codes::FORKED.code,
            Self::NoInterpreter { .. } => codes::NO_INTERPRETER.code,
            Self::ManagerRuns => codes::MANAGER_RUNS.code,
            Self::NoManager => codes::NO_MANAGER.code,
            Self::SecondRuntime { .. } => codes::SECOND_RUNTIME.code,
            Self::NoNativeModule { .. } => codes::NO_NATIVE_MODULE.code,
            Self::Package(error) => error.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownPlugin { .. } => {
                Some("`lichtfeld-plugins list` shows the plugins there are".to_owned())
            }
            Self::Incompatible { .. } => Some(
                "install a version of the plugin made for this host, or update the host".to_owned(),
            ),
            Self::Disabled { name, .. } => Some(format!(
                "`lichtfeld-plugins enable {name}`, or `manager.enable(\"{name}\")`"
            )),
            Self::Reentrant { .. } => Some(
                "do it after `on_load` has returned, for instance from a timer or a button"
                    .to_owned(),
            ),
            Self::Busy { .. } => Some("its code or its install hangs; see its log".to_owned()),
            Self::Failed { failure, .. } => failure.hint.clone(),
            Self::Package(error) => error.hint(),
            Self::NoInterpreter { .. } => Some(
                "ship the interpreter with the library, or name it: \
                 `lichtfeld.plugins.set_python(path)`, in a Rust application `Builder::python`, in C \
                 `host.python`"
                    .to_owned(),
            ),
            Self::ManagerRuns => {
                Some(
                    "use the manager that runs, or end it first: `Application::end`, in C `lfp_end`"
                        .to_owned(),
                )
            }
            Self::NoManager => Some("call this while the application runs its plugins".to_owned()),
            Self::SecondRuntime { .. } => Some(
                "start the plugin system before `lichtfeld` is imported for the first time, or \
                 attach it to the application's own module that was imported"
                    .to_owned(),
            ),
            Self::NoNativeModule { .. } => Some(
                "ship the file beside the program, or name it: `Builder::native_module`, in C \
                 `host.native_module`"
                    .to_owned(),
            ),
            Self::Forked => Some(
                "do it in the parent, or start the process with the method \"spawn\" \
                 (`multiprocessing.get_context(\"spawn\")`)"
                    .to_owned(),
            ),
            Self::SafeMode { .. } => Some("start again without LFS_SAFE_MODE".to_owned()),
            Self::Cancelled { .. }
            | Self::Interrupted { .. }
            | Self::State { .. }
            | Self::Io { .. }
            | Self::BadName { .. } => None,
        }
    }
}

impl From<RegistryError> for Error {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Download(DownloadError::Cancelled) => Self::Cancelled {
                name: "the registry".to_owned(),
            },
            error => PackageError::from(error).into(),
        }
    }
}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        Self::Package(Arc::new(error.into()))
    }
}

impl From<PackageError> for Error {
    fn from(error: PackageError) -> Self {
        Self::Package(Arc::new(error))
    }
}
