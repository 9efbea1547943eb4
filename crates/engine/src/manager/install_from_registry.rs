//! The registry of plugins: search, install, look for updates.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::packages::origin::Origin;
use crate::packages::registry::choice::{Chosen, FromRegistry, InstallRequest, Outdated};
use crate::packages::registry::client::Freshness;
use crate::packages::registry::index::{RegistryIndex, RegistryPlugin};
use crate::packages::registry::search::Compatibility;
use crate::packages::registry::service::{Asking, Installed, RegistryService, Updates};
use crate::packages::staged::Staged;
use crate::packages::types::AfterInstall;

impl Manager {
    /// Returns the URL or the path of the registry, or `None` if none is configured.
    #[must_use]
    pub fn registry_url(&self) -> Option<&str> {
        self.registry.url()
    }

    /// Asks a registry. Remarks are written to the log.
    fn ask_registry<T>(
        &self,
        observer: &mut dyn Observer,
        ask: impl FnOnce(&RegistryService, &mut Asking<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.require_own_process()?;
        let mut asking = Asking {
            observer: &mut self.until_end(observer),
            remark: &|note| self.log(None, Level::Warn, note),
        };
        ask(&self.registry, &mut asking)
    }

    /// Returns the index of the registry, or of the one at `url`.
    ///
    /// # Errors
    /// [`RegistryError`](crate::RegistryError) in [`Error::Package`]; [`Error::Cancelled`].
    pub fn registry_index(
        &self,
        url: Option<&str>,
        freshness: Freshness,
        observer: &mut dyn Observer,
    ) -> Result<RegistryIndex, Error> {
        self.ask_registry(observer, |registry, asking| {
            RegistryService::index(&registry.client(url)?, freshness, asking)
        })
    }

    /// Searches the registry, or the one at `url`; the best match comes first.
    ///
    /// # Errors
    /// As [`Manager::registry_index`].
    pub fn search(
        &self,
        query: &str,
        compatibility: Compatibility,
        url: Option<&str>,
        observer: &mut dyn Observer,
    ) -> Result<Vec<RegistryPlugin>, Error> {
        let index = self.registry_index(url, Freshness::Recent, observer)?;
        let found = index.search(query, compatibility, self.facts());
        Ok(found.into_iter().cloned().collect())
    }

    /// Returns a plugin of the registry, or of the one at `url`, by its id.
    ///
    /// # Errors
    /// As [`Manager::registry_index`]; [`RegistryError::NoPlugin`](crate::RegistryError::NoPlugin).
    pub fn registry_plugin(
        &self,
        id: &str,
        url: Option<&str>,
        observer: &mut dyn Observer,
    ) -> Result<RegistryPlugin, Error> {
        let index = self.registry_index(url, Freshness::Recent, observer)?;
        Ok(index.find(id)?.clone())
    }

    /// Installs a plugin of the registry by its id. Returns its name.
    ///
    /// # Errors
    /// As [`Manager::registry_index`] and [`Manager::install`]; the registry does not have the
    /// plugin, the version, or one that suits this host; the archive contains another plugin.
    pub fn install_from_registry(
        &self,
        request: InstallRequest<'_>,
        then: AfterInstall,
        observer: &mut dyn Observer,
    ) -> Result<String, Error> {
        let chosen = self.ask_registry(observer, |registry, asking| {
            registry.choose(request, self.facts(), asking)
        })?;
        let observer = &mut self.until_end(observer);
        let staged = Staged::of_registry(self.home().plugins(), chosen, observer)?;
        self.install_staged(&staged, then, observer)
    }

    /// Returns the version to update to, or `None` if there is nothing newer.
    pub(crate) fn newer(
        &self,
        origin: &Origin,
        from: &FromRegistry,
        observer: &mut dyn Observer,
    ) -> Result<Option<Chosen>, Error> {
        self.ask_registry(observer, |registry, asking| {
            registry.newer(origin, from, self.facts(), asking)
        })
    }

    /// Returns the installed plugins of which a registry has a newer version that suits this host,
    /// by name. A plugin that a registry no longer has is left out, with a line in its log.
    ///
    /// # Errors
    /// As [`Manager::registry_index`]; also if there is no registry, and no plugin that came from
    /// one.
    pub fn check_updates(&self, observer: &mut dyn Observer) -> Result<Vec<Outdated>, Error> {
        let mut installed = Vec::new();
        for info in self.discover()? {
            let key = self.key(&info.name)?;
            let origin = Origin::read(self.home(), &key)?;
            if let Some(from) = origin.and_then(|origin| origin.registry) {
                installed.push(Installed {
                    key,
                    name: info.name.clone(),
                    version: info.version.clone(),
                    from,
                });
            }
        }
        let Updates {
            outdated,
            passed_over,
        } = self.ask_registry(observer, |registry, asking| {
            registry.outdated(installed, self.facts(), asking)
        })?;
        for (key, error) in passed_over {
            self.log(Some(&key), Level::Warn, &with_causes(&error));
        }
        Ok(outdated)
    }
}
