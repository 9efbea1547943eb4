//! The index of one registry, fetched if no recent copy of it is kept.

use crate::error::causes::with_causes;
use crate::error::registry::RegistryError;
use crate::model::home::Home;
use crate::packages::registry::cache::CachedIndex;
use crate::packages::registry::index::{MAX_INDEX, RegistryIndex};
use crate::packages::registry::location::IndexLocation;
use camino::Utf8Path;
use lichtfeld_sources::download::{Address, Download, DownloadError, Fetched};
use lichtfeld_system::{CancelToken, Cause};
use std::fs::File;
use std::io::Read;

/// How new an index has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Freshness {
    /// An index that is at most five minutes old is used without asking the server.
    Recent,
    /// The server is asked.
    Newest,
}

/// A registry of plugins.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) location: IndexLocation,
    home: Home,
}

/// An index, and a remark about it for the user.
pub(crate) struct Known {
    pub(crate) index: RegistryIndex,
    pub(crate) note: Option<String>,
}

impl Client {
    pub(crate) fn new(place: &str, home: &Home) -> Result<Self, RegistryError> {
        Ok(Self {
            location: place.parse()?,
            home: home.clone(),
        })
    }

    /// Returns the index. If it cannot be fetched, returns the last one that is kept, with a note.
    pub(crate) fn index(
        &self,
        freshness: Freshness,
        cancel: &CancelToken,
    ) -> Result<Known, RegistryError> {
        match &self.location {
            IndexLocation::File(path) => Ok(Known {
                index: RegistryIndex::parse(&read(path)?, path.as_str())?,
                note: None,
            }),
            IndexLocation::Web(address) => self.fetched(address, freshness, cancel),
        }
    }

    fn fetched(
        &self,
        address: &Address,
        freshness: Freshness,
        cancel: &CancelToken,
    ) -> Result<Known, RegistryError> {
        // A copy that does not parse was written by another version, or is damaged.
        let kept = CachedIndex::read(&self.home, address.as_str()).and_then(|kept| {
            let index = RegistryIndex::parse(&kept.index, &self.location.to_string()).ok()?;
            Some((kept, index))
        });
        let (etag, known) = match kept {
            Some((kept, index)) if freshness == Freshness::Recent && kept.is_fresh() => {
                return Ok(Known { index, note: None });
            }
            Some((kept, index)) => (kept.etag.clone(), Some((kept, index))),
            None => (None, None),
        };
        let fresh = self.fetch(address, etag.as_deref(), cancel);
        match (fresh, known) {
            (Ok(Some((kept, index))), _) => {
                kept.write(&self.home);
                Ok(Known { index, note: None })
            }
            (Ok(None), Some((kept, index))) => {
                kept.renewed().write(&self.home);
                Ok(Known { index, note: None })
            }
            (Err(error), Some((kept, index))) if !is_cancelled(&error) => {
                let age = kept.age();
                let note = format!("using the index of {age} ago: {}", with_causes(&error));
                Ok(Known {
                    index,
                    note: Some(note),
                })
            }
            (Err(error), _) => Err(error),
            // No copy is kept, so the server cannot have said that it is unchanged.
            (Ok(None), None) => Err(RegistryError::Malformed {
                place: self.location.to_string(),
                source: "the server sent nothing".into(),
            }),
        }
    }

    fn fetch(
        &self,
        address: &Address,
        etag: Option<&str>,
        cancel: &CancelToken,
    ) -> Result<Option<(CachedIndex, RegistryIndex)>, RegistryError> {
        let download = Download::new(address.clone(), MAX_INDEX).unless(etag);
        let fetched = download.to_memory(cancel).map_err(|error| match error {
            source @ (DownloadError::Offline { .. }
            | DownloadError::TimedOut { .. }
            | DownloadError::BrokenOff { .. }) => RegistryError::Offline { source },
            error => RegistryError::Download(error),
        })?;
        let Fetched::Content { content, etag } = fetched else {
            return Ok(None);
        };
        let text = String::from_utf8(content).map_err(|error| RegistryError::Malformed {
            place: self.location.to_string(),
            source: error.into(),
        })?;
        let index = RegistryIndex::parse(&text, &self.location.to_string())?;
        Ok(Some((
            CachedIndex::new(address.as_str(), etag, text),
            index,
        )))
    }
}

fn is_cancelled(error: &RegistryError) -> bool {
    matches!(error, RegistryError::Download(DownloadError::Cancelled))
}

fn read(path: &Utf8Path) -> Result<String, RegistryError> {
    let unreadable = |source: Cause| RegistryError::Unreadable {
        place: path.to_string(),
        source,
    };
    let mut text = String::new();
    let read = File::open(path)
        .and_then(|file| file.take(MAX_INDEX + 1).read_to_string(&mut text))
        .map_err(|error| unreadable(error.into()))?;
    if read as u64 > MAX_INDEX {
        return Err(unreadable("it is larger than 16 MiB".into()));
    }
    Ok(text)
}
