//! What an application brings to its plugins.

use crate::capabilities::CapabilityInfo;
use crate::capabilities_elsewhere::{HostSilent, OfferError};
use camino::Utf8PathBuf;
use lichtfeld_manifest::{Host as HostFacts, Version};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How important a line of a log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For whoever looks for a mistake.
    Debug,
    /// What happens.
    Info,
    /// What may be wrong.
    Warn,
    /// What went wrong.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

/// A piece of work for the UI thread.
pub type Job = Box<dyn FnOnce() + Send>;

/// What is to happen when a plugin's files have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnChange {
    /// Reload it.
    #[default]
    Reload,
    /// Only tell: the host reloads when it likes.
    Announce,
}

/// The application around the plugins. Every method has a default that suits a program without a
/// window.
pub trait Host: Send + Sync {
    /// The versions and features that manifests are checked against; `python` is filled in by the
    /// runtime.
    fn facts(&self) -> HostFacts;

    /// A line of a plugin's log, or of ours where `plugin` is none. The plugin's own log file is
    /// written already.
    fn log(&self, _plugin: Option<&str>, _level: Level, _message: &str) {}

    /// Whether [`Host::log`] keeps the lines itself, so that no log file is written here: a worker
    /// hands them to its host.
    fn keeps_logs(&self) -> bool {
        false
    }

    /// Whether [`Host::log`] shows what plugins print, a line a call. Else it goes on to the
    /// process's own standard output and error, each line with the plugin's name.
    fn shows_prints(&self) -> bool {
        false
    }

    /// Runs a job on the UI thread, soon; a host without one runs it here and now.
    fn on_ui_thread(&self, job: Job) {
        job();
    }

    /// Files of a plugin have changed; `plugin` is the normalised name. Called on the UI thread.
    fn on_change(&self, _plugin: &str, _paths: &[Utf8PathBuf]) -> OnChange {
        OnChange::Reload
    }

    /// A panel has changed and wants to be drawn.
    fn request_redraw(&self) {}

    /// Calls a capability that no plugin of this manager offers; none where there is none of this
    /// name. A worker so reaches those of its application and of all other plugins.
    fn invoke_capability(
        &self,
        _name: &str,
        _args: &serde_json::Value,
    ) -> Option<serde_json::Value> {
        None
    }

    /// Enters a capability that a plugin of this manager has registered where others see it too. A
    /// worker so asks its application for the name.
    ///
    /// # Errors
    /// Where the name is somebody else's, or there is no answer.
    fn offer_capability(&self, _info: &CapabilityInfo) -> Result<(), OfferError> {
        Ok(())
    }

    /// The capabilities that no plugin of this manager offers; of one name, or all.
    ///
    /// # Errors
    /// Where there is no answer.
    fn capabilities(&self, _name: Option<&str>) -> Result<Vec<CapabilityInfo>, HostSilent> {
        Ok(Vec::new())
    }
}

/// The facts of a host by its version, the version of its plugin interface and its features. The
/// interpreter's version is filled in by the manager.
#[must_use]
pub fn host_facts(version: Version, plugin_api: Version, features: &[&str]) -> HostFacts {
    let features = features.iter().map(ToString::to_string).collect();
    HostFacts::from_parts(version, plugin_api, Version::new([0]), features)
}
