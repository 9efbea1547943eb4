//! Settings of plugins: one JSON file each, written whole, never reset.
//!
//! Nothing is cached: another process may have written meanwhile. A change takes a lock beside the
//! file, reads, changes and writes, so that two processes do not lose each other's keys.

use crate::error::Error;
use crate::model::home::Home;
use camino::Utf8PathBuf;
use lichtfeld_manifest::PluginName;
use lichtfeld_system::files;
use serde_json::{Map, Value};
use std::fs::{self, File, OpenOptions};
use std::sync::{Mutex, PoisonError};

/// A plugin's settings: a JSON object.
pub type Values = Map<String, Value>;

/// The settings of all plugins.
pub struct Settings {
    home: Home,
    /// One writer at a time in this process; the file lock is for other processes.
    writing: Mutex<()>,
    /// What was set aside since it was last asked for.
    warnings: Mutex<Vec<String>>,
}

impl Settings {
    pub(crate) fn new(home: Home) -> Self {
        Self {
            home,
            writing: Mutex::default(),
            warnings: Mutex::default(),
        }
    }

    fn path(&self, name: &str) -> Result<Utf8PathBuf, Error> {
        let name: PluginName = name.parse().map_err(|error| Error::BadName {
            name: name.to_owned(),
            reason: format!("{error}"),
        })?;
        Ok(self.home.settings(name.normalized()))
    }

    /// All settings of a plugin.
    ///
    /// # Errors
    /// [`Error::BadName`] for a name that cannot be a plugin's; [`Error::Io`] where the file is
    /// there and cannot be read. A file that is not JSON is set aside, with a warning.
    pub fn all(&self, name: &str) -> Result<Values, Error> {
        let path = self.path(name)?;
        let read = files::read_json_or_set_aside::<Values>(&path).map_err(|error| Error::Io {
            what: format!("cannot read the settings {path}"),
            reason: error.to_string(),
        })?;
        Ok(match read {
            files::Read::Missing => Values::new(),
            files::Read::Value(values) => values,
            files::Read::SetAside { moved_to, reason } => {
                self.warnings
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(format!(
                        "the settings of '{name}' could not be understood ({reason}); \
                     they were kept as {moved_to}"
                    ));
                Values::new()
            }
        })
    }

    /// What was set aside since this was last asked.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes a plugin's settings; gives what `change` gives.
    ///
    /// # Errors
    /// As [`Settings::all`], and [`Error::Io`] where the file cannot be written: then it is as it
    /// was.
    pub fn change<T>(&self, name: &str, change: impl FnOnce(&mut Values) -> T) -> Result<T, Error> {
        let path = self.path(name)?;
        let io = |reason: std::io::Error| Error::Io {
            what: format!("cannot write the settings {path}"),
            reason: reason.to_string(),
        };
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = self.lock_file(&path).map_err(io)?;
        let before = self.all(name)?;
        let mut values = before.clone();
        let result = change(&mut values);
        if values != before {
            let mut text = serde_json::to_string_pretty(&values)
                .map_err(|error| io(std::io::Error::other(error)))?;
            text.push('\n');
            files::write_atomic(&path, text.as_bytes())
                .map_err(|error| io(std::io::Error::other(error)))?;
        }
        drop(lock);
        Ok(result)
    }

    fn lock_file(&self, path: &camino::Utf8Path) -> std::io::Result<File> {
        let dir = path.parent().unwrap_or(path);
        fs::create_dir_all(dir)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join(".lock"))?;
        lock.lock()?;
        Ok(lock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let path = settings.path("a").unwrap();
        files::write_atomic(&path, b"{\"k\": \"v").unwrap();
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
