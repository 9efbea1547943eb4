//! What a plan says of each plugin besides its place: what it has agreed on, what keeps it from
//! sharing, and what it costs.

use crate::error::Error;
use crate::execution::conflicts::Conflict;
use crate::execution::environment;
use crate::execution::requirements;
use crate::manager::Manager;
use crate::manager::plan::Placement;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use lichtfeld_installer::{Generation, LockOrigin};
use lichtfeld_manifest::{Isolation, MANIFEST_FILE, Requirement, Version};
use std::str::FromStr;
use std::sync::Arc;

/// A plugin with its environment, for what a plan says of it.
pub(crate) struct Described {
    pub(crate) name: String,
    pub(crate) plugin: Arc<OnDisk>,
    pub(crate) generation: Generation,
}

impl Manager {
    /// Completes the plan of one plugin. Reads its environment.
    pub(crate) fn describe(&self, placement: &mut Placement) {
        let Some(described) = self.described(&placement.name) else {
            return;
        };
        let record = &described.generation.record;
        let taken = record.preferred.iter().filter(|one| one.taken);
        placement.agreed = taken.map(|one| one.preference.clone()).collect();
        placement.disk = Some(described.generation.disk_use());
        if placement.place == Some(PlaceKind::Shared) {
            return;
        }
        if described.plugin.manifest.isolation() == Isolation::Process {
            let (file, line) = described.line_of("isolation");
            placement.to_share.push(format!(
                "remove `isolation = \"process\"` from {file}{line}"
            ));
        }
        let conflicts = placement.conflicts.iter();
        placement
            .to_share
            .extend(conflicts.map(|conflict| described.obstacle(conflict)));
    }

    pub(crate) fn described(&self, name: &str) -> Option<Described> {
        let key = Error::name(name).ok()?;
        let plugin = self
            .plugins
            .with(key.normalized(), |record| Arc::clone(&record.on_disk))?;
        let ready = environment::ready(&self.installer, &environment::request(&plugin));
        Some(Described {
            name: name.to_owned(),
            generation: ready.ok()??.generation?,
            plugin,
        })
    }
}

impl Described {
    /// What keeps a plugin from the version that the process has.
    fn obstacle(&self, conflict: &Conflict) -> String {
        let Conflict {
            name, here, origin, ..
        } = conflict;
        if conflict.module.is_some() {
            return format!("use another distribution than {name}: {conflict}");
        }
        if conflict.changed {
            return format!("restart the application: {conflict}");
        }
        if let Some(requirement) = self.excluding(name, here) {
            return format!("{requirement} excludes {name} {here}, which {origin} has");
        }
        let version = Version::from_str(here).ok();
        let requirers = version.map(|version| self.generation.excluding(name, &version));
        if let Some(first) = requirers.as_ref().and_then(|list| list.first()) {
            return format!(
                "{} {} requires `{}`, which excludes {name} {here}, which {origin} has; another \
                 version of {} may not",
                first.name, first.version, first.requirement, first.name
            );
        }
        let dir = &self.plugin.dir;
        if self.generation.record.lock == LockOrigin::Shipped {
            return format!(
                "{dir}/uv.lock has {name} {}, and {origin} has {here}",
                conflict.wanted
            );
        }
        if self.generation.record.excludes(name, here) {
            return format!(
                "uv found no environment with {name} {here}, which {origin} has; loosen the \
                 requirements in {dir}/{MANIFEST_FILE}"
            );
        }
        format!(
            "nothing is known to exclude {name} {here}, which {origin} has: it is tried when the \
             application starts"
        )
    }

    /// The requirement of the manifest that excludes a version, with its place.
    pub(crate) fn excluding(&self, name: &str, version: &str) -> Option<String> {
        let found = requirements::excluding(&self.plugin.manifest, name, version)?;
        Some(self.shown(found))
    }

    fn shown(&self, requirement: &Requirement) -> String {
        let (file, line) = self.line_of(requirement.as_str());
        format!("`{requirement}` in {file}{line}")
    }

    /// The manifest, and the line and column of a text in it.
    fn line_of(&self, text: &str) -> (String, String) {
        let manifest = &self.plugin.manifest;
        let file = format!("{}/{MANIFEST_FILE}", self.plugin.dir);
        let lines = manifest.source().lines().enumerate();
        let found = lines
            .filter(|(_, line)| !line.trim_start().starts_with('#'))
            .find_map(|(number, line)| Some((number, line.find(text)?)));
        let place = found.map(|(line, column)| format!(":{}:{}", line + 1, column + 1));
        (file, place.unwrap_or_default())
    }
}
