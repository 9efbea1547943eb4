//! The description of a registry's plugin as plain data, with its compatibility with a host.

use crate::packages::registry::index::RegistryPlugin;
use lichtfeld_manifest::Host;
use serde_json::{Value, json};

impl RegistryPlugin {
    /// Returns everything in the index, and: `latest_version`, the newest that suits, else the
    /// newest; `compatible`; the versions, the newest first, each with `compatible` and
    /// `incompatibilities`, a list of texts.
    #[must_use]
    pub fn describe(&self, host: &Host) -> Value {
        let versions: Vec<Value> = self
            .newest_first()
            .into_iter()
            .map(|found| {
                let unmet = found.compatibility(host);
                let unmet: Vec<String> = unmet.iter().map(ToString::to_string).collect();
                let mut version = json!(found);
                version["compatible"] = json!(unmet.is_empty());
                version["incompatibilities"] = json!(unmet);
                version
            })
            .collect();
        let suits = self.newest_compatible(host);
        let latest = suits.or_else(|| self.newest_first().first().copied());
        let mut plugin = json!(self);
        plugin["latest_version"] = json!(latest.map(|found| found.version.to_string()));
        plugin["compatible"] = json!(suits.is_some());
        plugin["versions"] = json!(versions);
        plugin
    }
}
