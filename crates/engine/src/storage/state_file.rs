//! `state.json`: what the user switched on or off, and what was put into quarantine.

use crate::error::Error;
use crate::error::failure::Stage;
use camino::Utf8PathBuf;
use lichtfeld_system::files;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::sync::{Mutex, PoisonError};
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

/// The file and what it holds. A torn or foreign file is set aside, with a warning, and never
/// silently reset.
pub(crate) struct StateFile {
    path: Utf8PathBuf,
    document: Mutex<Document>,
}

pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

impl StateFile {
    /// Reads the file; a warning says what was set aside.
    pub(crate) fn open(path: Utf8PathBuf) -> (Self, Option<String>) {
        let (document, warning) = match files::read_json_or_set_aside::<Document>(&path) {
            Ok(files::Read::Missing) => (Document::default(), None),
            Ok(files::Read::Value(document)) => (document, None),
            Ok(files::Read::SetAside { moved_to, reason }) => (
                Document::default(),
                Some(format!(
                    "{path} could not be understood ({reason}); it was kept as {moved_to}"
                )),
            ),
            Err(error) => (Document::default(), Some(format!("{path}: {error}"))),
        };
        (
            Self {
                path,
                document: Mutex::new(document),
            },
            warning,
        )
    }

    /// What is kept of a plugin.
    pub(crate) fn get(&self, key: &str) -> PluginPrefs {
        let document = self.document.lock().unwrap_or_else(PoisonError::into_inner);
        document.plugins.get(key).cloned().unwrap_or_default()
    }

    /// The plugins in quarantine.
    pub(crate) fn quarantined(&self) -> Vec<(String, Quarantine)> {
        let document = self.document.lock().unwrap_or_else(PoisonError::into_inner);
        let prefs = document.plugins.iter();
        prefs
            .filter_map(|(key, prefs)| Some((key.clone(), prefs.quarantine.clone()?)))
            .collect()
    }

    /// Changes what is kept of a plugin and writes the file, if anything changed.
    pub(crate) fn update(
        &self,
        key: &str,
        change: impl FnOnce(&mut PluginPrefs),
    ) -> Result<PluginPrefs, Error> {
        let mut document = self.document.lock().unwrap_or_else(PoisonError::into_inner);
        // Another process with this home may have written since, a quarantine above all. Where it
        // cannot be locked or read, what is known here counts, and writing says what is wrong.
        let _lock = self.lock_file();
        if let Ok(files::Read::Value(on_disk)) = files::read_json_or_set_aside(&self.path) {
            *document = on_disk;
        }
        let mut prefs = document.plugins.get(key).cloned().unwrap_or_default();
        let before = prefs.clone();
        change(&mut prefs);
        if prefs == before {
            return Ok(prefs);
        }
        let mut next = document.clone();
        if prefs == PluginPrefs::default() {
            next.plugins.remove(key);
        } else {
            next.plugins.insert(key.to_owned(), prefs.clone());
        }
        let io = |reason: String| Error::Io {
            what: format!("cannot write {}", self.path),
            reason,
        };
        let text = serde_json::to_string_pretty(&next).map_err(|error| io(error.to_string()))?;
        files::write_atomic(&self.path, text.as_bytes()).map_err(|error| io(error.to_string()))?;
        *document = next;
        Ok(prefs)
    }

    fn lock_file(&self) -> Option<File> {
        fs::create_dir_all(self.path.parent()?).ok()?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let lock = options.open(self.path.with_extension("lock")).ok()?;
        lock.lock().ok()?;
        Some(lock)
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
