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

/// A distribution that differs between a plugin's environment and the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Conflict {
    /// The distribution's normalised name.
    pub name: String,
    /// The version in the plugin's environment, with its local part.
    pub wanted: String,
    /// The version in the process.
    pub here: String,
    /// The origins of the version in the process.
    pub origin: Origin,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} is needed, {} has {}",
            self.name, self.wanted, self.origin, self.here
        )
    }
}

/// Returns a sentence about the conflicts.
#[must_use]
pub(crate) fn sentence(plugin: &str, conflicts: &[Conflict]) -> String {
    let list: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
    format!("'{plugin}' cannot share this process: {}", list.join("; "))
}

/// Decides where a plugin with these conflicts runs.
///
/// # Errors
/// If the manifest requires a place in which it cannot run.
pub(crate) fn decide(
    plugin: &OnDisk,
    conflicts: &[Conflict],
    has_worker: bool,
) -> Result<PlaceKind, Failure> {
    let name = plugin.manifest.name().as_str();
    let failure = |message: String| Failure::new(FailureKind::Conflict, Stage::Import, message);
    match plugin.manifest.isolation() {
        Isolation::Process if !has_worker => Err(failure(format!(
            "'{name}' asks for a process of its own, which this application does not offer"
        ))
        .with_hint("remove `isolation = \"process\"` from [tool.lichtfeld]")),
        Isolation::Process => Ok(PlaceKind::Worker),
        _ if conflicts.is_empty() => Ok(PlaceKind::Shared),
        Isolation::Auto if has_worker => Ok(PlaceKind::Worker),
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

/// The distributions present in this process, by normalised name.
#[derive(Clone, Default)]
pub(crate) struct Present {
    found: BTreeMap<String, Found>,
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
        }
    }

    /// Returns the distributions of a plugin that differ from those of the application and other
    /// plugins.
    #[must_use]
    pub(crate) fn conflicts(&self, key: &str, distributions: &[Distribution]) -> Vec<Conflict> {
        self.differing(distributions)
            .filter_map(|(found, conflict)| {
                let other = found
                    .origins
                    .iter()
                    .find(|origin| !is_plugin(origin, key))?;
                Some(Conflict {
                    origin: other.clone(),
                    ..conflict
                })
            })
            .collect()
    }

    /// Returns the distributions of a plugin that differ from those of its own earlier versions.
    /// These are loaded, and a process cannot unload a native library.
    #[must_use]
    pub(crate) fn own_changes(&self, key: &str, distributions: &[Distribution]) -> Vec<Conflict> {
        self.differing(distributions)
            .filter(|(found, _)| found.origins.iter().all(|origin| is_plugin(origin, key)))
            .map(|(_, conflict)| conflict)
            .collect()
    }

    fn differing<'a>(
        &'a self,
        distributions: &'a [Distribution],
    ) -> impl Iterator<Item = (&'a Found, Conflict)> {
        distributions.iter().filter_map(|distribution| {
            let found = self.found.get(&distribution.name)?;
            let same =
                found.version == distribution.version && found.source == distribution.direct_url;
            (!same).then(|| {
                let conflict = Conflict {
                    name: distribution.name.clone(),
                    wanted: shown(&distribution.version, distribution.direct_url.as_deref()),
                    here: shown(&found.version, found.source.as_deref()),
                    origin: Origin::Host,
                };
                (found, conflict)
            })
        })
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
        assert!(present().conflicts("b", &same).is_empty());
    }

    #[test]
    fn versions_local_parts_and_sources_are_told_apart() {
        let wanted = [
            distribution("numpy", "2.1.0", None),
            distribution("torch", "2.6.0+cpu", None),
        ];
        insta::assert_snapshot!(sentence("b", &present().conflicts("b", &wanted)));
        let built = [distribution(
            "numpy",
            "1.26.4",
            Some("file:///wheels/numpy.whl"),
        )];
        insta::assert_snapshot!(sentence("b", &present().conflicts("b", &built)));
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
        assert_eq!(shown("1", Some("no JSON")), "1 from no JSON");
    }

    #[test]
    fn what_a_plugin_itself_brought_is_a_change_and_no_conflict() {
        let newer = [distribution("torch", "2.7.0", None)];
        assert!(present().conflicts("a", &newer).is_empty());
        assert_eq!(present().own_changes("a", &newer).len(), 1);
        assert!(present().own_changes("b", &newer).is_empty());
    }
}
