//! Which environment has the local libraries as they are now.
//!
//! An environment with local libraries is named by their files as well, and which libraries it has is
//! known when it is built. So it is looked for among those that were built for the same manifest.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use crate::distribution::normalized;
use crate::error::InstallError;
use crate::generation::Generation;
use crate::local_source::{Declared, LocalSource};
use crate::outcome::Check;
use crate::source_tree;
use crate::store::{EnvironmentDir, check};

/// What is known of the local libraries of an environment before it is built.
pub(crate) struct Before {
    sources: Vec<LocalSource>,
    /// uv's cache notices no change in the files of a directory; these are built in any case.
    pub(crate) names: Vec<String>,
    /// Those of a directory of wheels: a lock has no hash of their files, and their versions are
    /// chosen like those of an index.
    pub(crate) listed: Vec<String>,
}

impl Before {
    /// Looks at all that are known, before uv reads them: what is saved during the build then
    /// counts as a change.
    pub(crate) fn look(declared: &Declared, dir: &EnvironmentDir, base: &str) -> Self {
        let earlier = generations_of(dir, base).into_iter().next();
        let mut sources = earlier.map_or_else(Vec::new, |generation| generation.record.sources);
        for source in &declared.sources {
            if !sources.iter().any(|known| known.name == source.name) {
                sources.push(source.clone());
            }
        }
        let sources: Vec<_> = sources.into_iter().map(LocalSource::look).collect();
        let mut names = declared.names.clone();
        names.extend(sources.iter().map(|source| source.name.clone()));
        names.sort();
        names.dedup();
        let is_listed = |source: &&LocalSource| {
            let directory = source.path.parent();
            directory.is_some_and(|one| declared.find_links.iter().any(|known| known == one))
                && !declared.names.contains(&source.name)
        };
        let listed = sources.iter().filter(is_listed);
        let listed = listed.map(|source| source.name.clone()).collect();
        Self {
            sources,
            names,
            listed,
        }
    }

    /// The error of a build, with the path of the library if it is one.
    pub(crate) fn named(&self, error: InstallError) -> InstallError {
        match error {
            InstallError::SourceBuildFailed {
                plugin,
                package,
                reason,
                transcript,
            } => {
                let name = normalized(&package);
                match self.sources.iter().find(|source| source.name == name) {
                    Some(source) => InstallError::LibraryBuildFailed {
                        plugin,
                        package,
                        path: source.path.clone(),
                        reason,
                        transcript,
                    },
                    None => InstallError::SourceBuildFailed {
                        plugin,
                        package,
                        reason,
                        transcript,
                    },
                }
            }
            other => other,
        }
    }

    /// The states of those that were installed.
    pub(crate) fn states(&self, found: Vec<LocalSource>) -> Vec<LocalSource> {
        let known = |one: &LocalSource| {
            let same =
                |known: &&LocalSource| known.path == one.path && known.editable == one.editable;
            self.sources
                .iter()
                .find(same)
                .map(|known| known.state.clone())
        };
        found
            .into_iter()
            .map(|one| match known(&one) {
                Some(state) => LocalSource { state, ..one },
                None => one.look(),
            })
            .collect()
    }
}

/// The fingerprint of an environment with these libraries. `moment` distinguishes environments
/// with a library that is too large to be compared.
pub(crate) fn fingerprint(base: &str, sources: &[LocalSource], moment: u64) -> String {
    if sources.is_empty() {
        return base.to_owned();
    }
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(base.as_bytes());
    for source in sources {
        part(source.name.as_bytes());
        part(source.path.as_str().as_bytes());
        match &source.state.content {
            Some(content) => part(content.as_bytes()),
            None => part(&moment.to_le_bytes()),
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The environments that were built for a manifest, the newest first.
pub(crate) fn generations_of(dir: &EnvironmentDir, base: &str) -> Vec<Generation> {
    let mut found = dir.generations().unwrap_or_default();
    found.retain(|generation| generation.record.base == base);
    found
}

/// The local libraries of the newest environment that was built for this manifest.
pub(crate) fn of_newest(dir: &EnvironmentDir, base: &str) -> Option<Vec<LocalSource>> {
    let newest = generations_of(dir, base).into_iter().next()?;
    Some(newest.record.sources)
}

/// Looks for an environment whose libraries are as they were when it was built. `None`: there
/// is none for this manifest.
pub(crate) fn find(
    dir: &EnvironmentDir,
    base: &str,
    refresh: bool,
) -> Result<Option<Check>, InstallError> {
    let mut looked: BTreeMap<(Utf8PathBuf, bool, Option<String>), bool> = BTreeMap::new();
    let mut reason = None;
    for generation in generations_of(dir, base) {
        let changed = generation.record.sources.iter().find(|source| {
            if source.is_too_large() {
                return refresh;
            }
            let key = (
                source.path.clone(),
                source.editable,
                source.state.content.clone(),
            );
            let same = *looked
                .entry(key)
                .or_insert_with(|| source_tree::is_as(&source.path, source.of(), &source.state));
            !same
        });
        match changed {
            None => {
                return check::check(dir, &generation.fingerprint).map(Some);
            }
            Some(source) if reason.is_none() => {
                reason = Some(if source.is_too_large() {
                    format!("{} in {} may have changed", source.name, source.path)
                } else {
                    format!("{} in {} has changed", source.name, source.path)
                });
            }
            Some(_) => {}
        }
    }
    Ok(reason.map(|reason| Check::Missing { reason }))
}
