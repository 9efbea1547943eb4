//! The registry of plugins that a manager uses: choosing versions and finding updates.

use crate::error::Error;
use crate::error::registry::RegistryError;
use crate::model::home::Home;
use crate::model::observer::Observer;
use crate::packages::origin::Origin;
use crate::packages::registry::choice::{Chosen, FromRegistry, InstallRequest, Outdated, is_newer};
use crate::packages::registry::client::{Client, Freshness, Known};
use crate::packages::registry::index::{RegistryIndex, RegistryPlugin, RegistryVersion};
use crate::packages::staged::listening;
use lichtfeld_manifest::Host as HostFacts;
use lichtfeld_sources::Transport;

/// A registry of plugins, or none.
pub(crate) struct RegistryService {
    url: Option<String>,
    home: Home,
}

/// A plugin that was installed from a registry.
pub(crate) struct Installed {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) from: FromRegistry,
}

/// The result of looking for updates.
#[derive(Default)]
pub(crate) struct Updates {
    pub(crate) outdated: Vec<Outdated>,
    /// Plugins that could not be compared, by normalised name, with the error.
    pub(crate) passed_over: Vec<(String, RegistryError)>,
}

/// Receives the progress of fetching an index: an observer, and a function for remarks.
pub(crate) struct Asking<'a> {
    pub(crate) observer: &'a mut dyn Observer,
    pub(crate) remark: &'a dyn Fn(&str),
}

impl RegistryService {
    pub(crate) fn new(url: Option<String>, home: Home) -> Self {
        Self { url, home }
    }

    /// Returns the URL or the path of the registry, or `None` if none is configured.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Returns a client of the registry at `url`, or without a URL of this one.
    pub(crate) fn client(&self, url: Option<&str>) -> Result<Client, RegistryError> {
        let url = url.or(self.url()).ok_or(RegistryError::Unset)?;
        Client::new(url, &self.home)
    }

    /// Returns a client of this registry, or of the plugin's own if none is configured.
    fn client_of(&self, from: &FromRegistry) -> Result<Client, RegistryError> {
        self.client(Some(self.url().unwrap_or(&from.url)))
    }

    /// Fetches an index. The observer can cancel.
    pub(crate) fn index(
        client: &Client,
        freshness: Freshness,
        asking: &mut Asking<'_>,
    ) -> Result<RegistryIndex, Error> {
        let Known { index, note } =
            listening(asking.observer, |cancel, _| client.index(freshness, cancel))?;
        if let Some(note) = note {
            asking.observer.progress(&note);
            (asking.remark)(&note);
        }
        Ok(index)
    }

    /// Returns the version to install for a request.
    pub(crate) fn choose(
        &self,
        request: InstallRequest<'_>,
        facts: &HostFacts,
        asking: &mut Asking<'_>,
    ) -> Result<Chosen, Error> {
        let client = self.client(None)?;
        let index = Self::index(&client, Freshness::Recent, asking)?;
        let plugin = index.find(request.id)?;
        let version = plugin.choose(request.version, facts)?;
        let unmet = version.compatibility(facts);
        if !unmet.is_empty() {
            return Err(Error::Incompatible {
                name: plugin.name.as_str().to_owned(),
                found: unmet,
            });
        }
        chosen(&client, plugin, version, request.transport)
    }

    /// Returns the version to update to, or `None` if there is nothing newer.
    pub(crate) fn newer(
        &self,
        origin: &Origin,
        from: &FromRegistry,
        facts: &HostFacts,
        asking: &mut Asking<'_>,
    ) -> Result<Option<Chosen>, Error> {
        let client = self.client_of(from)?;
        let index = Self::index(&client, Freshness::Newest, asking)?;
        let plugin = index.find(&from.id)?;
        let version = plugin.choose(None, facts)?;
        if !is_newer(&version.version, &origin.version) {
            return Ok(None);
        }
        chosen(&client, plugin, version, origin.transport).map(Some)
    }

    /// Returns the plugins of which a registry has a newer version that suits this host.
    pub(crate) fn outdated(
        &self,
        installed: Vec<Installed>,
        facts: &HostFacts,
        asking: &mut Asking<'_>,
    ) -> Result<Updates, Error> {
        if installed.is_empty() {
            self.client(None)?;
        }
        let mut known: Vec<(String, RegistryIndex)> = Vec::new();
        let mut updates = Updates::default();
        for plugin in installed {
            let client = self.client_of(&plugin.from)?;
            let url = client.location.exact().to_owned();
            let at = match known.iter().position(|(known, _)| *known == url) {
                Some(at) => at,
                None => {
                    let index = Self::index(&client, Freshness::Newest, asking)?;
                    known.push((url, index));
                    known.len() - 1
                }
            };
            let there = match known[at].1.find(&plugin.from.id) {
                Ok(there) => there,
                Err(error) => {
                    updates.passed_over.push((plugin.key, error));
                    continue;
                }
            };
            if let Some(newest) = there.newest_compatible(facts)
                && is_newer(&newest.version, &plugin.version)
            {
                updates.outdated.push(Outdated {
                    name: plugin.name,
                    current: plugin.version,
                    available: newest.version.to_string(),
                });
            }
        }
        Ok(updates)
    }
}

fn chosen(
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
