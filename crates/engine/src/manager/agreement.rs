//! Lets plugins agree on versions, so that they share this process: an environment prefers what the
//! application has, then what other plugins have.
//!
//! A preference excludes nothing. What cannot agree is resolved as if it were alone, and the
//! installer remembers it, so that no version is tried twice.

use crate::error::Error;
use crate::execution::conflicts::{Conflict, Origin};
use crate::execution::environment::{self, Prepared};
use crate::execution::host::Role;
use crate::execution::requirements;
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::manager::plan::Plan;
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use lichtfeld_installer::{Generation, Preference, PreferenceOrigin, Preferences};
use lichtfeld_manifest::{Isolation, Version};
use std::str::FromStr;
use std::sync::Arc;

/// A plugin that could share this process if it had another version of a distribution.
struct Dissenter {
    key: String,
    plugin: Arc<OnDisk>,
    generation: Generation,
}

impl Manager {
    /// Returns the versions that a plugin's environment prefers: those in this process, then those in
    /// the environments of the other plugins that are enabled.
    pub(crate) fn preferences(&self, key: &str, plugin: &OnDisk) -> Preferences {
        let mut preferences = self.preferences_of_process(key, plugin);
        if !self.agrees(plugin) {
            return preferences;
        }
        for (other, state) in self.plugins.states() {
            if other == key || state == State::Disabled {
                continue;
            }
            if let Some(one) = self.dissenter(&other) {
                let origin = PreferenceOrigin::Plugin(other);
                preferences.add(&origin, &one.generation.distributions);
            }
        }
        preferences
    }

    /// Returns the versions that this process has, from the application and from other plugins.
    fn preferences_of_process(&self, key: &str, plugin: &OnDisk) -> Preferences {
        if self.agrees(plugin) {
            self.present.lock().preferences(key)
        } else {
            Preferences::default()
        }
    }

    /// Whether a plugin's versions matter to others. A worker leaves this to its application.
    fn agrees(&self, plugin: &OnDisk) -> bool {
        plugin.manifest.isolation() != Isolation::Process && self.host().role() != Role::Worker
    }

    /// Returns the preferences for an environment that exists, if it has other versions than this
    /// process and these were not tried.
    pub(crate) fn untried(
        &self,
        key: &str,
        plugin: &OnDisk,
        prepared: &Prepared,
    ) -> Option<Preferences> {
        let generation = prepared.generation.as_ref()?;
        let differs = self
            .present
            .lock()
            .has_other(key, &generation.distributions);
        if !differs || !self.agrees(plugin) {
            return None;
        }
        let preferences = self.preferences_of_process(key, plugin);
        let untried = !generation.record.untried(&preferences).is_empty();
        (untried && !generation.in_use()).then_some(preferences)
    }

    /// Lets plugins that are about to be loaded together agree, where two of them have different
    /// versions. First the one that would need a worker is asked, then all that stand against it.
    /// Returns where they run then.
    pub(crate) fn agree(&self, keys: &[String], observer: &mut dyn Observer) -> Plan {
        let plan = self.plan_of(keys);
        let mut tried = false;
        for placement in &plan.placements {
            if placement.place == Some(PlaceKind::Shared) || placement.conflicts.is_empty() {
                continue;
            }
            let Ok(name) = Error::name(&placement.name) else {
                continue;
            };
            let Some(one) = self.dissenter(name.normalized()) else {
                continue;
            };
            if !placement.conflicts.iter().all(is_of_versions) {
                continue;
            }
            tried = true;
            if !self.gives_way(&one, &placement.conflicts, observer) {
                self.give_way_to(&one, &placement.conflicts, &plan, observer);
            }
        }
        if tried { self.plan_of(keys) } else { plan }
    }

    /// Builds a plugin's environment for the versions of the others. Returns whether it has them.
    fn gives_way(
        &self,
        one: &Dissenter,
        conflicts: &[Conflict],
        observer: &mut dyn Observer,
    ) -> bool {
        let can = conflicts
            .iter()
            .all(|conflict| one.may_have(&conflict.name, &conflict.here));
        let versions = conflicts.iter().map(|conflict| Preference {
            name: conflict.name.clone(),
            version: conflict.here.clone(),
            origin: conflict.origin.as_preference(),
        });
        can && self.build_for(one, versions.collect(), observer)
    }

