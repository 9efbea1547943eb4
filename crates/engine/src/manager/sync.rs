//! Makes, locks and repairs a plugin's environment without loading the plugin.

use crate::error::Error;
use crate::execution::environment;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::model::report::EnvironmentUse;
use camino::Utf8PathBuf;
use lichtfeld_installer::{InstallError, Installer, Relock};
use serde::Serialize;
use std::sync::Arc;

/// What to do with an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sync {
    /// Make it if it does not exist.
    Ensure,
    /// The same, and write `uv.lock` into the plugin's directory.
    Lock,
    /// Make it again, even if it exists.
    Repair,
}

/// An environment as it is now.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Synced {
    /// Whether this call has built it, it existed, or none is necessary.
    pub environment: EnvironmentUse,
    /// Its directory.
    pub path: Option<Utf8PathBuf>,
    /// Its distributions, with their versions.
    pub distributions: Vec<(String, String)>,
    /// Remarks for the user.
    pub notes: Vec<String>,
}

impl Manager {
    /// Makes, locks or repairs a plugin's environment. A running plugin keeps its environment until
    /// its next load.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], [`Error::Cancelled`], and [`Error::Failed`] with the installer's
    /// reason; then the previous environment is not changed.
    pub fn sync(
        &self,
        name: &str,
        how: Sync,
        observer: &mut dyn Observer,
    ) -> Result<Synced, Error> {
        let key = self.key(name)?;
        let _guard = self.operation(&key, &mut || observer.should_cancel())?;
        if let Some(failure) = self.refresh(&key)? {
            let name = name.to_owned();
            return Err(Error::Failed {
                name,
                failure: Box::new(failure),
            });
        }
        let Some(on_disk) = self
            .plugins
            .with(&key, |record| Arc::clone(&record.on_disk))
        else {
            return Err(Error::UnknownPlugin {
                name: name.to_owned(),
                near: None,
            });
        };
        let mut request = environment::request(&on_disk).with_refresh(true);
        // One that exists stays as it is: this process may have other packages than the application.
        if !matches!(environment::ready(&self.installer, &request), Ok(Some(_))) {
            request = request.with_preferences(Arc::new(self.preferences(&key, &on_disk)));
        }
        let line = |line: &str| self.services.logs.write(&key, Level::Info, line);
        let failed = |error: InstallError| environment::error(name, &error);
        let installed = match how {
            Sync::Repair => environment::repair(&self.installer, &request, observer, line),
            Sync::Ensure => environment::make(&self.installer, &request, observer, line),
            Sync::Lock => {
                let options = self.installer.options().clone().with_relock(Relock::Create);
                environment::make(&Installer::new(options), &request, observer, line)
            }
        }
        .map_err(failed)?;
        let generation = installed.prepared.generation;
        let mut notes = installed.notes;
        notes.extend(self.make_author_environment(&on_disk, generation.as_ref()));
        Ok(Synced {
            environment: installed.prepared.origin,
            path: generation
                .as_ref()
                .map(|generation| generation.path.clone()),
            distributions: generation
                .iter()
                .flat_map(|generation| &generation.distributions)
                .map(|found| (found.name.clone(), found.version.clone()))
                .collect(),
            notes,
        })
    }
}
