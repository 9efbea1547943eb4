//! The index of one registry, fetched if no recent copy of it is kept.

use crate::error::causes::with_causes;
use crate::error::registry::RegistryError;
use crate::model::home::Home;
use crate::packages::registry::cache::CachedIndex;
use crate::packages::registry::index::{MAX_INDEX, RegistryIndex};
use crate::packages::registry::location::{IndexLocation, beside};
use crate::packages::registry::older::{self, Entry, MAX_DOCUMENT, MAX_PLUGINS, OlderIndex};
use camino::Utf8Path;
use lichtfeld_sources::download::{Address, Download, DownloadError, Fetched};
use lichtfeld_system::human::bytes;
use lichtfeld_system::{CancelToken, Cause};
use parking_lot::Mutex;
use serde_json::Value;
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
            IndexLocation::File(path) => {
                let (_, index, note) = self.read(read(path, MAX_INDEX)?, cancel)?;
                Ok(Known { index, note })
            }
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
            (Ok(Some((kept, index, note))), _) => {
                kept.write(&self.home);
                Ok(Known { index, note })
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
    ) -> Result<Option<(CachedIndex, RegistryIndex, Option<String>)>, RegistryError> {
        let download = Download::new(address.clone(), MAX_INDEX).unless(etag);
        let fetched = download.to_memory(cancel).map_err(failed)?;
        let Fetched::Content { content, etag } = fetched else {
            return Ok(None);
        };
        let text = String::from_utf8(content).map_err(|error| RegistryError::Malformed {
            place: self.location.to_string(),
            source: error.into(),
        })?;
        let (text, index, note) = self.read(text, cancel)?;
        Ok(Some((
            CachedIndex::new(address.as_str(), etag, text),
            index,
            note,
        )))
    }

    /// Reads an index in either layout. Returns it also as text in the layout of this crate, and a
    /// remark about what was left out.
    fn read(
        &self,
        text: String,
        cancel: &CancelToken,
    ) -> Result<(String, RegistryIndex, Option<String>), RegistryError> {
        let place = self.location.to_string();
        let Some(older) = older::read(&text) else {
            let index = RegistryIndex::parse(&text, &place)?;
            return Ok((text, index, None));
        };
        let (text, remarks) = self.assembled(&older, cancel)?;
        let index = RegistryIndex::parse(&text, &place)?;
        Ok((
            text,
            index,
            (!remarks.is_empty()).then(|| remarks.join("; ")),
        ))
    }

    /// Puts an index together from the documents of its plugins.
    fn assembled(
        &self,
        older: &OlderIndex,
        cancel: &CancelToken,
    ) -> Result<(String, Vec<String>), RegistryError> {
        if older.plugins.len() > MAX_PLUGINS {
            return Err(RegistryError::Malformed {
                place: self.location.to_string(),
                source: format!("it has more than {MAX_PLUGINS} plugins in documents of their own")
                    .into(),
            });
        }
        let mut found: Vec<Option<Result<ReadPlugin, RegistryError>>> = Vec::new();
        found.resize_with(older.plugins.len(), || None);
        let next = Mutex::new(older.plugins.iter().zip(&mut found));
        std::thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(older.plugins.len()) {
                scope.spawn(|| {
                    while let Some((entry, result)) = { next.lock().next() } {
                        *result = Some(self.plugin(entry, cancel));
                    }
                });
            }
        });
        let (mut plugins, mut remarks) = (Vec::new(), Vec::new());
        for read in found.into_iter().flatten() {
            match read? {
                Ok((plugin, more)) => {
                    plugins.push(plugin);
                    remarks.extend(more);
                }
                Err(remark) => remarks.push(remark),
            }
        }
        Ok((older::merged(plugins), remarks))
    }

    /// Reads a plugin with its document. An error is that of the registry; what is wrong with this
    /// plugin alone is a remark.
    fn plugin(&self, entry: &Value, cancel: &CancelToken) -> Result<ReadPlugin, RegistryError> {
        let entry = match Entry::read(entry) {
            Ok(entry) => entry,
            Err(error) => return Ok(Err(format!("a plugin is left out: {error}"))),
        };
        Ok(match self.document(&entry, cancel)? {
            Some(text) => entry
                .with(&text)
                .map_err(|error| format!("'{}' is left out: {error}", entry.id())),
            None => Err(format!("'{}' is left out: it has no document", entry.id())),
        })
    }

    /// Returns the document of a plugin, or `None` if there is none.
    fn document(
        &self,
        entry: &Entry,
        cancel: &CancelToken,
    ) -> Result<Option<String>, RegistryError> {
        match &self.location {
            IndexLocation::File(index) => {
                let directory = index.parent().unwrap_or(Utf8Path::new("/"));
                let mut paths = entry.documents(":").into_iter();
                Ok(paths.find_map(|path| read(&directory.join(path), MAX_DOCUMENT).ok()))
            }
            IndexLocation::Web(index) => {
                for path in entry.documents("%3A") {
                    let url = beside(index, &path);
                    let address: Address = url.parse().map_err(RegistryError::Download)?;
                    match Download::new(address, MAX_DOCUMENT).to_memory(cancel) {
                        Ok(Fetched::Content { content, .. }) => {
                            return Ok(String::from_utf8(content).ok());
                        }
                        Ok(_) => {}
                        Err(error) => match failed(error) {
                            // It is not there, or is too large.
                            RegistryError::Download(
                                DownloadError::NotFound { .. } | DownloadError::TooLarge { .. },
                            ) => {}
                            error => return Err(error),
                        },
                    }
                }
                Ok(None)
            }
        }
    }
}

/// A plugin of an older registry with remarks on its versions, or a remark on why it is left out.
type ReadPlugin = Result<(Value, Vec<String>), String>;

/// So many documents are fetched at a time.
const AT_A_TIME: usize = 8;

fn failed(error: DownloadError) -> RegistryError {
    match error {
        source @ (DownloadError::Offline { .. }
        | DownloadError::TimedOut { .. }
        | DownloadError::BrokenOff { .. }) => RegistryError::Offline { source },
        error => RegistryError::Download(error),
    }
}

fn is_cancelled(error: &RegistryError) -> bool {
    matches!(error, RegistryError::Download(DownloadError::Cancelled))
}

fn read(path: &Utf8Path, limit: u64) -> Result<String, RegistryError> {
    let unreadable = |source: Cause| RegistryError::Unreadable {
        place: path.to_string(),
        source,
    };
    let mut text = String::new();
    let read = File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_string(&mut text))
        .map_err(|error| unreadable(error.into()))?;
    if read as u64 > limit {
        return Err(unreadable(
            format!("it is larger than {}", bytes(limit)).into(),
        ));
    }
    Ok(text)
}
