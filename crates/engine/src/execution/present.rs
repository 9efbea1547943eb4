//! The distributions that are present in this process, and how those of a plugin's environment
//! differ from them.

use crate::execution::backend::Backend;
use crate::execution::conflicts::{Conflict, Differences, Origin};
use lichtfeld_installer::{Distribution, Importable, Preferences};
use lichtfeld_manifest::PluginName;
use std::collections::BTreeMap;

#[derive(Clone)]
struct Found {
    version: String,
    native: bool,
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
    native: bool,
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
pub(crate) fn shown(version: &str, source: Option<&str>) -> String {
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
        (None, None) if known["dir_info"]["editable"] == true => format!("{url} (editable)"),
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
                    native: false,
                    origins: vec![Origin::Host],
                },
            );
        }
        present
    }

    /// The distributions of one plugin alone.
    pub(crate) fn of_plugin(key: &str, distributions: &[Distribution]) -> Self {
        let mut present = Self::default();
        present.add(key, distributions);
        present
    }

    fn enter(&mut self, origin: &Origin, distributions: &[Distribution]) {
        for distribution in distributions {
            let found = self
                .found
                .entry(distribution.name.clone())
                .or_insert_with(|| Found {
                    version: distribution.version.clone(),
                    native: distribution.native,
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
                    native: distribution.native,
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
        let mut add = |origins: &[Origin], conflict: Conflict, must_stay: bool| {
            match origins.iter().find(|origin| !is_plugin(origin, key)) {
                Some(origin) => differences.others.push(Conflict {
                    origin: origin.clone(),
                    ..conflict
                }),
                None if must_stay => differences.own.push(conflict),
                // Only this plugin has it, and it is Python alone: it is imported anew.
                None => {}
            }
        };
        for (origins, native, conflict) in distributions.iter().filter_map(|one| self.changed(one))
        {
            add(&origins, conflict, native);
        }
        for (origins, conflict) in versions.chain(modules) {
            add(origins, conflict, true);
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
                changed: false,
                origin: found.origins[0].clone(),
            };
            (&found.origins[..], conflict)
        })
    }

    /// The conflict of a local library with the same version of it, with other files; who brought
    /// that, and whether it is native code.
    fn changed(&self, distribution: &Distribution) -> Option<(Vec<Origin>, bool, Conflict)> {
        distribution.local_path()?;
        let found = self.found.get(&distribution.name)?;
        if found.version != distribution.version {
            return None;
        }
        let is_old = |importable: &&Importable| {
            let providers = self.modules.get(&importable.name);
            let mut same = providers
                .into_iter()
                .flatten()
                .filter(|provider| provider.distribution == distribution.name)
                .peekable();
            same.peek().is_some() && !same.any(|provider| provider.digest == importable.digest)
        };
        let old = distribution.importable.iter().find(is_old)?;
        let providers = self.modules.get(&old.name).into_iter().flatten();
        let providers = providers.filter(|provider| provider.distribution == distribution.name);
        let mut origins: Vec<Origin> = Vec::new();
        let mut native = distribution.native || found.native;
        for provider in providers {
            native |= provider.native;
            origins.extend(provider.origins.iter().cloned());
        }
        let conflict = Conflict {
            name: distribution.name.clone(),
            wanted: shown(&distribution.version, distribution.direct_url.as_deref()),
            here: shown(&found.version, found.source.as_deref()),
            module: None,
            changed: true,
            origin: origins.first()?.clone(),
        };
        Some((origins, native, conflict))
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
                    changed: false,
                    origin: provider.origins[0].clone(),
                };
                found
                    .entry(&provider.distribution)
                    .or_insert((&provider.origins, conflict));
            }
        }
        found.into_values().collect()
    }

    /// Replaces the distributions of a plugin that runs in this process. Native code of its earlier
    /// versions stays: a process cannot unload it.
    pub(crate) fn replace(&mut self, key: &str, distributions: &[Distribution]) {
        let stays = |native: bool, origins: &mut Vec<Origin>| {
            if !native {
                origins.retain(|origin| !is_plugin(origin, key));
            }
            !origins.is_empty()
        };
        self.found
            .retain(|_, found| stays(found.native, &mut found.origins));
        self.modules.retain(|_, providers| {
            providers.retain_mut(|provider| stays(provider.native, &mut provider.origins));
            !providers.is_empty()
        });
        self.add(key, distributions);
    }

    /// The modules and linked directories that other plugins have in this process.
    pub(crate) fn of_others(&self, key: &str) -> Vec<String> {
        let is_others = |origin: &Origin| *origin != Origin::Host && !is_plugin(origin, key);
        let modules = self.modules.iter().filter(|(_, providers)| {
            let mut origins = providers.iter().flat_map(|provider| &provider.origins);
            origins.any(is_others)
        });
        modules.map(|(name, _)| name.clone()).collect()
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

    /// Returns the version of a distribution that the application has.
    pub(crate) fn version_of_host(&self, name: &str) -> Option<String> {
        let found = self.found.get(name)?;
        found
            .origins
            .contains(&Origin::Host)
            .then(|| found.version.clone())
    }

    /// Whether the process has another version of a distribution, not brought by this plugin alone.
    pub(crate) fn has_other(&self, key: &str, distributions: &[Distribution]) -> bool {
        distributions.iter().any(|one| {
            let found = self.found.get(&one.name);
            found.is_some_and(|found| {
                found.version != one.version
                    && found.origins.iter().any(|origin| !is_plugin(origin, key))
            })
        })
    }

    /// Returns the versions that a plugin's environment should have to share the process: the
    /// application's, then those of other plugins in it.
    pub(crate) fn preferences(&self, key: &str) -> Preferences {
        let mut preferences = Preferences::default();
        for (name, found) in &self.found {
            let others = found
                .origins
                .iter()
                .filter(|origin| !is_plugin(origin, key));
            // What is from elsewhere is on no index.
            let origin = others.min_by_key(|origin| **origin != Origin::Host);
            if let (Some(origin), None) = (origin, &found.source) {
                preferences.prefer(&origin.as_preference(), name, &found.version);
            }
        }
        preferences
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
#[path = "present_tests.rs"]
mod tests;
