//! Conflicts of packages: what they are, and where a plugin runs for them.

use crate::error::failure::{Failure, FailureKind, Stage};
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use lichtfeld_installer::PreferenceOrigin;
use lichtfeld_manifest::Isolation;
use serde::Serialize;
use std::fmt;

/// The origin of a distribution in the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Origin {
    /// The application, on its own path.
    Host,
    /// A plugin, by normalised name.
    Plugin(String),
}

impl Origin {
    /// The same as the installer calls it.
    pub(crate) fn as_preference(&self) -> PreferenceOrigin {
        match self {
            Self::Host => PreferenceOrigin::Host,
            Self::Plugin(name) => PreferenceOrigin::Plugin(name.clone()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("the application"),
            Self::Plugin(name) => write!(f, "plugin '{name}'"),
        }
    }
}

/// A distribution that differs between a plugin's environment and the process, or a module that
/// comes from two of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Conflict {
    /// The normalised name of the distribution in the plugin's environment.
    pub name: String,
    /// Its version there, with its local part.
    pub wanted: String,
    /// The version in the process; of a module the other distribution with its version, empty if
    /// the module belongs to none.
    pub here: String,
    /// The module, if the conflict is not about versions: both distributions are imported by this
    /// name.
    pub module: Option<String>,
    /// Whether it is the same version of a local library, whose files have changed since the process
    /// has loaded it.
    pub changed: bool,
    /// The origins of the version in the process.
    pub origin: Origin,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            wanted,
            here,
            origin,
            ..
        } = self;
        match &self.module {
            None if self.changed => write!(
                f,
                "{name} {wanted} has changed, {origin} has it as it was before"
            ),
            None => write!(f, "{name} {wanted} is needed, {origin} has {here}"),
            Some(module) if here.is_empty() => write!(
                f,
                "the module {module} of {name} {wanted} is needed, {origin} has another of that name"
            ),
            Some(module) => write!(
                f,
                "the module {module} of {name} {wanted} is needed, {origin} has that of {here}"
            ),
        }
    }
}

/// Returns a sentence about the conflicts.
#[must_use]
pub(crate) fn sentence(plugin: &str, conflicts: &[Conflict]) -> String {
    let list: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
    format!("'{plugin}' cannot share this process: {}", list.join("; "))
}

/// How a plugin's environment differs from what is in the process.
pub(crate) struct Differences {
    /// From the application and other plugins.
    pub(crate) others: Vec<Conflict>,
    /// From an earlier version of the plugin itself.
    pub(crate) own: Vec<Conflict>,
}

impl Differences {
    /// What they are, if the plugin runs in a worker for them.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.others.iter().map(ToString::to_string).collect();
        if self.others.is_empty() && !self.own.is_empty() {
            notes.push(format!(
                "moved to a process of its own: {} cannot be replaced here",
                changes(&self.own)
            ));
        }
        notes
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Conflict> {
        self.others.iter().chain(&self.own).cloned().collect()
    }
}

/// Returns changes of distributions as `shapes 1.0 -> 2.0`.
pub(crate) fn changes(own: &[Conflict]) -> String {
    let list: Vec<String> = own
        .iter()
        .map(|change| match &change.module {
            None if change.changed => {
                format!("{} {}, which has changed", change.name, change.wanted)
            }
            None => format!("{} {} -> {}", change.name, change.here, change.wanted),
            Some(module) => format!(
                "{module} of {} -> {} {}",
                change.here, change.name, change.wanted
            ),
        })
        .collect();
    list.join(", ")
}

/// Decides where a plugin with these differences runs.
///
/// # Errors
/// If the manifest requires a place in which it cannot run.
pub(crate) fn decide(
    plugin: &OnDisk,
    differences: &Differences,
    has_worker: bool,
) -> Result<PlaceKind, Failure> {
    let conflicts = &differences.others;
    let name = plugin.manifest.name().as_str();
    let failure = |message: String| Failure::new(FailureKind::Conflict, Stage::Import, message);
    match plugin.manifest.isolation() {
        Isolation::Process if !has_worker => Err(failure(format!(
            "'{name}' asks for a process of its own, which this application does not offer"
        ))
        .with_hint("remove `isolation = \"process\"` from [tool.lichtfeld]")),
        Isolation::Process => Ok(PlaceKind::Worker),
        _ if conflicts.is_empty() && differences.own.is_empty() => Ok(PlaceKind::Shared),
        Isolation::Auto if has_worker => Ok(PlaceKind::Worker),
        // What this process has imported stays in it until it ends.
        _ if conflicts.is_empty() => Err(Failure::new(
            FailureKind::RestartNeeded,
            Stage::Import,
            format!("restart needed for {}", changes(&differences.own)),
        )
        .with_hint("the old version is loaded in this process; restart the application")),
        // The version is right: it is what the process has loaded that is old.
        _ if conflicts.iter().all(|conflict| conflict.changed) => Err(Failure::new(
            FailureKind::RestartNeeded,
            Stage::Import,
            format!("restart needed: {}", sentence(name, conflicts)),
        )
        .with_hint(
            "the old files are loaded in this process, and others use them; restart the \
             application, or write `isolation = \"auto\"` in [tool.lichtfeld] to let the plugin \
             run in a process of its own",
        )),
        Isolation::Auto => Err(failure(sentence(name, conflicts))
            .with_hint("change one of the two versions, or run the plugins in two applications")),
        // `shared`: only this process is allowed.
        _ => Err(failure(sentence(name, conflicts)).with_hint(
            "change one of the two versions, or write `isolation = \"auto\"` in \
             [tool.lichtfeld] to let it run in a process of its own",
        )),
    }
}
