//! Plugins that exist and cannot be loaded, because their manifest has errors.

use crate::error::failure::Failure;
use crate::model::report::PluginInfo;
use camino::Utf8PathBuf;
use lichtfeld_manifest::{PluginName, Rejected};
use parking_lot::Mutex;
use serde::Serialize;
use std::sync::Arc;

/// A plugin whose manifest cannot be used.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RejectedPlugin {
    /// The name in the manifest if it can be read, else that of the directory.
    pub name: String,
    /// The plugin's directory.
    pub path: Utf8PathBuf,
    /// The first error of the manifest, with its position.
    pub failure: Failure,
}

impl RejectedPlugin {
    fn new(rejected: &Rejected) -> Self {
        Self {
            name: rejected.name().to_owned(),
            path: rejected.dir.clone(),
            failure: Failure::from_manifest(&rejected.dir, &rejected.diagnostics),
        }
    }

    /// Returns the normalised name, or `None` if the name is not one for a plugin.
    pub(crate) fn key(&self) -> Option<String> {
        let name = PluginName::new(&self.name).ok()?;
        Some(name.normalized().to_owned())
    }

    /// Returns what is known of it. It has no version.
    pub(crate) fn info(&self) -> PluginInfo {
        PluginInfo::unreadable(&self.name, &self.path)
    }

    fn is_called(&self, name: &str) -> bool {
        let normalized =
            |name: &str| PluginName::new(name).map(|name| name.normalized().to_owned());
        let names = [Some(self.name.as_str()), self.path.file_name()];
        names.into_iter().flatten().any(|known| {
            let is_same = matches!((normalized(known), normalized(name)), (Ok(a), Ok(b)) if a == b);
            known == name || is_same
        })
    }
}

/// All rejected plugins of the last scan, by directory.
#[derive(Default)]
pub(crate) struct RejectedPlugins(Mutex<Vec<Arc<RejectedPlugin>>>);

impl RejectedPlugins {
    /// Replaces all of them. Returns those that were not rejected before, or for another reason.
    pub(crate) fn update(&self, rejected: &[Rejected]) -> Vec<Arc<RejectedPlugin>> {
        let now: Vec<_> = rejected
            .iter()
            .map(|found| Arc::new(RejectedPlugin::new(found)))
            .collect();
        let before = std::mem::replace(&mut *self.0.lock(), now.clone());
        let is_known = |one: &RejectedPlugin| {
            before.iter().any(|known| {
                known.path == one.path && known.failure.to_string() == one.failure.to_string()
            })
        };
        now.into_iter().filter(|one| !is_known(one)).collect()
    }

    /// Returns whether no thread holds the lock, for a forked copy of the process.
    pub(crate) fn is_free(&self) -> bool {
        self.0.try_lock().is_some()
    }

    /// Returns all of them, by directory.
    pub(crate) fn all(&self) -> Vec<Arc<RejectedPlugin>> {
        self.0.lock().clone()
    }

    /// Returns the one with this name, or in the directory of this name.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<RejectedPlugin>> {
        let all = self.0.lock();
        all.iter().find(|one| one.is_called(name)).cloned()
    }
}
