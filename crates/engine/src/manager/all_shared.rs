//! Which changes would let all plugins share the application's process.
//!
//! A proposal is computed from what is known: the versions that are there, the manifests, and what
//! was tried before. It asks no index.

use crate::error::Error;
use crate::execution::conflicts::Origin;
use crate::manager::Manager;
use crate::manager::plan_details::Described;
use lichtfeld_manifest::{Isolation, Version};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// The smallest set of changes that lets all plugins share the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Proposal {
    /// The changes, each one sentence with the file and the line. Empty if none is necessary, or
    /// none is enough.
    pub changes: Vec<String>,
    /// What stands against it, each a pair that cannot agree. Empty if the changes are enough.
    pub against: Vec<String>,
}

/// The cost of one version for all plugins.
#[derive(Default)]
struct Cost {
    changes: Vec<String>,
    against: Vec<String>,
}

impl Manager {
    /// Proposes the smallest set of changes that lets all the named plugins share this process; with
    /// no names, all that start with the application. Plugins that ask for a process of their own are
    /// left out.
    ///
    /// # Errors
    /// As [`Manager::plan`].
    pub fn propose_all_shared(&self, names: &[String]) -> Result<Proposal, Error> {
        let plan = self.plan(names)?;
        let placements = plan.placements.iter();
        let all: Vec<Described> = placements
            .filter_map(|placement| self.described(&placement.name))
            .filter(|one| one.plugin.manifest.isolation() != Isolation::Process)
            .collect();
        let mut proposal = Proposal::default();
        for conflict in plan.placements.iter().flat_map(|one| &one.conflicts) {
            if conflict.module.is_some() {
                proposal.against.push(conflict.to_string());
            }
        }
        for (name, versions) in versions_of(&all) {
            let of_host = self.present.lock().version_of_host(&name);
            let targets = match of_host {
                Some(version) => vec![(version, Origin::Host)],
                None => versions.into_iter().collect(),
            };
            let costs = targets
                .iter()
                .map(|(version, origin)| cost(&all, &name, version, origin));
            let best = costs.min_by_key(|cost| (cost.against.len(), cost.changes.len()));
            if let Some(best) = best {
                proposal.changes.extend(best.changes);
                proposal.against.extend(best.against);
            }
        }
        if !proposal.against.is_empty() {
            proposal.changes.clear();
        }
        Ok(proposal)
    }
}

/// The versions of each distribution, with the first plugin that has it.
fn versions_of(all: &[Described]) -> BTreeMap<String, BTreeMap<String, Origin>> {
    let mut found: BTreeMap<String, BTreeMap<String, Origin>> = BTreeMap::new();
    for one in all {
        for distribution in &one.generation.distributions {
            let versions = found.entry(distribution.name.clone()).or_default();
            versions
                .entry(distribution.version.clone())
                .or_insert_with(|| Origin::Plugin(one.name.clone()));
        }
    }
    found
}

/// What it takes for all plugins to have one version.
fn cost(all: &[Described], name: &str, version: &str, origin: &Origin) -> Cost {
    let mut cost = Cost::default();
    let mut seen = BTreeSet::new();
    for one in all {
        let mut found = one.generation.distributions.iter();
        let Some(found) = found.find(|found| found.name == name) else {
            continue;
        };
        if found.version == version {
            continue;
        }
        let who = &one.name;
        if let Some(requirement) = one.excluding(name, version) {
            if seen.insert(requirement.clone()) {
                cost.changes.push(format!(
                    "let {requirement} allow {name} {version}, which {origin} has"
                ));
            }
            continue;
        }
        let parsed = Version::from_str(version).ok();
        let requirers = parsed.map(|version| one.generation.excluding(name, &version));
        if let Some(requirer) = requirers.as_ref().and_then(|list| list.first()) {
            cost.against.push(format!(
                "plugin '{who}' and {origin}: {} {} requires `{}`, and {origin} has {name} {version}",
                requirer.name, requirer.version, requirer.requirement
            ));
        } else if one.generation.record.excludes(name, version) {
            cost.against.push(format!(
                "plugin '{who}' and {origin}: uv found no environment of '{who}' with {name} \
                 {version}, which {origin} has"
            ));
        }
    }
    cost
}
