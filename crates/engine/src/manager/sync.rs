//! A plugin's environment without loading the plugin: made, locked, repaired.

use crate::error::Error;
use crate::execution::environment;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::model::report::EnvironmentUse;
use camino::Utf8PathBuf;
use lichtfeld_installer::{InstallError, Installer, InstallerOptions, Relock};
use serde::Serialize;
use std::sync::Arc;

/// What is to be done with an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sync {
    /// Made if it is not there.
    Ensure,
    /// The same, and `uv.lock` is written into the plugin's directory.
    Lock,
    /// Made anew, whatever is there.
    Repair,
}

/// An environment as it is now.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Synced {
    /// Built by this call, there already, or none needed.
    pub environment: EnvironmentUse,
    /// Where it is.
    pub path: Option<Utf8PathBuf>,
    /// Its distributions, with their versions.
    pub distributions: Vec<(String, String)>,
    /// Remarks worth a person's attention.
    pub notes: Vec<String>,
}

impl Manager {
    /// Makes, locks or repairs a plugin's environment. A running plugin goes on with the one it
    /// has; the new one counts from its next load.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], [`Error::Cancelled`], and [`Error::Failed`] with the installer's
    /// reason; then the environment before is as it was.
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
        let request = environment::request(&on_disk);
        let line = |line: &str| self.services.logs.write(&key, Level::Info, line);
        let failed = |error: InstallError| environment::error(name, &error);
        let installed = match how {
            Sync::Repair => environment::repair(&self.installer, &request, observer, line),
            Sync::Ensure => environment::make(&self.installer, &request, observer, line),
            Sync::Lock => {
                let options = InstallerOptions {
                    relock: Relock::Create,
                    ..self.installer.options().clone()
                };
                environment::make(&Installer::new(options), &request, observer, line)
            }
        }
        .map_err(failed)?;
        let generation = installed.prepared.generation;
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
            notes: installed.notes,
        })
    }
}
