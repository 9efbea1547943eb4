//! What the manager does with a registry: search, install, look for updates.

use crate::error::Error;
use crate::error::registry::RegistryError;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::packages::origin::Origin;
use crate::packages::registry::choice::Chosen;
use crate::packages::registry::choice::FromRegistry;
use crate::packages::registry::choice::InstallRequest;
use crate::packages::registry::choice::Outdated;
use crate::packages::registry::choice::is_newer;
use crate::packages::registry::client::{Client, Freshness, Known};
use crate::packages::registry::index::{RegistryIndex, RegistryPlugin, RegistryVersion};
use crate::packages::registry::search::Compatibility;
use crate::packages::staged::{Staged, listening};
use crate::packages::types::AfterInstall;
use lichtfeld_sources::Transport;

impl Manager {
    /// Where the registry of plugins is; none where nobody has said.
    #[must_use]
    pub fn registry_url(&self) -> Option<&str> {
        self.registry_url.as_deref()
    }

    /// `url` is another registry than the host's own.
    fn client(&self, url: Option<&str>) -> Result<Client, RegistryError> {
        let url = url.or(self.registry_url()).ok_or(RegistryError::Unset)?;
        Client::new(url, self.home())
    }

    /// Asks for the index while the caller's thread is asked whether to go on.
    fn index_of(
        &self,
        client: &Client,
        freshness: Freshness,
        observer: &mut dyn Observer,
    ) -> Result<RegistryIndex, Error> {
        let observer = &mut self.until_end(observer);
        let Known { index, note } =
            listening(observer, |cancel, _| client.index(freshness, cancel))?;
        if let Some(note) = note {
            observer.progress(&note);
            self.log(None, Level::Warn, &note);
        }
        Ok(index)
    }

    /// The index of the registry of plugins, or of another one.
    ///
    /// # Errors
    /// [`RegistryError`] in [`Error::Package`]; [`Error::Cancelled`].
    pub fn registry_index(
        &self,
        url: Option<&str>,
        freshness: Freshness,
        observer: &mut dyn Observer,
    ) -> Result<RegistryIndex, Error> {
        self.index_of(&self.client(url)?, freshness, observer)
    }

    /// Looks for plugins in the registry, or in another one; the best first.
    ///
    /// # Errors
    /// As [`Manager::registry_index`].
    pub fn search(
        &self,
        query: &str,
        among: Compatibility,
        url: Option<&str>,
        observer: &mut dyn Observer,
    ) -> Result<Vec<RegistryPlugin>, Error> {
        let index = self.registry_index(url, Freshness::Recent, observer)?;
        let found = index.search(query, among, self.facts());
        Ok(found.into_iter().cloned().collect())
    }

    /// A plugin of the registry, or of another one, by its id.
    ///
    /// # Errors
    /// As [`Manager::registry_index`]; [`RegistryError::NoPlugin`].
    pub fn registry_plugin(
        &self,
        id: &str,
        url: Option<&str>,
        observer: &mut dyn Observer,
    ) -> Result<RegistryPlugin, Error> {
        let index = self.registry_index(url, Freshness::Recent, observer)?;
        Ok(index.find(id)?.clone())
    }

    /// Installs a plugin of the registry by its id, and gives its name.
    ///
    /// # Errors
    /// As [`Manager::registry_index`] and [`Manager::install`]; [`RegistryError::NoPlugin`],
    /// [`RegistryError::NoVersion`], [`RegistryError::NoneSuits`], [`RegistryError::Mismatch`].
    pub fn install_from_registry(
        &self,
        wanted: InstallRequest<'_>,
        then: AfterInstall,
        observer: &mut dyn Observer,
    ) -> Result<String, Error> {
        let observer = &mut self.until_end(observer);
        let client = self.client(None)?;
        let index = self.index_of(&client, Freshness::Recent, observer)?;
        let plugin = index.find(wanted.id)?;
        let version = plugin.choose(wanted.version, self.facts())?;
        let unmet = version.compatibility(self.facts());
        if !unmet.is_empty() {
            return Err(Error::Incompatible {
                name: plugin.name.as_str().to_owned(),
                found: unmet,
            });
        }
        let chosen = self.chosen(&client, plugin, version, wanted.transport)?;
        let staged = Staged::of_registry(self.home().plugins(), chosen, observer)?;
        self.install_staged(&staged, then, observer)
    }

    fn chosen(
        &self,
        client: &Client,
        plugin: &RegistryPlugin,
        version: &RegistryVersion,
        transport: Transport,
    ) -> Result<Chosen, Error> {
        let source = client.location.source_of(plugin, version, transport)?;
        Ok(Chosen {
            source,
            transport,
            from: FromRegistry {
                url: client.location.exact().to_owned(),
                id: plugin.id.to_string(),
            },
            name: plugin.name.normalized().to_owned(),
            version: version.version.clone(),
        })
    }

    /// The registry to ask about an installed plugin: the host's own, else the one it came from.
    fn client_of(&self, from: &FromRegistry) -> Result<Client, RegistryError> {
        self.client(Some(self.registry_url().unwrap_or(&from.url)))
    }

    /// The version to update to; none where there is nothing newer.
    pub(crate) fn newer(
        &self,
        origin: &Origin,
        from: &FromRegistry,
        observer: &mut dyn Observer,
    ) -> Result<Option<Chosen>, Error> {
        let client = self.client_of(from)?;
        let index = self.index_of(&client, Freshness::Newest, observer)?;
        let plugin = index.find(&from.id)?;
        let version = plugin.choose(None, self.facts())?;
        if !is_newer(&version.version, &origin.version) {
            return Ok(None);
        }
        self.chosen(&client, plugin, version, origin.transport)
            .map(Some)
    }

    /// The installed plugins of which a registry has a newer version that suits this host, by name.
    /// A plugin that a registry no longer has is passed over, with a line in its log.
    ///
    /// # Errors
    /// As [`Manager::registry_index`]; [`RegistryError::Unset`] where there is no registry, and no
    /// plugin that came from one.
    pub fn check_updates(&self, observer: &mut dyn Observer) -> Result<Vec<Outdated>, Error> {
        let mut installed = Vec::new();
        for info in self.discover()? {
            let key = self.key(&info.name)?;
            let origin = Origin::read(self.home(), &key)?;
            if let Some(from) = origin.and_then(|origin| origin.registry) {
                installed.push((key, info, from));
            }
        }
        if installed.is_empty() {
            self.client(None)?;
        }
        let mut known: Vec<(String, RegistryIndex)> = Vec::new();
        let mut outdated = Vec::new();
        for (key, info, from) in installed {
            let client = self.client_of(&from)?;
            let url = client.location.exact().to_owned();
            let at = match known.iter().position(|(known, _)| *known == url) {
                Some(at) => at,
                None => {
                    let index = self.index_of(&client, Freshness::Newest, observer)?;
                    known.push((url, index));
                    known.len() - 1
                }
            };
            let plugin = match known[at].1.find(&from.id) {
                Ok(plugin) => plugin,
                Err(error) => {
                    self.log(Some(&key), Level::Warn, &error.to_string());
                    continue;
                }
            };
            if let Some(newest) = plugin.newest_compatible(self.facts())
                && is_newer(&newest.version, &info.version)
            {
                outdated.push(Outdated {
                    name: info.name.clone(),
                    current: info.version.clone(),
                    available: newest.version.to_string(),
                });
            }
        }
        Ok(outdated)
    }
}
