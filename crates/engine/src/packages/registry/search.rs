//! Searches an index, and chooses a version of a plugin.

use crate::error::registry::RegistryError;
use crate::packages::registry::index::{RegistryIndex, RegistryPlugin, RegistryVersion};
use lichtfeld_manifest::{Host, Version};

/// Which plugins a search includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compatibility {
    /// Plugins with a version that suits this host.
    Compatible,
    /// All.
    All,
}

/// The part of a description in which a word was found, the best first.
fn rank(plugin: &RegistryPlugin, word: &str) -> Option<u32> {
    let name = plugin.name.as_str().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(word);
    Some(match () {
        () if name == word => 0,
        () if name.starts_with(word) => 1,
        () if name.contains(word) => 2,
        () if plugin.id.as_str() == word => 3,
        () if has(plugin.id.as_str()) => 4,
        () if plugin.keywords.iter().any(|keyword| has(keyword)) => 5,
        () if has(&plugin.description) || has(&plugin.author) => 6,
        () => return None,
    })
}

impl RegistryIndex {
    /// Returns the plugins that contain every word of the query, the best first: by name, then id,
    /// keywords, description and author. An empty query finds all.
    #[must_use]
    pub fn search(&self, query: &str, among: Compatibility, host: &Host) -> Vec<&RegistryPlugin> {
        let query = query.to_lowercase();
        let suits = |plugin: &&RegistryPlugin| {
            among == Compatibility::All || plugin.newest_compatible(host).is_some()
        };
        let mut found: Vec<(u32, &RegistryPlugin)> = self
            .plugins
            .iter()
            .filter(suits)
            .filter_map(|plugin| {
                let ranks = query.split_whitespace().map(|word| rank(plugin, word));
                Some((ranks.sum::<Option<u32>>()?, plugin))
            })
            .collect();
        found.sort_by(|a, b| {
            let order = a.0.cmp(&b.0);
            order
                .then_with(|| a.1.name.normalized().cmp(b.1.name.normalized()))
                .then_with(|| a.1.id.cmp(&b.1.id))
        });
        found.into_iter().map(|(_, plugin)| plugin).collect()
    }
}

impl RegistryPlugin {
    /// Returns the newest version that suits a host, or `None`. Withdrawn versions are left out,
    /// and a pre-release is chosen only if no other version suits (PEP 440, handling of
    /// pre-releases).
    #[must_use]
    pub fn newest_compatible(&self, host: &Host) -> Option<&RegistryVersion> {
        self.versions
            .iter()
            .filter(|found| !found.yanked && found.compatibility(host).is_empty())
            .max_by_key(|found| (!found.version.any_prerelease(), &found.version))
    }

    /// Returns all versions, the newest first.
    #[must_use]
    pub fn newest_first(&self) -> Vec<&RegistryVersion> {
        let mut versions: Vec<&RegistryVersion> = self.versions.iter().collect();
        versions.sort_by(|a, b| b.version.cmp(&a.version));
        versions
    }

    /// Returns the requested version, or without one the newest that suits the host.
    pub(crate) fn choose(
        &self,
        version: Option<&str>,
        host: &Host,
    ) -> Result<&RegistryVersion, RegistryError> {
        let id = self.id.to_string();
        let Some(asked) = version else {
            return self
                .newest_compatible(host)
                .ok_or_else(|| RegistryError::NoneSuits {
                    reasons: self.why_not(host),
                    id,
                });
        };
        let parsed: Option<Version> = asked.trim().parse().ok();
        self.versions
            .iter()
            .find(|found| Some(&found.version) == parsed.as_ref())
            .ok_or_else(|| RegistryError::NoVersion {
                id,
                version: asked.to_owned(),
                there: self
                    .newest_first()
                    .iter()
                    .map(|found| found.version.to_string())
                    .collect(),
            })
    }

    /// Returns why the three newest versions do not suit.
    fn why_not(&self, host: &Host) -> Vec<String> {
        let newest = self.newest_first();
        let reasons = newest.iter().take(3).map(|found| {
            let unmet = found.compatibility(host);
            let why = match unmet.first() {
                Some(first) => first.to_string(),
                None => "it was withdrawn".to_owned(),
            };
            format!("{}: {why}", found.version)
        });
        reasons.collect()
    }
}
