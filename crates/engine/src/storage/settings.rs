//! Settings of plugins: one JSON file each, written whole, never reset.
//!
//! Nothing is cached: another process may have written meanwhile. A change takes a lock beside the
//! file, reads, changes and writes, so that two processes do not lose each other's keys.

use crate::error::Error;
use crate::model::home::Home;
use lichtfeld_system::JsonStore;
use lichtfeld_system::json_store::{SetAside, StoreOptions};
use parking_lot::Mutex;
use serde_json::{Map, Value};

/// A plugin's settings: a JSON object.
pub type Values = Map<String, Value>;

/// The settings of all plugins.
#[derive(Debug)]
pub struct Settings {
    home: Home,
    /// Warnings about files that were set aside, since the last call of `take_warnings`.
    warnings: Mutex<Vec<String>>,
}

impl Settings {
    pub(crate) fn new(home: Home) -> Self {
        Self {
            home,
            warnings: Mutex::default(),
        }
    }

    fn store(&self, name: &str) -> Result<JsonStore<Values>, Error> {
        let name = Error::name(name)?;
        let path = self.home.settings(name.normalized());
        // One lock for all settings, since they are rarely changed.
        let lock = path.with_file_name(".lock");
        let options = StoreOptions::default().with_lock(lock);
        Ok(JsonStore::with_options(path, options))
    }

    fn warn(&self, name: &str, set_aside: Option<SetAside>) {
        if let Some(set_aside) = set_aside {
            let warning = format!("the settings of '{name}': {set_aside}");
            self.warnings.lock().push(warning);
        }
    }

    /// Returns all settings of a plugin.
    ///
    /// # Errors
    /// [`Error::BadName`] for a name that cannot be a plugin's; [`Error::Io`] if the file cannot be
    /// read. A file that is not JSON is set aside, with a warning.
    pub fn all(&self, name: &str) -> Result<Values, Error> {
        let store = self.store(name)?;
        let path = store.path();
        let loaded = store
            .load()
            .map_err(|error| Error::io(format!("cannot read the settings {path}"), error))?;
        self.warn(name, loaded.set_aside);
        Ok(loaded.value.unwrap_or_default())
    }

    /// Returns the warnings about files that were set aside since the last call.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock())
    }

    /// Changes a plugin's settings. Returns what `change` returns.
    ///
    /// `change` is called under a lock that other processes wait for; it must not change settings
    /// itself.
    ///
    /// # Errors
    /// As [`Settings::all`], and [`Error::Io`] if the file cannot be written: then it is as it was.
    pub fn change<T>(&self, name: &str, change: impl FnOnce(&mut Values) -> T) -> Result<T, Error> {
        let store = self.store(name)?;
        let path = store.path();
        let updated = store
            .update(change)
            .map_err(|error| Error::io(format!("cannot write the settings {path}"), error))?;
        self.warn(name, updated.set_aside);
        Ok(updated.result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;
    use std::fs;

    fn scratch() -> (tempfile::TempDir, Settings) {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(dir.path().to_path_buf()).unwrap();
        (dir, Settings::new(Home::new(root)))
    }

    #[test]
    fn what_is_set_is_read_by_another_process() {
        let (_dir, settings) = scratch();
        settings
            .change("My.Plugin", |values| values.insert("a".into(), 1.into()))
            .unwrap();
        let other = Settings::new(settings.home.clone());
        assert_eq!(
            other.all("my-plugin").unwrap().get("a"),
            Some(&Value::from(1))
        );
    }

    #[test]
    fn a_torn_file_is_kept_and_told_of() {
        let (_dir, settings) = scratch();
        settings
            .change("a", |values| values.insert("k".into(), "v".into()))
            .unwrap();
        let path = settings.store("a").unwrap().path().to_owned();
        lichtfeld_system::files::write_atomic(&path, b"{\"k\": \"v").unwrap();
        assert!(settings.all("a").unwrap().is_empty());
        let warnings = settings.take_warnings();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let kept: Vec<_> = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| fs::read(path).unwrap() == b"{\"k\": \"v")
            .collect();
        assert_eq!(
            kept.len(),
            1,
            "the torn file is still there under another name"
        );
    }

    #[test]
    fn a_name_that_leaves_the_directory_is_refused() {
        let (_dir, settings) = scratch();
        for name in ["../state", "a/b", "", "..", "a\\b"] {
            let error = settings.all(name).unwrap_err();
            assert_eq!(error.code(), "LR008", "{name}");
        }
    }

    #[test]
    fn writers_at_once_lose_nothing() {
        let (_dir, settings) = scratch();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let settings = Settings::new(settings.home.clone());
                scope.spawn(move || {
                    for key in 0..10 {
                        let key = format!("{writer}-{key}");
                        settings
                            .change("a", |values| values.insert(key, true.into()))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(settings.all("a").unwrap().len(), 80);
    }
}
