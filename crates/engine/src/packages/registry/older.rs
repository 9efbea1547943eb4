//! Registries in the layout of the existing application: an index without versions, and beside it one
//! document for each plugin, `plugins/<namespace>/<name>.json`.
//!
//! Both are read into the index of this crate, so that nothing else knows of two layouts. What is wrong
//! with one plugin leaves that plugin out, with a remark: such a registry is made from many hands.

use crate::packages::registry::index::{FORMAT, PluginId, RegistryPlugin, RegistryVersion, Sha256};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most plugins that an index in this layout may have: each costs a request.
pub(crate) const MAX_PLUGINS: usize = 500;
/// The limit of the size of a document: 1 MiB.
pub(crate) const MAX_DOCUMENT: u64 = 1 << 20;
/// The namespace of a plugin in an index that names none.
const NAMESPACE: &str = "community";

/// An index in this layout.
#[derive(Debug, Deserialize)]
pub(crate) struct OlderIndex {
    /// Absent here, and required in the index of this crate.
    #[serde(default)]
    format: Option<Value>,
    pub(crate) plugins: Vec<Value>,
}

/// A plugin of such an index.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    name: String,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    homepage: Option<String>,
}

/// The document of a plugin.
#[derive(Debug, Deserialize)]
struct Document {
    #[serde(default)]
    versions: BTreeMap<String, Version>,
}

#[derive(Debug, Deserialize)]
struct Version {
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    plugin_api: Option<String>,
    #[serde(default)]
    lichtfeld_version: Option<String>,
    #[serde(default)]
    required_features: Vec<String>,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    checksum: String,
    #[serde(default)]
    download_url: String,
    #[serde(default)]
    git_ref: Option<String>,
}

/// Returns an index if a text is one in this layout.
pub(crate) fn read(text: &str) -> Option<OlderIndex> {
    let index: OlderIndex = serde_json::from_str(text).ok()?;
    index.format.is_none().then_some(index)
}

impl Entry {
    /// Reads a plugin of the index.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let entry = Self::deserialize(value).map_err(|error| error.to_string())?;
        // The parts of the id are parts of a path.
        PluginId::try_from(entry.id())?;
        Ok(entry)
    }

    /// Returns the id: `namespace:name`.
    pub(crate) fn id(&self) -> String {
        format!("{}:{}", self.namespace(), self.name).to_ascii_lowercase()
    }

    fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or(NAMESPACE)
    }

    /// Returns where its document may be, relative to the directory of the index, the most likely first.
    /// `colon` is how a colon is written in such a path.
    pub(crate) fn documents(&self, colon: &str) -> [String; 3] {
        let (namespace, name) = (self.namespace(), &self.name);
        [
            format!("plugins/{namespace}/{name}.json"),
            format!("plugins/{namespace}{colon}{name}.json"),
            format!("plugins/{name}.json"),
        ]
    }

    /// Returns the plugin as the index of this crate has it, with remarks on versions that are left out.
    ///
    /// # Errors
    /// A sentence that says what is wrong with its document.
    pub(crate) fn with(&self, document: &str) -> Result<(Value, Vec<String>), String> {
        let document: Document =
            serde_json::from_str(document).map_err(|error| error.to_string())?;
        let mut versions = Vec::new();
        let mut remarks = Vec::new();
        let mut known = BTreeSet::new();
        for (number, found) in document.versions {
            let number = found.version.unwrap_or(number);
            let checksum = found.checksum.trim();
            let sha256 = checksum.strip_prefix("sha256:").unwrap_or(checksum);
            let version = json!({
                "version": number,
                "url": found.download_url,
                "sha256": sha256,
                "plugin_api": found.plugin_api.filter(|text| !text.trim().is_empty()),
                "lichtfeld_version": found.lichtfeld_version.filter(|text| !text.trim().is_empty()),
                "required_features": found.required_features,
                "dependencies": found.dependencies,
                "git_ref": found.git_ref,
            });
            let checked = if Sha256::try_from(sha256.to_owned()).is_err() {
                Err("it has no SHA-256 as its checksum".to_owned())
            } else {
                RegistryVersion::deserialize(&version).map_err(|error| error.to_string())
            };
            match checked {
                Err(why) => remarks.push(format!("'{}' {number} is left out: {why}", self.id())),
                // `1.0` and `1.0.0` are one version.
                Ok(checked) if known.insert(checked.version.clone()) => versions.push(version),
                Ok(_) => {}
            }
        }
        let plugin = json!({
            "id": self.id(),
            "name": self.name,
            "description": self.summary.clone().unwrap_or_default(),
            "author": self.author.clone().unwrap_or_default(),
            "homepage": self.homepage.clone().unwrap_or_default(),
            "repository": self.repository.clone().unwrap_or_default(),
            "keywords": self.keywords,
            "versions": versions,
        });
        RegistryPlugin::deserialize(&plugin).map_err(|error| error.to_string())?;
        Ok((plugin, remarks))
    }
}

