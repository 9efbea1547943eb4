//! The source of an installed plugin and the files that were installed: `sources/<name>.json`.

use crate::error::Error;
use crate::model::home::Home;
use crate::packages::registry::choice::FromRegistry;
use lichtfeld_sources::{Transport, Tree};
use lichtfeld_system::JsonStore;
use lichtfeld_system::json_store::StoreOptions;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The source as it was passed to `install`.
    pub(crate) source: String,
    /// How a repository is fetched. Files of older versions do not have it: they used git.
    #[serde(default = "cloned")]
    pub(crate) transport: Transport,
    /// The registry to look for updates in, if the plugin was installed from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registry: Option<FromRegistry>,
    /// Of the plugin.
    pub(crate) version: String,
    /// The installed files by path, with the hashes of their content.
    pub(crate) files: Tree,
}

fn cloned() -> Transport {
    Transport::Git
}

/// The file of one plugin.
fn store(home: &Home, key: &str) -> JsonStore<Origin> {
    let path = home.root().join("sources").join(format!("{key}.json"));
    JsonStore::with_options(path, StoreOptions::default().with_lock(home.state_lock()))
}

impl Origin {
    /// Returns `None` for a plugin that was not installed. A torn file is set aside, and counts as
    /// missing.
    pub(crate) fn read(home: &Home, key: &str) -> Result<Option<Self>, Error> {
        let store = store(home, key);
        let loaded = store
            .load()
            .map_err(|error| Error::io(format!("cannot read {}", store.path()), error))?;
        Ok(loaded.value)
    }

    pub(crate) fn write(&self, home: &Home, key: &str) -> Result<(), Error> {
        let store = store(home, key);
        store
            .write(self)
            .map_err(|error| Error::io(format!("cannot write {}", store.path()), error))
    }

    pub(crate) fn remove(home: &Home, key: &str) -> Result<(), Error> {
        let store = store(home, key);
        store
            .remove()
            .map_err(|error| Error::io(format!("cannot remove {}", store.path()), error))
    }
}
