//! Conflicts of packages: the distributions that are present in this process, and those of a
//! plugin's environment that differ from them.

use crate::error::failure::{Failure, FailureKind, Stage};
use crate::execution::backend::Backend;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use lichtfeld_installer::Distribution;
use lichtfeld_manifest::{Isolation, PluginName};
use serde::Serialize;
use std::collections::BTreeMap;
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
fn changes(own: &[Conflict]) -> String {
    let list: Vec<String> = own
        .iter()
        .map(|change| match &change.module {
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
        Isolation::Auto => Err(failure(sentence(name, conflicts))
            .with_hint("change one of the two versions, or run the plugins in two applications")),
        // `shared`: only this process is allowed.
        _ => Err(failure(sentence(name, conflicts)).with_hint(
            "change one of the two versions, or write `isolation = \"auto\"` in \
             [tool.lichtfeld] to let it run in a process of its own",
        )),
    }
}

#[derive(Clone)]
struct Found {
    version: String,
    source: Option<String>,
    origins: Vec<Origin>,
}

/// A module that is present, as one distribution has it.
#[derive(Clone)]
struct Provider {
    /// The distribution's normalised name; empty for a module that belongs to none.
    distribution: String,
    version: String,
    digest: String,
    origins: Vec<Origin>,
}

/// The distributions present in this process, by normalised name, and their modules.
#[derive(Clone, Default)]
pub(crate) struct Present {
    found: BTreeMap<String, Found>,
    modules: BTreeMap<String, Vec<Provider>>,
}

/// Returns version and source as one text, so that messages also distinguish builds from other
/// sources.
fn shown(version: &str, source: Option<&str>) -> String {
    source.map_or_else(
        || version.to_owned(),
        |source| format!("{version} from {}", origin_of(source)),
    )
}

/// Returns the `direct_url.json` of a distribution in short: its URL, and the part that
/// distinguishes two contents of one URL ([PEP 610](https://peps.python.org/pep-0610/)).
fn origin_of(direct_url: &str) -> String {
    let Ok(known) = serde_json::from_str::<serde_json::Value>(direct_url) else {
        return direct_url.to_owned();
    };
    let Some(url) = known["url"].as_str() else {
        return direct_url.to_owned();
    };
    let commit = known["vcs_info"]["commit_id"].as_str();
    let digest = known["archive_info"]["hash"].as_str();
    match (commit, digest) {
        (Some(commit), _) => format!("{url}@{commit}"),
        (None, Some(digest)) => format!("{url}#{digest}"),
        (None, None) => url.to_owned(),
    }
}

impl Present {
    pub(crate) fn of_host(place: &dyn Backend) -> Self {
        let mut present = Self::default();
        present.enter(&Origin::Host, &place.distributions());
        for module in place.loose_modules() {
            present.provide(
                module,
                Provider {
                    distribution: String::new(),
                    version: String::new(),
                    digest: String::new(),
                    origins: vec![Origin::Host],
                },
            );
        }
        present
    }

    /// The distributions of one plugin alone.
    pub(crate) fn of_plugin(key: &str, distributions: Option<&[Distribution]>) -> Self {
        let mut present = Self::default();
        present.add(key, distributions.unwrap_or_default());
        present
    }

    fn enter(&mut self, origin: &Origin, distributions: &[Distribution]) {
        for distribution in distributions {
            let found = self
                .found
                .entry(distribution.name.clone())
                .or_insert_with(|| Found {
                    version: distribution.version.clone(),
                    source: distribution.direct_url.clone(),
                    origins: Vec::new(),
                });
            if !found.origins.contains(origin) {
                found.origins.push(origin.clone());
            }
            for importable in &distribution.importable {
                let provider = Provider {
                    distribution: distribution.name.clone(),
                    version: distribution.version.clone(),
                    digest: importable.digest.clone(),
                    origins: vec![origin.clone()],
                };
                self.provide(importable.name.clone(), provider);
            }
        }
    }

    fn provide(&mut self, module: String, provider: Provider) {
        let providers = self.modules.entry(module).or_default();
        let known = providers.iter_mut().find(|known| {
            known.distribution == provider.distribution && known.digest == provider.digest
        });
        let Some(known) = known else {
            return providers.push(provider);
        };
        for origin in provider.origins {
            if !known.origins.contains(&origin) {
                known.origins.push(origin);
            }
        }
    }

    /// Returns how a plugin's distributions differ from those that are present. A process cannot
    /// unload a native library, so those of the plugin's own earlier versions count too.
    #[must_use]
    pub(crate) fn differences(&self, key: &str, distributions: &[Distribution]) -> Differences {
        let mut differences = Differences {
            others: Vec::new(),
            own: Vec::new(),
        };
        let versions = distributions.iter().filter_map(|one| self.version(one));
        let modules = distributions.iter().flat_map(|one| self.modules(one));
        for (origins, conflict) in versions.chain(modules) {
            match origins.iter().find(|origin| !is_plugin(origin, key)) {
                Some(origin) => differences.others.push(Conflict {
                    origin: origin.clone(),
                    ..conflict
                }),
                None => differences.own.push(conflict),
            }
        }
        differences
    }

    /// The conflict of a distribution with another version of it, and who brought that.
    fn version(&self, distribution: &Distribution) -> Option<(&[Origin], Conflict)> {
        let found = self.found.get(&distribution.name)?;
        let same = found.version == distribution.version && found.source == distribution.direct_url;
        (!same).then(|| {
            let conflict = Conflict {
                name: distribution.name.clone(),
                wanted: shown(&distribution.version, distribution.direct_url.as_deref()),
                here: shown(&found.version, found.source.as_deref()),
                module: None,
                origin: found.origins[0].clone(),
            };
            (&found.origins[..], conflict)
        })
    }

    /// The conflicts of a distribution with others that are imported by the same name, one for each
    /// of these, and who brought them.
    fn modules<'a>(&'a self, distribution: &Distribution) -> Vec<(&'a [Origin], Conflict)> {
        let mut found: BTreeMap<&str, (&[Origin], Conflict)> = BTreeMap::new();
        for importable in &distribution.importable {
            let Some(providers) = self.modules.get(&importable.name) else {
                continue;
            };
            let is_same = |one: &Provider| {
                one.distribution == distribution.name || one.digest == importable.digest
            };
            // Where one environment has two distributions with the same files, another may too.
            if providers.iter().any(is_same) {
                continue;
            }
            for provider in providers {
                let conflict = Conflict {
                    name: distribution.name.clone(),
                    wanted: distribution.version.clone(),
                    here: format!("{} {}", provider.distribution, provider.version)
                        .trim()
                        .to_owned(),
                    module: Some(importable.name.clone()),
                    origin: provider.origins[0].clone(),
                };
                found
                    .entry(&provider.distribution)
                    .or_insert((&provider.origins, conflict));
            }
        }
        found.into_values().collect()
    }

    /// Returns what is present and has the name of a plugin, or is imported by it: each with its
    /// version, and its origin.
    pub(crate) fn of_name(&self, name: &PluginName) -> Vec<(String, Origin)> {
        let found = self.found.get_key_value(name.normalized());
        let found = found.into_iter().flat_map(|(package, found)| {
            let shown = format!("the package {package} {}", found.version);
            found
                .origins
                .iter()
                .map(move |origin| (shown.clone(), origin))
        });
        let modules = self
            .modules
            .iter()
            .filter(|(module, _)| is_module(module, name));
        let modules = modules.flat_map(|(module, providers)| {
            providers.iter().flat_map(move |provider| {
                let shown = if provider.distribution.is_empty() {
                    format!("the module {module}")
                } else {
                    format!("the package {} {}", provider.distribution, provider.version)
                };
                provider
                    .origins
                    .iter()
                    .map(move |origin| (shown.clone(), origin))
            })
        });
        found
            .chain(modules)
            .map(|(shown, origin)| (shown, origin.clone()))
            .collect()
    }

    /// Adds the distributions of a plugin that runs in this process.
    pub(crate) fn add(&mut self, key: &str, distributions: &[Distribution]) {
        self.enter(&Origin::Plugin(key.to_owned()), distributions);
    }
}

/// Returns whether `import` of a plugin's name may mean this module. Windows and macOS do not
/// distinguish case.
pub(crate) fn is_module(importable: &str, name: &PluginName) -> bool {
    let top = importable.split('.').next().unwrap_or(importable);
    top.eq_ignore_ascii_case(name.module_name().as_str())
}

fn is_plugin(origin: &Origin, key: &str) -> bool {
    matches!(origin, Origin::Plugin(name) if name == key)
}

#[cfg(test)]
#[path = "conflicts_tests.rs"]
mod tests;
