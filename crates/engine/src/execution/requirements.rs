//! What the requirements of a manifest say about one version of a distribution.

use lichtfeld_manifest::{Manifest, Requirement, Version};
use std::str::FromStr;

/// Returns the requirement of a manifest that excludes a version, of its dependencies and those of
/// the extras that it chooses. Markers are not evaluated.
pub(crate) fn excluding<'m>(
    manifest: &'m Manifest,
    name: &str,
    version: &str,
) -> Option<&'m Requirement> {
    let version = Version::from_str(version).ok()?;
    let extras = manifest.extras().iter();
    let of_extras = extras
        .filter_map(|extra| manifest.optional_dependencies().get(extra))
        .flatten();
    let all = manifest.dependencies().iter().chain(of_extras);
    let mut of_name = all.filter(|requirement| requirement.name() == name);
    of_name.find(|requirement| !requirement.allows(&version))
}
