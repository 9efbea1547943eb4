//! The index of a registry: `docs/registry.md` describes it, `docs/reference/registry.schema.json`
//! is its schema. It is not trusted: every text in it is checked when it is read.

use crate::error::causes::with_causes;
use crate::error::registry::RegistryError;
use lichtfeld_manifest::{
    Demands, Host, Incompatibility, PluginName, Version, VersionSpecifiers, similarity,
};
use lichtfeld_sources::download::{Address, is_sha256};
use lichtfeld_system::Cause;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The version of the format that this crate reads.
pub const FORMAT: u64 = 1;
/// The limit of the size: 16 MiB.
pub(crate) const MAX_INDEX: u64 = 16 << 20;

/// All plugins of a registry.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct RegistryIndex {
    /// The plugins, in the order of the index.
    pub plugins: Vec<RegistryPlugin>,
}

/// A plugin of a registry.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RegistryPlugin {
    /// The id that it is installed by: `colmap`, `owner:colmap`.
    pub id: PluginId,
    /// `project.name` of its manifest.
    pub name: PluginName,
    /// One sentence.
    #[serde(default)]
    pub description: String,
    /// The name of the author.
    #[serde(default)]
    pub author: String,
    /// A page about it.
    #[serde(default)]
    pub homepage: String,
    /// Its repository, for `transport="git"`.
    #[serde(default)]
    pub repository: String,
    /// Words for the search.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Its versions, in any order.
    pub versions: Vec<RegistryVersion>,
}

/// A version of a plugin. It never changes once it is published.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RegistryVersion {
    /// By PEP 440.
    pub version: Version,
    /// Its archive.
    pub url: ArchiveUrl,
    /// Of the archive.
    pub sha256: Sha256,
    /// The versions of Python it works with.
    #[serde(default, deserialize_with = "specifiers")]
    pub requires_python: Option<VersionSpecifiers>,
    /// The versions of the plugin API it works with.
    #[serde(default, deserialize_with = "specifiers")]
    pub plugin_api: Option<VersionSpecifiers>,
    /// The versions of LichtFeld Studio it works with.
    #[serde(default, deserialize_with = "specifiers")]
    pub lichtfeld_version: Option<VersionSpecifiers>,
    /// Features that the host must have.
    #[serde(default)]
    pub required_features: Vec<String>,
    /// The packages that it requires, for display only.
    #[serde(default)]
    pub dependencies: Vec<String>,
    /// Its commit or tag in the repository, for `transport="git"`.
    #[serde(default)]
    pub git_ref: Option<String>,
    /// Whether the version was withdrawn. It is then installed only if it is requested by number.
    #[serde(default)]
    pub yanked: bool,
}

/// The message of the library has three lines, too many for a message that contains the position.
fn specifiers<'de, D: Deserializer<'de>>(from: D) -> Result<Option<VersionSpecifiers>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        D::Error::custom(format!(
            "'{text}' are not versions by PEP 440, as in '>=1.0,<2'"
        ))
    })
}

impl RegistryVersion {
    /// Returns every rule of this version that a host does not meet.
    #[must_use]
    pub fn compatibility(&self, host: &Host) -> Vec<Incompatibility> {
        let mut demands = Demands::default();
        demands.requires_python = self.requires_python.as_ref();
        demands.plugin_api = self.plugin_api.as_ref();
        demands.lichtfeld_version = self.lichtfeld_version.as_ref();
        demands.required_features = &self.required_features;
        demands.unmet(host)
    }
}

