//! The table of known plugins, with a record for each.
//!
//! One lock around one map. It is never held while plugin code runs, or files or processes are
//! used: an operation takes values out, works, and puts the result back.

use crate::error::Error;
use crate::error::failure::Failure;
use crate::execution::backend::UnloadReport;
use crate::lifecycle::{Event, State};
use crate::manager::slot::Slot;
use crate::model::event::Events;
use crate::model::on_disk::OnDisk;
use crate::model::report::{LoadReport, PluginInfo, Status};
use camino::Utf8PathBuf;
use lichtfeld_manifest::Discovered;
use parking_lot::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The record of one plugin.
pub(crate) struct Record {
    pub(crate) on_disk: Arc<OnDisk>,
    pub(crate) info: Arc<PluginInfo>,
    pub(crate) state: State,
    pub(crate) failure: Option<Failure>,
    pub(crate) report: LoadReport,
    pub(crate) running: Slot,
    pub(crate) unload_report: Option<UnloadReport>,
    /// The local libraries of its environment that are watched with it.
    pub(crate) libraries: Vec<Utf8PathBuf>,
    /// Whether somebody has asked for this operation, so that libraries that are too large to be
    /// compared are built again.
    pub(crate) refresh: bool,
    /// The revision of the last import.
    pub(crate) revision: u64,
    /// Its position in the order of all loads.
    pub(crate) order: u64,
}

impl Record {
    fn new(on_disk: OnDisk, state: State) -> Self {
        Self {
            info: Arc::new(PluginInfo::new(&on_disk)),
            on_disk: Arc::new(on_disk),
            state,
            failure: None,
            report: LoadReport::default(),
            running: Slot::Empty,
            unload_report: None,
            libraries: Vec::new(),
            refresh: false,
            revision: 0,
            order: 0,
        }
    }

    /// Replaces the manifest after it was read again.
    pub(crate) fn renew(&mut self, on_disk: OnDisk) {
        self.info = Arc::new(PluginInfo::new(&on_disk));
        self.on_disk = Arc::new(on_disk);
    }
}

fn on_disk(discovered: &Discovered) -> OnDisk {
    OnDisk::new(discovered.dir.clone(), Arc::clone(&discovered.manifest))
}

/// All plugins by normalised name.
#[derive(Default)]
pub(crate) struct PluginTable {
    records: Mutex<BTreeMap<String, Record>>,
}

impl PluginTable {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Record>> {
        self.records.lock()
    }

    /// Returns whether no thread holds the lock, for a forked copy of the process.
    pub(crate) fn is_free(&self) -> bool {
        self.records.try_lock().is_some()
    }

    /// Calls `look` with a record. Returns `None` if the plugin is not known.
    pub(crate) fn with<T>(&self, key: &str, look: impl FnOnce(&mut Record) -> T) -> Option<T> {
        self.lock().get_mut(key).map(look)
    }

    /// Updates the table with the plugins that were found. Returns the keys of plugins whose
    /// directory was removed. Their records are dropped, except while they run or an operation on
    /// them `is_under_way`.
    pub(crate) fn update(
        &self,
        found: &[Discovered],
        state_of_new: impl Fn(&str) -> State,
        is_under_way: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let mut records = self.lock();
        for discovered in found {
            let key = discovered.manifest.name().normalized();
            match records.get_mut(key) {
                Some(record)
                    if Arc::ptr_eq(&record.on_disk.manifest, &discovered.manifest)
                        && record.on_disk.dir == discovered.dir => {}
                Some(record) => record.renew(on_disk(discovered)),
                None => {
                    let state = state_of_new(key);
                    records.insert(key.to_owned(), Record::new(on_disk(discovered), state));
                }
            }
        }
        let vanished: Vec<String> = records
            .keys()
            .filter(|key| {
                !found
                    .iter()
                    .any(|known| known.manifest.name().normalized() == *key)
            })
            .cloned()
            .collect();
        records.retain(|key, record| {
            !vanished.contains(key) || record.running.place().is_some() || is_under_way(key)
        });
        vanished
    }

    /// Drops the record of a plugin that was uninstalled.
    pub(crate) fn forget(&self, key: &str) {
        let record = self.lock().remove(key);
        // Dropped here, without the lock.
        drop(record);
    }

    /// Returns the facts of all plugins, by name.
    pub(crate) fn infos(&self) -> Vec<Arc<PluginInfo>> {
        self.lock()
            .values()
            .map(|record| Arc::clone(&record.info))
            .collect()
    }

    /// Returns the keys and states of all plugins.
    pub(crate) fn states(&self) -> Vec<(String, State)> {
        self.lock()
            .iter()
            .map(|(key, record)| (key.clone(), record.state))
            .collect()
    }

    /// Returns the keys of the active plugins in the order in which they became active.
    pub(crate) fn active(&self) -> Vec<String> {
        self.in_order(|record| record.state == State::Active)
    }

    /// Returns the keys of the active plugins, and of those whose process has died: what they have
    /// registered stays until they are unloaded. In the order in which they became active.
    pub(crate) fn active_or_died(&self) -> Vec<String> {
        self.in_order(|record| record.state == State::Active || record.running.place().is_some())
    }

    fn in_order(&self, is_meant: impl Fn(&Record) -> bool) -> Vec<String> {
        let records = self.lock();
        let mut meant: Vec<(u64, &String)> = records
            .iter()
            .filter(|(_, record)| is_meant(record))
            .map(|(key, record)| (record.order, key))
            .collect();
        meant.sort();
        meant.into_iter().map(|(_, key)| key.clone()).collect()
    }

    /// Returns the status of a plugin.
    pub(crate) fn status(&self, key: &str) -> Option<Status> {
        self.lock().get(key).map(|record| Status {
            key: key.to_owned(),
            info: (*record.info).clone(),
            state: record.state,
            failure: record.failure.clone(),
            report: record.report.clone(),
            own_writes: Vec::new(),
        })
    }

    /// Changes a plugin's state by the table of transitions, and publishes the change.
    pub(crate) fn on(
        &self,
        events: &Events,
        key: &str,
        event: Event,
        cause: &str,
    ) -> Result<State, Error> {
        let (name, from, to) = {
            let mut records = self.lock();
            let record = records.get_mut(key).ok_or_else(|| Error::UnknownPlugin {
                name: key.to_owned(),
                near: None,
            })?;
            let name = record.info.name.clone();
            let from = record.state;
            let to = from.on(event).map_err(|source| Error::State {
                name: name.clone(),
                source,
            })?;
            record.state = to;
            (name, from, to)
        };
        events.publish(key, &name, (from, to), event, cause);
        Ok(to)
    }
}
