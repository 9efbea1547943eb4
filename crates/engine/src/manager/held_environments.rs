//! Environments whose packages have been put on this process's path.
//!
//! Unloading a plugin does not take its packages out of the process: another plugin may use the
//! same copy, and a package may import a part of itself, or open a file of its own, at any time
//! later. So such an environment stays in use, and is not swept, until the process ends.

use crate::manager::Manager;
use crate::model::report::LoadReport;
use camino::Utf8PathBuf;
use lichtfeld_installer::{Generation, GenerationHold};
use parking_lot::Mutex;
use std::collections::BTreeMap;

/// Of the process and not of a manager: so is the path.
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
