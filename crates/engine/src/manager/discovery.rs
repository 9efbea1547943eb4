//! Which plugins there are: reads the plugins directory and runs no code.

use crate::error::Error;
use crate::error::failure::{Failure, FailureKind, Stage};
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::model::on_disk::OnDisk;
use crate::model::report::PluginInfo;
use crate::packages::staging::Sweep;
use lichtfeld_manifest::Discovery;
use std::sync::Arc;

impl Manager {
    /// Reads the plugins directory, runs no code, and gives the facts of all plugins, by name.
    ///
    /// # Errors
    /// [`Error::Io`] where the plugins directory cannot be made or read.
    pub fn discover(&self) -> Result<Vec<Arc<PluginInfo>>, Error> {
        self.scan()?;
        Ok(self.plugins.infos())
    }

    /// Reads the plugins directory; gives what was found, the rejected ones too.
    ///
    /// # Errors
    /// As [`Manager::discover`].
    pub fn scan(&self) -> Result<Discovery, Error> {
        self.require_own_process()?;
        let dir = self.home().plugins();
        let _span = tracing::debug_span!("discover", %dir).entered();
        std::fs::create_dir_all(dir).map_err(|error| {
            Error::io(format!("cannot make the plugins directory {dir}"), error)
        })?;
        self.swept.call_once(|| self.sweep_staging(Sweep::Start));
        let discovery = {
            let mut discoverer = self.discoverer.lock();
            discoverer.discover(dir).map_err(|error| {
                Error::io(format!("cannot read the plugins directory {dir}"), error)
            })?
        };
        self.crashes_seen.call_once(|| self.remember_crashes());
        self.watch_new(&discovery.plugins);
        for found in &discovery.plugins {
            let name = found.manifest.name();
            self.services.names.set(name.normalized(), name.as_str());
        }
        self.plugins.update(
            &discovery.plugins,
            |key| {
                if self.state_file.get(key).is_disabled() {
                    State::Disabled
                } else {
                    State::Unloaded
                }
            },
            |key| self.operation_locks.is_held(key),
        );
        self.reject(&discovery.rejected);
        self.tell_of_quarantine();
        Ok(discovery)
    }

    /// Reads a plugin's manifest again if it has changed; gives why it can no longer be used.
    pub(crate) fn refresh(&self, key: &str) -> Result<Option<Failure>, Error> {
        let Some(on_disk) = self.plugins.with(key, |record| Arc::clone(&record.on_disk)) else {
            return Ok(None);
        };
        if on_disk.is_fresh() {
            return Ok(None);
        }
        let parsed = lichtfeld_manifest::read(&on_disk.dir);
        match parsed.manifest() {
            Some(manifest) if manifest.name().normalized() == key => {
                self.services.names.set(key, manifest.name().as_str());
                let renewed = OnDisk::new(on_disk.dir.clone(), Arc::clone(manifest));
                self.plugins.with(key, |record| record.renew(renewed));
                Ok(None)
            }
            Some(manifest) => {
                let message = format!("the plugin is called '{}' now", manifest.name());
                self.scan()?;
                Ok(Some(Failure::new(
                    FailureKind::Manifest,
                    Stage::Environment,
                    message,
                )))
            }
            None => Ok(Some(Failure::from_manifest(
                &on_disk.dir,
                parsed.diagnostics(),
            ))),
        }
    }

    /// Returns the name of a plugin, also of a rejected one, that is nearest to this one.
    fn nearest(&self, name: &str) -> Option<String> {
        let (infos, rejected) = (self.plugins.infos(), self.rejected());
        let names = infos.iter().map(|info| info.name.as_str());
        let names = names.chain(rejected.iter().map(|one| one.name.as_str()));
        lichtfeld_manifest::nearest(name, names).map(str::to_owned)
    }

    /// The key of a plugin by any spelling of its name; discovers it if need be.
    pub(crate) fn key(&self, name: &str) -> Result<String, Error> {
        self.require_own_process()?;
        let known = |key: &str| self.plugins.with(key, |_| ()).is_some();
        let key = match Error::name(name) {
            Ok(parsed) => parsed.normalized().to_owned(),
            Err(error) => {
                // The name may be what its manifest is rejected for.
                self.scan()?;
                return Err(self.rejected_error(name).unwrap_or(error));
            }
        };
        if !known(&key) {
            self.scan()?;
            if !known(&key) {
                return Err(self
                    .rejected_error(name)
                    .unwrap_or_else(|| Error::UnknownPlugin {
                        name: name.to_owned(),
                        near: self.nearest(name),
                    }));
            }
        }
        Ok(key)
    }
}