/// Returns the text of the index of this crate with these plugins. Of two with one id the first counts.
pub(crate) fn merged(plugins: Vec<Value>) -> String {
    let mut ids = BTreeSet::new();
    let plugins: Vec<Value> = plugins
        .into_iter()
        .filter(|plugin| ids.insert(plugin["id"].as_str().unwrap_or_default().to_owned()))
        .collect();
    json!({ "format": FORMAT, "plugins": plugins }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::registry::index::RegistryIndex;
    use lichtfeld_manifest::Host;

    const HASH: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    fn entry() -> Entry {
        Entry::read(&json!({
            "namespace": "painter", "name": "Cleaner", "display_name": "Point cleaner",
            "summary": "Takes points out", "author": "A", "latest_version": "1.5.0",
            "keywords": ["cloud"], "downloads": 7, "repository": "https://example.org/cleaner",
        }))
        .unwrap()
    }

    #[test]
    fn an_index_with_a_format_is_not_of_this_layout() {
        assert!(read(r#"{"plugins": [{"name": "a"}], "schema": 1}"#).is_some());
        assert!(read(r#"{"format": 1, "plugins": []}"#).is_none());
        assert!(read("[]").is_none());
    }

    #[test]
    fn its_plugins_and_documents_are_read_into_an_index() {
        let document = json!({"name": "Cleaner", "versions": {
            "1.5.0": {"plugin_api": ">=1,<2", "lichtfeld_version": ">=0.4.2", "required_features": ["panels.v1"],
                      "dependencies": ["numpy"], "checksum": format!("sha256:{HASH}"),
                      "download_url": "https://example.org/cleaner-1.5.0.zip", "git_ref": "v1.5.0"},
            "9.0.0": {"plugin_api": ">=7", "lichtfeld_version": "", "checksum": HASH, "download_url": "a/b.zip"},
            "1.0.0": {"download_url": "https://example.org/cleaner-1.0.0.zip"},
            "1.1.0": {"checksum": HASH, "download_url": "../secret.zip"},
            "one": {"checksum": HASH, "download_url": "a.zip"},
        }});
        let (plugin, remarks) = entry().with(&document.to_string()).unwrap();
        let index = RegistryIndex::parse(&merged(vec![plugin.clone(), plugin]), "test").unwrap();
        let found = index.find("painter:cleaner").unwrap();
        assert_eq!((found.versions.len(), remarks.len()), (2, 3), "{remarks:?}");
        let host = Host::new("0.5.3", "1.0", "3.12.1").unwrap();
        let newest = found.newest_compatible(&host).unwrap();
        assert_eq!(newest.version.to_string(), "1.5.0");
        assert_eq!(newest.sha256.as_str(), HASH);
        assert_eq!(index.find("cleaner").unwrap().keywords, ["cloud"]);
        assert!(
            remarks
                .iter()
                .any(|one| one.contains("1.0.0 is left out: it has no SHA-256"))
        );
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        for name in ["../x", "a/b", "", "a:b:c"] {
            assert!(Entry::read(&json!({"name": name})).is_err(), "{name}");
        }
        assert!(Entry::read(&json!({"namespace": "..", "name": "a"})).is_err());
        let entry = Entry::read(&json!({"name": "a"})).unwrap();
        assert_eq!(entry.id(), "community:a");
        assert_eq!(entry.documents("%3A")[1], "plugins/community%3Aa.json");
    }

    #[test]
    fn a_document_that_is_none_is_named() {
        assert!(entry().with("[1").is_err());
        assert_eq!(entry().with("{}").unwrap().0["versions"], json!([]));
    }
}
