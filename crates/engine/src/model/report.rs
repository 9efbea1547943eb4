//! Reports about a plugin: its facts, and the result of its last load.

use crate::error::failure::{Failure, Stage};
use crate::lifecycle::State;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::time::Duration;

/// A plugin's facts, known without running it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PluginInfo {
    /// As `[project].name` writes it.
    pub name: String,
    /// PEP 440.
    pub version: String,
    /// The plugin's directory.
    pub path: Utf8PathBuf,
    /// One line.
    pub description: String,
    /// The first author's name.
    pub author: String,
    /// The module that is run as the package.
    pub entry_point: String,
    /// PEP 508, as written.
    pub dependencies: Vec<String>,
    /// Whether `load_all` loads it, unless the user has enabled or disabled it.
    pub auto_start: bool,
    /// Whether a save reloads it.
    pub hot_reload: bool,
    /// PEP 440 specifiers; empty in an older manifest.
    pub plugin_api: String,
    /// PEP 440 specifiers; empty in an older manifest.
    pub lichtfeld_version: String,
    /// Features that the host must have.
    pub required_features: Vec<String>,
}

impl PluginInfo {
    /// The facts of a plugin whose manifest cannot be read.
    pub(crate) fn unreadable(name: &str, path: &Utf8Path) -> Self {
        Self {
            name: name.to_owned(),
            version: String::new(),
            path: path.to_owned(),
            description: String::new(),
            author: String::new(),
            entry_point: String::new(),
            dependencies: Vec::new(),
            auto_start: false,
            hot_reload: false,
            plugin_api: String::new(),
            lichtfeld_version: String::new(),
            required_features: Vec::new(),
        }
    }

    pub(crate) fn new(on_disk: &OnDisk) -> Self {
        let manifest = &on_disk.manifest;
        Self {
            name: manifest.name().as_str().to_owned(),
            version: manifest.version().to_string(),
            path: on_disk.dir.clone(),
            description: manifest.description().to_owned(),
            author: manifest.author().to_owned(),
            entry_point: manifest.entry_point().as_str().to_owned(),
            dependencies: manifest
                .dependencies()
                .iter()
                .map(ToString::to_string)
                .collect(),
            auto_start: manifest.auto_start(),
            hot_reload: manifest.hot_reload(),
            plugin_api: manifest
                .plugin_api()
                .map(ToString::to_string)
                .unwrap_or_default(),
            lichtfeld_version: manifest
                .lichtfeld_version()
                .map(ToString::to_string)
                .unwrap_or_default(),
            required_features: manifest.required_features().to_vec(),
        }
    }
}

/// Where a plugin's environment came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EnvironmentUse {
    /// The plugin has no dependencies.
    #[default]
    None,
    /// This load made it.
    Built,
    /// It existed.
    Reused,
}

impl EnvironmentUse {
    /// "none", "built" or "reused".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Built => "built",
            Self::Reused => "reused",
        }
    }
}

/// How a load went, step by step.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct LoadReport {
    /// Where the environment came from.
    pub environment: EnvironmentUse,
    /// Where the code runs, or `None` before this was decided.
    pub place: Option<PlaceKind>,
    /// How long it took to find or make the environment.
    pub environment_time: Duration,
    /// How long running the plugin's modules took.
    pub import_time: Duration,
    /// How long `on_load` took.
    pub activation_time: Duration,
    /// The distributions of the environment, with their versions.
    pub distributions: Vec<(String, String)>,
    /// The last step that has begun.
    pub stage: Option<Stage>,
    /// Remarks for the user: a link that could not be made, a name without an alias.
    pub notes: Vec<String>,
}

/// The full status of one plugin.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The normalised name.
    pub key: String,
    /// Its facts.
    pub info: PluginInfo,
    /// Its state.
    pub state: State,
    /// The last failure: of the load, or of a reload that was refused.
    pub failure: Option<Failure>,
    /// How the last load went.
    pub report: LoadReport,
    /// Files that the plugin writes into its own directory, relative to it. They have caused several
    /// reloads in a row, and no longer cause one.
    pub own_writes: Vec<Utf8PathBuf>,
}
