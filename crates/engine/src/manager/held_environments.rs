//! Environments whose packages were added to the path of this process.
//!
//! Unloading a plugin does not remove its packages from the process: another plugin may use the
//! same copy, and a package may import a part of itself, or open one of its files, at any later
//! time. Such an environment is therefore not swept until the process ends.

use crate::manager::Manager;
use crate::model::report::LoadReport;
use camino::Utf8PathBuf;
use lichtfeld_installer::{Generation, GenerationHold};
use parking_lot::Mutex;
use std::collections::BTreeMap;

/// For the process and not for a manager, since the path belongs to the process.
static KEPT: Mutex<BTreeMap<Utf8PathBuf, GenerationHold>> = Mutex::new(BTreeMap::new());

impl Manager {
    /// Keeps an environment from being swept until this process ends.
    pub(crate) fn keep(&self, key: &str, generation: &Generation, report: &mut LoadReport) {
        let lock = || KEPT.lock();
        if lock().contains_key(&generation.path) {
            return;
        }
        if let Some(hold) = self.hold(key, Some(generation), report) {
            lock().insert(generation.path.clone(), hold);
        }
    }
}
