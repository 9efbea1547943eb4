//! Loads all plugins that start with the application.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::execution::environment;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::model::place_kind::PlaceKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Manager {
    /// Loads every plugin that is to start. Environments are made in parallel; imports follow by
    /// name. A failure of one never stops another. Returns for each name whether the plugin is
    /// active; for plugins whose manifest cannot be used that is false.
    ///
    /// # Errors
    /// [`Error::Io`] if the plugins directory cannot be read; [`Error::Interrupted`] for Ctrl-C.
    pub fn load_all(&self, observer: &mut dyn Observer) -> Result<BTreeMap<String, bool>, Error> {
        let _discovering = self.startup.discover();
        self.scan()?;
        let mut results = BTreeMap::new();
        if self.safe_mode() {
            self.log(
                None,
                Level::Warn,
                "safe mode: no plugin is loaded (LFS_SAFE_MODE)",
            );
            return Ok(results);
        }
        if !self.autoload {
            self.log(
                None,
                Level::Info,
                "no plugin is loaded by itself (LFS_PLUGIN_AUTOLOAD=0)",
            );
            return Ok(results);
        }
        let keys: Vec<String> = self
            .plugins
            .states()
            .into_iter()
            .map(|(key, _)| key)
            .filter(|key| self.is_to_start(key))
            .collect();
        // Logged by the scan.
        let rejected = self.rejected();
        let rejected = rejected.iter().filter(|one| {
            one.key()
                .is_none_or(|key| !self.state_file.get(&key).is_disabled())
        });
        let rejected: Vec<String> = rejected.map(|one| one.name.clone()).collect();
        let total = keys.len() + rejected.len();
        let mut observer = self.startup.track(observer, total);
        for name in rejected {
            observer.begin(&name);
            observer.end(false);
            results.insert(name, false);
        }
        self.prepare_all(&keys, &mut observer);
        // Those that share this process first: a plugin that is loaded later gets a worker if it
        // conflicts.
        let plan = self.agree(&keys, &mut observer);
        let placements = plan.placements.iter();
        let shared: BTreeSet<&str> = placements
            .filter(|found| found.place == Some(PlaceKind::Shared))
            .map(|found| found.name.as_str())
            .collect();
        let shared = |key: &String| {
            let name = self.plugins.with(key, |record| record.info.name.clone());
            name.is_some_and(|name| shared.contains(name.as_str()))
        };
        let (mut keys, others): (Vec<String>, Vec<String>) = keys.into_iter().partition(shared);
        keys.extend(others);
        for key in keys {
            let Some(name) = self.plugins.with(&key, |record| record.info.name.clone()) else {
                continue;
            };
            observer.begin(&name);
            let loaded = self.load(&name, &mut observer);
            observer.end(loaded.is_ok());
            if let Err(error @ Error::Interrupted { .. }) = loaded {
                return Err(error);
            }
            if let Err(error @ (Error::Reentrant { .. } | Error::Busy { .. })) = &loaded {
                self.log(Some(&key), Level::Warn, &with_causes(&error));
            }
            results.insert(name, loaded.is_ok());
        }
        Ok(results)
    }

    /// Makes the missing environments of several plugins at once, and those that can agree with the
    /// application. An error occurs again, and is kept,
    /// when its plugin is loaded.
    fn prepare_all(&self, keys: &[String], observer: &mut dyn Observer) {
        let to_make = |key: &String| {
            let plugin = self
                .plugins
                .with(key, |record| Arc::clone(&record.on_disk))?;
            if !plugin.manifest.compatibility(self.facts()).is_empty() {
                return None;
            }
            let request = environment::request(&plugin);
            let preferences = match environment::ready(&self.installer, &request).ok()? {
                Some(prepared) => self.untried(key, &plugin, &prepared)?,
                None => self.preferences(key, &plugin),
            };
            Some(request.with_preferences(Arc::new(preferences)))
        };
        let missing: Vec<_> = keys.iter().filter_map(to_make).collect();
        // A single plugin makes its own while it is loaded, unless others are to agree with it.
        if missing.len() > 1 || (keys.len() > 1 && !missing.is_empty()) {
            environment::make_many(&self.installer, &missing, observer);
        }
    }
}
