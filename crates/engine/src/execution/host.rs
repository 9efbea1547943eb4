//! The interface that an application implements for its plugins.

use crate::model::level::Level;
use crate::registrations::capabilities::CapabilityInfo;
use crate::registrations::offer::{HostSilent, Offer, OfferError};
use camino::Utf8PathBuf;
use lichtfeld_manifest::{Host as HostFacts, Version};
use lichtfeld_panel::Request;
use std::sync::Arc;

/// The role of the process of a manager.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// An application with plugins. It keeps their log files and `state.json`.
    #[default]
    Application,
    /// A worker: the process of one plugin. Its application keeps the log files and `state.json`.
    Worker,
}

/// A piece of work for the UI thread.
pub type Job = Box<dyn FnOnce() + Send>;

/// What to do when a plugin's files have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnChange {
    /// Reload it.
    #[default]
    Reload,
    /// Do nothing: the host reloads the plugin itself.
    Announce,
}

/// Decides about changed files of a plugin, as [`Host::on_change`] does.
pub type ChangeHandler = Arc<dyn Fn(&str, &[Utf8PathBuf]) -> OnChange + Send + Sync>;

/// The application around the plugins. Every method has a default that suits a program without a
/// window.
pub trait Host: Send + Sync {
    /// The versions and features that manifests are checked against; `python` is filled in by the
    /// runtime.
    fn facts(&self) -> HostFacts;

    /// Receives a line of a plugin's log, or of the manager's if `plugin` is `None`. `plugin` is the
    /// name as the manifest writes it. The line is already in the plugin's log file.
    fn log(&self, _plugin: Option<&str>, _level: Level, _message: &str) {}

    /// Returns the role of this process.
    fn role(&self) -> Role {
        Role::Application
    }

    /// Returns whether [`Host::log`] shows what plugins print, one line for each call. If not, the
    /// lines go to the process's own standard output and error, with the plugin's name.
    fn shows_prints(&self) -> bool {
        false
    }

    /// Runs a job on the UI thread, soon. A host without a UI thread runs it at once. A host whose
    /// UI thread has ended drops it.
    fn on_ui_thread(&self, job: Job) {
        job();
    }

    /// Returns whether the calling thread is the UI thread. A program without a window has none:
    /// every thread may then do its work, so this is true on all of them.
    fn is_ui_thread(&self) -> bool {
        true
    }

    /// Files of a plugin have changed; `plugin` is its name as the manifest writes it. Called on the
    /// UI thread.
    fn on_change(&self, _plugin: &str, _paths: &[Utf8PathBuf]) -> OnChange {
        OnChange::Reload
    }

    /// A panel has changed and needs to be drawn.
    fn request_redraw(&self) {}

    /// Receives a request of a plugin: a dialog, a notification, the clipboard. Returns whether it is,
    /// or will be, answered: by [`Requests::answer`](crate::Requests::answer), before this returns or
    /// later, on any thread. Called on the UI thread, or on any thread by an application without one.
    ///
    /// If the request is [`blocking`](Request::blocking), the UI thread itself waits: only an answer
    /// that is given before this returns counts, for example that of a native modal dialog.
    fn request(&self, _request: &Arc<Request>) -> bool {
        false
    }

    /// A request that [`Host::request`] has taken has ended without an answer: its plugin has taken it
    /// back or was unloaded. Called on any thread.
    fn request_withdrawn(&self, _request: &Request) {}

    /// Calls a capability that no plugin of this manager offers. Returns `None` if none has this
    /// name. A worker reaches the capabilities of its application and of all other plugins through
    /// this.
    fn invoke_capability(
        &self,
        _name: &str,
        _args: &serde_json::Value,
    ) -> Option<serde_json::Value> {
        None
    }

    /// Registers a panel, menu, operator or capability of this manager's plugins where other
    /// processes see it. A worker asks its application for the name.
    ///
    /// # Errors
    /// If the name belongs to another plugin, or there is no answer.
    fn offer(&self, _offer: &Offer) -> Result<(), OfferError> {
        Ok(())
    }

    /// Returns the capabilities that no plugin of this manager offers: the one with this name, or
    /// all.
    ///
    /// # Errors
    /// If there is no answer.
    fn capabilities(&self, _name: Option<&str>) -> Result<Vec<CapabilityInfo>, HostSilent> {
        Ok(Vec::new())
    }
}

/// Returns the facts of a host: its version, the version of its plugin API, and its features. The
/// manager adds the version of the interpreter.
#[must_use]
pub fn host_facts(version: Version, plugin_api: Version, features: &[&str]) -> HostFacts {
    let features = features.iter().map(ToString::to_string).collect();
    HostFacts::from_parts(version, plugin_api, Version::new([0]), features)
}
