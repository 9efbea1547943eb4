//! `state.json`: which plugins the user has enabled or disabled, and which are in quarantine.

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

/// A worker that crashes so often within [`CRASH_WINDOW`] is put into quarantine.
pub(crate) const CRASH_LIMIT: usize = 3;
/// The time in which crashes are counted together.
pub(crate) const CRASH_WINDOW: Duration = Duration::from_secs(5 * 60);

/// What is said of a file that is lost.
const NOTHING_STARTS: &str = "which plugins were disabled is not known any more, so no plugin starts \
                              by itself: enable those that should (`lichtfeld-plugins enable NAME`)";

/// Why and since when a plugin is in quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quarantine {
    /// What it did.
    pub reason: String,
    /// When, in seconds since 1970.
    pub at: u64,
    /// The step, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
}

/// The state of one plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PluginPrefs {
    /// The choice of the user, or `None` if the manifest's `auto_start` decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Set if a crash, not the user, disabled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
    /// When its worker crashed recently, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crashes: Vec<u64>,
}

impl PluginPrefs {
    /// Returns whether it can only be loaded after `enable`.
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
    /// Set if an earlier content was lost: which plugins the user had disabled is not known any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    choices_lost: bool,
    /// Fields of a later version, which this version preserves.
    #[serde(flatten)]
    other: BTreeMap<String, serde_json::Value>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            version: 1,
            plugins: BTreeMap::new(),
            choices_lost: false,
            other: BTreeMap::new(),
        }
    }
}

/// The file and its content.
pub(crate) struct StateFile {
    store: JsonStore<Document>,
    /// The content that was read or written last.
    document: Mutex<Document>,
}

pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

impl StateFile {
    /// Reads the file. The warning says which file was set aside, or why the file cannot be read, and
    /// what follows from it.
    pub(crate) fn open(path: Utf8PathBuf) -> (Self, Option<String>) {
        let options = StoreOptions::default()
            .with_lock(path.with_extension("lock"))
            .with_last_good_copy();
        let store = JsonStore::with_options(path, options);
        let lost = || Document {
            choices_lost: true,
            ..Document::default()
        };
        let (document, warning) = match store.load() {
            Ok(loaded) => match (loaded.value, loaded.set_aside) {
                (Some(document), set_aside) => (document, set_aside.map(|kept| kept.to_string())),
                (None, None) => (Document::default(), None),
                (None, Some(set_aside)) => {
                    // For the next start, which finds no file any more.
                    let kept = store.update(|known: &mut Document| known.choices_lost = true);
                    let mut warning = format!("{set_aside}; {NOTHING_STARTS}");
                    if let Err(error) = kept {
                        warning = format!("{warning} ({})", with_causes(&error));
                    }
                    (lost(), Some(warning))
                }
            },
            Err(error) => {
                let warning = format!("{}; {NOTHING_STARTS}", with_causes(&error));
                (lost(), Some(warning))
            }
        };
        let document = Mutex::new(document);
        (Self { store, document }, warning)
    }

    /// Returns whether it is not known any more which plugins the user had disabled. Then only those
    /// start by themselves that the user has enabled since.
    pub(crate) fn is_lost(&self) -> bool {
        self.document.lock().choices_lost
    }

    /// Returns the state of a plugin.
    pub(crate) fn get(&self, key: &str) -> PluginPrefs {
        let document = self.document.lock();
        document.plugins.get(key).cloned().unwrap_or_default()
    }

    /// Returns the plugins in quarantine.
    pub(crate) fn quarantined(&self) -> Vec<(String, Quarantine)> {
        let document = self.document.lock();
        let prefs = document.plugins.iter();
        prefs
            .filter_map(|(key, prefs)| Some((key.clone(), prefs.quarantine.clone()?)))
            .collect()
    }

    /// Changes the state of a plugin, and writes the file if it changed. The changes that another
    /// process has written since, such as a quarantine, are preserved.
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

    /// Counts a crash. Returns whether there were too many recently.
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