    /// Builds the environments of all that stand against a plugin for its versions: of all, or of
    /// none.
    fn give_way_to(
        &self,
        one: &Dissenter,
        conflicts: &[Conflict],
        plan: &Plan,
        observer: &mut dyn Observer,
    ) {
        let is_of_plugin = |conflict: &Conflict| matches!(conflict.origin, Origin::Plugin(_));
        if !conflicts.iter().all(is_of_plugin) {
            return; // The application has what it has.
        }
        let wanted: Vec<Preference> = conflicts
            .iter()
            .map(|conflict| Preference {
                name: conflict.name.clone(),
                version: conflict.wanted.clone(),
                origin: PreferenceOrigin::Plugin(one.key.clone()),
            })
            .collect();
        let others = plan.placements.iter().filter_map(|placement| {
            let key = Error::name(&placement.name).ok()?;
            let other = self.dissenter(key.normalized())?;
            (other.key != one.key && wanted.iter().any(|one| other.has_other(one))).then_some(other)
        });
        let others: Vec<Dissenter> = others.collect();
        let all_may = others.iter().all(|other| {
            let mut differing = wanted.iter().filter(|one| other.has_other(one));
            differing.all(|one| other.may_have(&one.name, &one.version))
        });
        if !all_may {
            return;
        }
        for other in &others {
            if !self.build_for(other, wanted.clone(), observer) {
                return;
            }
        }
    }

    /// Builds an environment with a preference for these versions. Returns whether it has them.
    fn build_for(
        &self,
        one: &Dissenter,
        versions: Vec<Preference>,
        observer: &mut dyn Observer,
    ) -> bool {
        let mut preferences = Preferences::default();
        for wanted in &versions {
            preferences.prefer(&wanted.origin, &wanted.name, &wanted.version);
        }
        let all = self.preferences(&one.key, &one.plugin);
        preferences.extend(&all);
        let request = environment::request(&one.plugin).with_preferences(Arc::new(preferences));
        let made = environment::make(&self.installer, &request, observer, |line| {
            self.services.logs.write(&one.key, Level::Info, line);
        });
        let Ok(Some(generation)) = made.map(|made| made.prepared.generation) else {
            return false;
        };
        let has = |wanted: &Preference| {
            let mut found = generation.distributions.iter();
            found.all(|found| found.name != wanted.name || found.version == wanted.version)
        };
        versions.iter().all(has)
    }

    /// Returns a plugin whose versions can change: it has an environment, shares this process, and
    /// does not run.
    fn dissenter(&self, key: &str) -> Option<Dissenter> {
        let (plugin, runs) = self.plugins.with(key, |record| {
            (
                Arc::clone(&record.on_disk),
                record.running.place().is_some(),
            )
        })?;
        if runs || !self.agrees(&plugin) {
            return None;
        }
        let request = environment::request(&plugin);
        let prepared = environment::ready(&self.installer, &request).ok()??;
        Some(Dissenter {
            key: key.to_owned(),
            plugin,
            generation: prepared.generation?,
        })
    }
}

/// Whether a conflict is about two versions of one distribution, which another version solves.
fn is_of_versions(conflict: &Conflict) -> bool {
    let is_version = |text: &str| Version::from_str(text).is_ok();
    conflict.module.is_none() && is_version(&conflict.here) && is_version(&conflict.wanted)
}

impl Dissenter {
    fn has_other(&self, wanted: &Preference) -> bool {
        let mut found = self.generation.distributions.iter();
        found.any(|found| found.name == wanted.name && found.version != wanted.version)
    }

    /// Whether nothing is known that excludes a version.
    fn may_have(&self, name: &str, version: &str) -> bool {
        !self.generation.record.excludes(name, version)
            && requirements::excluding(&self.plugin.manifest, name, version).is_none()
    }
}
