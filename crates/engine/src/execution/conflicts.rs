//! Conflicts of packages: the distributions that are present in this process, and those of a
//! plugin's environment that differ from them.

use crate::error::failure::{Failure, FailureKind, Stage};
use crate::execution::backend::Backend;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use lichtfeld_installer::Distribution;
use lichtfeld_manifest::Isolation;
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
fn changes(own: &[Conflict]) -> String {
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
        for one in distributions {
            let Some((origins, native, conflict)) = self.changed(one) else {
                continue;
            };
            match origins.iter().find(|origin| !is_plugin(origin, key)) {
                Some(origin) => differences.others.push(Conflict {
                    origin: origin.clone(),
                    ..conflict
                }),
                None if native => differences.own.push(conflict),
                // Only this plugin has it, and it is Python alone: it is imported anew.
                None => {}
            }
        }
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
        let is_old = |importable: &&lichtfeld_installer::Importable| {
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

    /// Adds the distributions of a plugin that runs in this process.
    pub(crate) fn add(&mut self, key: &str, distributions: &[Distribution]) {
        self.enter(&Origin::Plugin(key.to_owned()), distributions);
    }
}

fn is_plugin(origin: &Origin, key: &str) -> bool {
    matches!(origin, Origin::Plugin(name) if name == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lichtfeld_installer::Importable;

    fn distribution(name: &str, version: &str, source: Option<&str>) -> Distribution {
        Distribution::new(name, version).with_direct_url(source.map(Into::into))
    }

    fn present() -> Present {
        let mut present = Present::default();
        present.enter(&Origin::Host, &[distribution("numpy", "1.26.4", None)]);
        present.add("a", &[distribution("torch", "2.6.0+cu124", None)]);
        present
    }

    #[test]
    fn the_same_version_from_the_same_place_agrees() {
        let same = [
            distribution("numpy", "1.26.4", None),
            distribution("new", "1", None),
        ];
        let differences = present().differences("b", &same);
        assert_eq!(differences.all(), []);
    }

    #[test]
    fn versions_local_parts_and_sources_are_told_apart() {
        let wanted = [
            distribution("numpy", "2.1.0", None),
            distribution("torch", "2.6.0+cpu", None),
        ];
        insta::assert_snapshot!(sentence("b", &present().differences("b", &wanted).others));
        let built = [distribution(
            "numpy",
            "1.26.4",
            Some("file:///wheels/numpy.whl"),
        )];
        insta::assert_snapshot!(sentence("b", &present().differences("b", &built).others));
    }

    #[test]
    fn a_source_is_told_by_its_url_and_what_is_there() {
        let url =
            r#"{"url":"https://example.org/a.git","vcs_info":{"vcs":"git","commit_id":"1f"}}"#;
        assert_eq!(shown("1", Some(url)), "1 from https://example.org/a.git@1f");
        let url = r#"{"url":"file:///a.whl","archive_info":{"hash":"sha256=9c"}}"#;
        assert_eq!(shown("1", Some(url)), "1 from file:///a.whl#sha256=9c");
        let url = r#"{"url":"file:///a","dir_info":{}}"#;
        assert_eq!(shown("1", Some(url)), "1 from file:///a");
        let url = r#"{"url":"file:///a","dir_info":{"editable":true}}"#;
        assert_eq!(shown("1", Some(url)), "1 from file:///a (editable)");
        assert_eq!(shown("1", Some("no JSON")), "1 from no JSON");
    }

    #[test]
    fn what_a_plugin_itself_brought_is_a_change_and_no_conflict() {
        let newer = [distribution("torch", "2.7.0", None)];
        let own = present().differences("a", &newer);
        assert_eq!((own.others.len(), own.own.len()), (0, 1));
        assert_eq!(
            own.notes(),
            ["moved to a process of its own: torch 2.6.0+cu124 -> 2.7.0 cannot be replaced here"]
        );
        let other = present().differences("b", &newer);
        assert_eq!((other.others.len(), other.own.len()), (1, 0));
    }

    fn with_modules(name: &str, modules: &[(&str, &str)]) -> Distribution {
        let modules = modules
            .iter()
            .map(|(name, digest)| Importable::new(*name, *digest))
            .collect();
        Distribution::new(name, "1.0").with_importable(modules)
    }

    #[test]
    fn two_distributions_of_one_import_name_are_a_conflict() {
        let mut present = Present::default();
        present.add("a", &[with_modules("pycolmap", &[("pycolmap", "1")])]);
        let cuda = [with_modules(
            "pycolmap-cuda12",
            &[("pycolmap", "2"), ("pycolmap_cuda", "3")],
        )];
        let differences = present.differences("b", &cuda);
        assert_eq!(
            sentence("b", &differences.others),
            "'b' cannot share this process: the module pycolmap of pycolmap-cuda12 1.0 is needed, \
             plugin 'a' has that of pycolmap 1.0"
        );
        let own = present.differences("a", &cuda);
        assert_eq!(own.others, []);
        assert_eq!(
            changes(&own.own),
            "pycolmap of pycolmap 1.0 -> pycolmap-cuda12 1.0"
        );
    }

    fn local(digest: &str) -> Distribution {
        let url = r#"{"url":"file:///mate","dir_info":{"editable":false}}"#;
        with_modules("mate", &[("mate", digest)]).with_direct_url(Some(url.into()))
    }

    #[test]
    fn a_local_library_that_changed_is_exchanged_where_nobody_else_has_it() {
        let mut present = Present::default();
        present.add("a", &[local("1")]);
        assert_eq!(present.differences("a", &[local("2")]).all(), []);
        assert_eq!(present.differences("b", &[local("1")]).all(), []);
        let others = present.differences("b", &[local("2")]).others;
        assert_eq!(
            sentence("b", &others),
            "'b' cannot share this process: mate 1.0 from file:///mate has changed, plugin 'a' has \
             it as it was before"
        );
        present.add("b", &[local("1")]);
        assert_eq!(present.differences("a", &[local("2")]).others.len(), 1);
        // One from an index is the same at the same version.
        let rebuilt = [with_modules("x", &[("x", "2")])];
        present.add("a", &[with_modules("x", &[("x", "1")])]);
        assert_eq!(present.differences("b", &rebuilt).all(), []);
    }

    #[test]
    fn native_code_of_a_local_library_cannot_be_exchanged() {
        let mut present = Present::default();
        present.add("a", &[local("1").with_native()]);
        let differences = present.differences("a", &[local("2").with_native()]);
        assert_eq!((differences.others.len(), differences.own.len()), (0, 1));
        assert_eq!(
            changes(&differences.own),
            "mate 1.0 from file:///mate, which has changed"
        );
    }

    #[test]
    fn what_a_plugin_has_no_more_is_forgotten_but_for_native_code() {
        let mut present = Present::default();
        let (pure, native) = (
            distribution("pure", "1", None),
            distribution("core", "1", None),
        );
        present.add("a", &[pure.clone(), native.with_native(), local("1")]);
        present.add("b", &[local("1")]);
        assert_eq!(present.of_others("a"), ["mate"]);
        present.replace("a", &[]);
        let newer = [
            distribution("pure", "2", None),
            distribution("core", "2", None),
        ];
        let differences = present.differences("a", &newer);
        assert_eq!(differences.own.len(), 1);
        assert_eq!(differences.own[0].name, "core");
        assert_eq!(present.differences("c", &[local("2")]).others.len(), 1);
        assert_eq!(present.of_others("b"), Vec::<String>::new());
    }

    #[test]
    fn the_same_files_and_the_parts_of_a_namespace_are_none() {
        let both = [
            with_modules("cv", &[("cv2", "1")]),
            with_modules("cv-more", &[("cv2", "2")]),
        ];
        let mut present = Present::default();
        present.add("a", &both);
        assert_eq!(present.differences("b", &both).all(), []);
        let copy = [with_modules(
            "cv-copy",
            &[("cv2", "2"), ("google.auth", "3")],
        )];
        assert_eq!(present.differences("b", &copy).all(), []);
        present.add("b", &copy);
        let part = [with_modules("protobuf", &[("google.protobuf", "4")])];
        assert_eq!(present.differences("c", &part).all(), []);
    }
}
