//! Where an installed plugin came from, and which files came: `sources/<name>.json`.

use crate::error::Error;
use crate::model::home::Home;
use crate::packages::registry::choice::FromRegistry;
use crate::packages::types::io;
use camino::Utf8PathBuf;
use lichtfeld_sources::{Transport, Tree};
use lichtfeld_system::files;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// As it was given to `install`.
    pub(crate) source: String,
    /// Of a repository; before there was a choice, all were cloned.
    #[serde(default = "cloned")]
    pub(crate) transport: Transport,
    /// Where updates are looked for, if not at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registry: Option<FromRegistry>,
    /// Of the plugin.
    pub(crate) version: String,
    /// What came, by path, with the hash of the content.
    pub(crate) files: Tree,
}

fn cloned() -> Transport {
    Transport::Git
}

fn path(home: &Home, key: &str) -> Utf8PathBuf {
    home.root().join("sources").join(format!("{key}.json"))
}

impl Origin {
    /// None for a plugin that was not installed. A torn file is set aside, and counts as none.
    pub(crate) fn read(home: &Home, key: &str) -> Result<Option<Self>, Error> {
        let path = path(home, key);
        let read = files::read_json_or_set_aside(&path)
            .map_err(|error| io(format!("cannot read {path}"), error))?;
        Ok(match read {
            files::Read::Value(origin) => Some(origin),
            files::Read::Missing | files::Read::SetAside { .. } => None,
        })
    }

    pub(crate) fn write(&self, home: &Home, key: &str) -> Result<(), Error> {
        let path = path(home, key);
        let cannot = |reason: String| io(format!("cannot write {path}"), reason);
        let text = serde_json::to_vec_pretty(self).map_err(|error| cannot(error.to_string()))?;
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| cannot(error.to_string()))?;
        }
        files::write_atomic(&path, &text).map_err(|error| cannot(error.to_string()))
    }

    pub(crate) fn remove(home: &Home, key: &str) -> Result<(), Error> {
        let path = path(home, key);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(io(format!("cannot remove {path}"), error))
            }
            _ => Ok(()),
        }
    }
}
