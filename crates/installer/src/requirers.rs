//! Which distributions of an environment require another one, by their own metadata.

use std::fs;

use lichtfeld_manifest::{Requirement, Version};

use crate::distribution::parse_dist_info;
use crate::generation::Generation;

/// What a distribution says that excludes a version of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirer {
    /// Its normalised name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The requirement, as it is written there.
    pub requirement: String,
}

impl Generation {
    /// Returns the distributions of this environment whose own requirements exclude a version of
    /// another one. Reads their metadata. Those of extras are left out.
    #[must_use]
    pub fn excluding(&self, name: &str, version: &Version) -> Vec<Requirer> {
        let mut found = Vec::new();
        let entries = self
            .site_packages
            .iter()
            .filter_map(|dir| fs::read_dir(dir).ok());
        for entry in entries.flatten().flatten() {
            let Some((of, its_version)) = entry.file_name().to_str().and_then(parse_dist_info)
            else {
                continue;
            };
            // Without it nothing is known.
            let text = fs::read_to_string(entry.path().join("METADATA")).unwrap_or_default();
            let header = text.split("\n\n").next().unwrap_or_default();
            let lines = header
                .lines()
                .filter_map(|line| line.strip_prefix("Requires-Dist:"));
            let requirements = lines
                .map(str::trim)
                .filter(|text| !text.contains("extra"))
                .filter_map(|text| Requirement::new(text).ok());
            for one in requirements.filter(|one| one.name() == name && !one.allows(version)) {
                found.push(Requirer {
                    name: of.clone(),
                    version: its_version.clone(),
                    requirement: one.as_str().to_owned(),
                });
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Returns what this environment occupies on disk. Walks through all of it.
    #[must_use]
    pub fn disk_use(&self) -> crate::DiskUse {
        crate::store::measure::disk_use(&self.path)
    }
}
