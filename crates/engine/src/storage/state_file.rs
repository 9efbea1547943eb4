//! `state.json`: what the user switched on or off, and what was put into quarantine.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::error::failure::Stage;
use camino::Utf8PathBuf;
use lichtfeld_system::JsonStore;
use lichtfeld_system::json_store::StoreOptions;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How many crashes of a worker in [`CRASH_WINDOW`] mean quarantine.
pub(crate) const CRASH_LIMIT: usize = 3;
/// The time in which crashes are counted together.
pub(crate) const CRASH_WINDOW: Duration = Duration::from_secs(5 * 60);

/// Why and since when a plugin is not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quarantine {
    /// What it did.
    pub reason: String,
    /// When, in seconds since 1970.
    pub at: u64,
    /// In which step, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
}

/// What is kept of one plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PluginPrefs {
    /// The user's choice; none means that the manifest's `auto_start` counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Set where a crash, not the user, switched it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
    /// When its worker crashed lately, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crashes: Vec<u64>,
}

impl PluginPrefs {
    /// Whether only `enable` may load it.
    #[must_use]
    pub(crate) fn is_disabled(&self) -> bool {
        self.enabled == Some(false) || self.quarantine.is_some()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Document {
    version: u32,
    #[serde(default)]
    plugins: BTreeMap<String, PluginPrefs>,
    /// What a later version wrote and this one does not know: kept.
    #[serde(flatten)]
    other: BTreeMap<String, serde_json::Value>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            version: 1,
            plugins: BTreeMap::new(),
            other: BTreeMap::new(),
        }
    }
}

/// The file and what it holds.
pub(crate) struct StateFile {
    store: JsonStore<Document>,
    /// What was read or written last, for questions.
    document: Mutex<Document>,
}

pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

impl StateFile {
    /// Reads the file. The warning says what was set aside, or why the file cannot be read.
    pub(crate) fn open(path: Utf8PathBuf) -> (Self, Option<String>) {
        let options = StoreOptions::default()
            .with_lock(path.with_extension("lock"))
            .with_last_good_copy();
        let store = JsonStore::with_options(path, options);
        let (document, warning) = match store.load() {
            Ok(loaded) => {
                let warning = loaded.set_aside.map(|set_aside| set_aside.to_string());
                (loaded.value.unwrap_or_default(), warning)
            }
            Err(error) => (Document::default(), Some(with_causes(&error))),
        };
        let document = Mutex::new(document);
        (Self { store, document }, warning)
    }

    /// What is kept of a plugin.
    pub(crate) fn get(&self, key: &str) -> PluginPrefs {
        let document = self.document.lock();
        document.plugins.get(key).cloned().unwrap_or_default()
    }

    /// The plugins in quarantine.
    pub(crate) fn quarantined(&self) -> Vec<(String, Quarantine)> {
        let document = self.document.lock();
        let prefs = document.plugins.iter();
        prefs
            .filter_map(|(key, prefs)| Some((key.clone(), prefs.quarantine.clone()?)))
            .collect()
    }

    /// Changes what is kept of a plugin, and writes the file if anything changed. What another
    /// process has written since, a quarantine above all, is kept.
    pub(crate) fn update(
        &self,
        key: &str,
        change: impl FnOnce(&mut PluginPrefs),
    ) -> Result<PluginPrefs, Error> {
        let mut document = self.document.lock();
        let updated = self.store.update(|known: &mut Document| {
            let mut prefs = known.plugins.get(key).cloned().unwrap_or_default();
            change(&mut prefs);
            if prefs == PluginPrefs::default() {
                known.plugins.remove(key);
            } else {
                known.plugins.insert(key.to_owned(), prefs.clone());
            }
            (known.clone(), prefs)
        });
        let path = self.store.path();
        let updated = updated.map_err(|error| Error::io(format!("cannot write {path}"), error))?;
        let (known, prefs) = updated.result;
        *document = known;
        Ok(prefs)
    }

    /// Counts a crash; true if there were too many of them lately.
    pub(crate) fn count_crash(&self, key: &str) -> Result<bool, Error> {
        let at = now();
        let prefs = self.update(key, |prefs| {
            prefs
                .crashes
                .retain(|crash| at.saturating_sub(*crash) < CRASH_WINDOW.as_secs());
            prefs.crashes.push(at);
        })?;
        Ok(prefs.crashes.len() >= CRASH_LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_process_has_written_is_kept() {
        let scratch = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(scratch.path().join("state.json")).unwrap();
        // Both have read the file before either writes it, as two applications have.
        let (one, _) = StateFile::open(path.clone());
        let (other, _) = StateFile::open(path.clone());
        let quarantine = Quarantine {
            reason: "it crashed".into(),
            at: 1,
            stage: None,
        };
        one.update("a", |prefs| prefs.quarantine = Some(quarantine))
            .unwrap();
        other
            .update("b", |prefs| prefs.enabled = Some(false))
            .unwrap();
        let (both, warning) = StateFile::open(path);
        assert_eq!(warning, None);
        assert!(both.get("a").quarantine.is_some() && both.get("b").is_disabled());
    }

    #[test]
    fn the_third_crash_is_one_too_many() {
        let scratch = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(scratch.path().join("state.json")).unwrap();
        let (file, _) = StateFile::open(path);
        let counted: Vec<bool> = (0..3).map(|_| file.count_crash("a").unwrap()).collect();
        assert_eq!(counted, [false, false, true]);
    }
}