/// A text that is checked when it is read.
macro_rules! checked {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(&text).map(|()| Self(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked!(
    /// The id of a plugin: lower-case letters, digits, `-`, `_`, `.`, perhaps with an owner and a
    /// colon before it.
    PluginId,
    |text| {
        let is_word = |word: &str| {
            let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            is_end(word.chars().next())
                && is_end(word.chars().last())
                && word.chars().all(|c| {
                    c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c)
                })
        };
        if text.len() <= 100 && text.splitn(2, ':').all(is_word) {
            return Ok(());
        }
        let text: String = text.chars().take(100).collect();
        Err(format!(
            "'{text}' is not an id: lower-case letters, digits, '-', '_' and '.', as in colmap or \
             owner:colmap"
        ))
    }
);

impl PluginId {
    /// Whether a text looks like an id, and not like a path or a URL.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        Self::try_from(text.to_owned()).is_ok()
    }
}

checked!(
    /// A SHA-256 in hexadecimal digits.
    Sha256,
    |text| {
        if is_sha256(text) {
            return Ok(());
        }
        Err("a SHA-256 has 64 hexadecimal digits".to_owned())
    }
);

checked!(
    /// Where an archive is: a URL, or a path beside the index.
    ArchiveUrl,
    |text| {
        if text.contains("://") {
            let parsed: Result<Address, _> = text.parse();
            return parsed.map(drop).map_err(|error| with_causes(&error));
        }
        let is_plain = |part: &str| {
            !matches!(part, "" | "." | "..")
                && !part.contains(|c: char| c.is_control() || "\\:?#%".contains(c))
        };
        if text.split('/').all(is_plain) {
            return Ok(());
        }
        let text: String = text.chars().take(100).collect();
        Err(format!(
            "'{text}' is neither a URL nor a path below the index's directory"
        ))
    }
);

/// The part that is the same in every version of the format; it is read first.
#[derive(Deserialize)]
struct Head {
    format: u64,
}

impl RegistryIndex {
    /// Reads an index. `place` is its URL or path, for errors, which contain line and column.
    ///
    /// # Errors
    /// [`RegistryError::Malformed`], [`RegistryError::Future`].
    pub fn parse(text: &str, place: &str) -> Result<Self, RegistryError> {
        let malformed = |source: Cause| RegistryError::Malformed {
            place: place.to_owned(),
            source,
        };
        let head: Head = serde_json::from_str(text).map_err(|error| malformed(error.into()))?;
        if head.format != FORMAT {
            return Err(RegistryError::Future {
                place: place.to_owned(),
                format: head.format,
            });
        }
        let index: Self = serde_json::from_str(text).map_err(|error| malformed(error.into()))?;
        let mut ids = BTreeSet::new();
        for plugin in &index.plugins {
            let id = &plugin.id;
            if !ids.insert(id) {
                return Err(malformed(format!("two plugins have the id '{id}'").into()));
            }
            let mut versions = BTreeSet::new();
            for found in &plugin.versions {
                let version = &found.version;
                if !versions.insert(version) {
                    return Err(malformed(
                        format!("'{id}' has version {version} twice").into(),
                    ));
                }
            }
        }
        Ok(index)
    }

    /// Returns the plugin with this id, or the only one with this name.
    pub(crate) fn find(&self, asked: &str) -> Result<&RegistryPlugin, RegistryError> {
        let id = asked.trim().to_ascii_lowercase();
        if let Some(found) = self.plugins.iter().find(|plugin| plugin.id.0 == id) {
            return Ok(found);
        }
        // In the existing application an id without a namespace is one of its own.
        let own = format!("lichtfeld:{id}");
        if let Some(found) = self.plugins.iter().find(|plugin| plugin.id.0 == own) {
            return Ok(found);
        }
        let name = PluginName::new(asked.trim());
        let mut named = self.plugins.iter().filter(|plugin| {
            name.as_ref()
                .is_ok_and(|name| plugin.name.normalized() == name.normalized())
        });
        match (named.next(), named.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(RegistryError::NoPlugin {
                id: asked.to_owned(),
                near: self.near(&id),
            }),
        }
    }

    /// Returns the ids that are nearest to this text, the best first.
    fn near(&self, asked: &str) -> Vec<String> {
        if asked.is_empty() || asked.len() > 100 {
            return vec![];
        }
        let likeness = |plugin: &RegistryPlugin| {
            let words = [plugin.id.as_str(), plugin.name.normalized()];
            let likeness = |word: &str| {
                let bare = word.rsplit(':').next().unwrap_or(word);
                [bare, word].map(|word| similarity(asked, word))
            };
            let likenesses = words.into_iter().flat_map(likeness);
            likenesses.flatten().reduce(f64::max)
        };
        let mut found: Vec<(f64, &str)> = self
            .plugins
            .iter()
            .filter_map(|plugin| Some((likeness(plugin)?, plugin.id.as_str())))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        found
            .iter()
            .take(3)
            .map(|(_, id)| (*id).to_owned())
            .collect()
    }
}
