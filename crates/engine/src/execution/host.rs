//! What an application brings to its plugins.

use crate::model::level::Level;
use crate::registrations::capabilities::CapabilityInfo;
use crate::registrations::capabilities::{HostSilent, OfferError};
use camino::Utf8PathBuf;
use lichtfeld_manifest::{Host as HostFacts, Version};

/// What the process of a manager is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// An application with plugins. It keeps their log files and what is known about all of them.
    #[default]
    Application,
    /// A worker: the own process of one plugin. Its application keeps what is known about all.
    Worker,
}

/// A piece of work for the UI thread.
pub type Job = Box<dyn FnOnce() + Send>;

/// What is to happen when a plugin's files have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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

    /// What this process is: an application, or a plugin's own process.
    fn role(&self) -> Role {
        Role::Application
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
