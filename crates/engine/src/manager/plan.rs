//! Plans in which place each plugin would run, for all together, by reading directories only.

use crate::error::Error;
use crate::execution::conflicts::{self, Conflict};
use crate::execution::environment;
use crate::execution::local_libraries;
use crate::execution::native_files;
use crate::execution::present::Present;
use crate::manager::Manager;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use lichtfeld_installer::{DiskUse, Distribution, Preference};
use lichtfeld_manifest::Isolation;
use serde::Serialize;
use std::sync::Arc;

/// The place in which one plugin would run, and the reason.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Placement {
    /// The name as the manifest writes it.
    pub name: String,
    /// The place, or `None` if it cannot run.
    pub place: Option<PlaceKind>,
    /// The reason, as a sentence.
    pub reason: String,
    /// The distributions that differ from those that this process would have.
    pub conflicts: Vec<Conflict>,
    /// The versions that its environment has because the application or another plugin has them.
    pub agreed: Vec<Preference>,
    /// What would have to change for it to run in this process: one sentence for each conflict, with
    /// the file and the line.
    pub to_share: Vec<String>,
    /// What its environment occupies.
    pub disk: Option<DiskUse>,
}

impl Placement {
    fn new(
        name: String,
        place: Option<PlaceKind>,
        reason: String,
        conflicts: Vec<Conflict>,
    ) -> Self {
        Self {
            name,
            place,
            reason,
            conflicts,
            agreed: Vec::new(),
            to_share: Vec::new(),
            disk: None,
        }
    }
}

/// The places in which all plugins would run, by name.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// One for each plugin.
    pub placements: Vec<Placement>,
}

struct Candidate {
    key: String,
    plugin: Arc<OnDisk>,
    /// `None` if the environment does not exist yet.
    distributions: Option<Vec<Distribution>>,
}

impl Candidate {
    fn packages(&self) -> &[Distribution] {
        self.distributions.as_deref().unwrap_or_default()
    }
}

impl Manager {
    /// Plans the places of the named plugins if they were loaded together now; with no names, of
    /// all plugins that start with the application. Active plugins stay in their places.
    ///
    /// Plugins with `isolation = "shared"` are placed first; then as many as can share this
    /// process, those with the fewest conflicts first. The plan is deterministic.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], or [`Error::Io`] if the plugins directory cannot be read.
    pub fn plan(&self, names: &[String]) -> Result<Plan, Error> {
        self.scan()?;
        let keys = if names.is_empty() {
            let known = self.plugins.states().into_iter().map(|(key, _)| key);
            known.filter(|key| self.is_to_start(key)).collect()
        } else {
            let keys: Result<Vec<String>, Error> =
                names.iter().map(|name| self.key(name)).collect();
            keys?
        };
        let mut plan = self.plan_of(&keys);
        for placement in &mut plan.placements {
            self.describe(placement);
        }
        Ok(plan)
    }

    pub(crate) fn plan_of(&self, keys: &[String]) -> Plan {
        let mut candidates: Vec<Candidate> = keys
            .iter()
            .filter_map(|key| {
                let plugin = self
                    .plugins
                    .with(key, |record| Arc::clone(&record.on_disk))?;
                Some(self.candidate(key, plugin))
            })
            .collect();
        let mut present = self.present.lock().clone();
        // The number of other plugins that each one conflicts with. Most plugins can share the
        // process if those with the most conflicts do not. Only those with packages can conflict, and
        // of a thousand plugins few have any.
        let with_packages: Vec<(&str, &[Distribution])> = candidates
            .iter()
            .filter(|one| one.plugin.manifest.isolation() != Isolation::Process)
            .map(|one| (one.key.as_str(), one.packages()))
            .filter(|(_, packages)| !packages.is_empty())
            .collect();
        let rank = |index: usize| {
            let one = &candidates[index];
            let asked = one.plugin.manifest.isolation() != Isolation::Shared;
            let packages = one.packages();
            let against = if packages.is_empty() {
                0
            } else {
                let alone = Present::of_plugin(&one.key, packages);
                let others = with_packages.iter().filter(|(key, _)| *key != one.key);
                others
                    .filter(|(key, theirs)| !alone.differences(key, theirs).others.is_empty())
                    .count()
            };
            (asked, against, one.key.clone())
        };
        let mut order: Vec<_> = (0..candidates.len())
            .map(|index| (rank(index), index))
            .collect();
        order.sort();
        let mut placements: Vec<(usize, Placement)> = order
            .into_iter()
            .map(|(_, index)| (index, self.placement(&candidates[index], &mut present)))
            .collect();
        candidates.clear();
        placements.sort_by_key(|(index, _)| *index);
        Plan {
            placements: placements.into_iter().map(|(_, found)| found).collect(),
        }
    }

    fn candidate(&self, key: &str, plugin: Arc<OnDisk>) -> Candidate {
        let ready = environment::ready(&self.installer, &environment::request(&plugin));
        let distributions = ready.ok().flatten().map(|prepared| {
            let shared = self.backends.shared.as_ref();
            local_libraries::distributions(shared, prepared.generation.as_ref(), false)
        });
        Candidate {
            key: key.to_owned(),
            plugin,
            distributions,
        }
    }

    fn placement(&self, candidate: &Candidate, present: &mut Present) -> Placement {
        let name = candidate.plugin.manifest.name().as_str().to_owned();
        let running = self
            .plugins
            .with(&candidate.key, |record| record.running.place());
        if let Some(place) = running.flatten() {
            return Placement::new(name, Some(place), "it runs there".into(), Vec::new());
        }
        let distributions = candidate.packages();
        let differences = present.differences(&candidate.key, distributions);
        let decided = conflicts::decide(
            &candidate.plugin,
            &differences,
            self.backends.worker.is_some(),
        );
        let isolation = candidate.plugin.manifest.isolation();
        let rebuilt = native_files::rebuilt(self.backends.shared.as_ref(), &candidate.plugin);
        let (place, reason) = match (decided, rebuilt) {
            (Ok(PlaceKind::Shared), Some(rebuilt)) => {
                match rebuilt.moved(&candidate.plugin, self.backends.worker.is_some()) {
                    Ok(reason) => (Some(PlaceKind::Worker), reason),
                    Err(failure) => (None, failure.to_string()),
                }
            }
            (Err(failure), _) => (None, failure.to_string()),
            (Ok(place), _) => {
                if place == PlaceKind::Shared {
                    present.replace(&candidate.key, distributions);
                }
                let reason = match (isolation, candidate.distributions.is_some()) {
                    (Isolation::Process, _) => "it asks for a process of its own".to_owned(),
                    (_, false) => {
                        "its environment is not made yet, so its conflicts are not known".to_owned()
                    }
                    _ if place == PlaceKind::Worker => differences.notes().join("; "),
                    _ if distributions.is_empty() => "it has no dependencies".to_owned(),
                    _ => "it agrees with this process".to_owned(),
                };
                (Some(place), reason)
            }
        };
        Placement::new(name, place, reason, differences.all())
    }
}
