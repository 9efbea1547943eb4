//! The last index that was fetched, for five minutes, and for when there is no network:
//! `cache/.registry/<hash of its URL>.json`.

use crate::model::home::Home;
use lichtfeld_system::JsonStore;
use lichtfeld_system::json_store::StoreOptions;
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long an index counts as the newest.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// An index as it was downloaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CachedIndex {
    url: String,
    pub(crate) etag: Option<String>,
    /// In seconds since 1970.
    fetched: u64,
    pub(crate) index: String,
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn store(home: &Home, url: &str) -> JsonStore<CachedIndex> {
    // Two URLs may have the same hash, so the URL is in the file as well.
    let mut hasher = std::hash::DefaultHasher::new();
    url.hash(&mut hasher);
    let name = format!("{:016x}.json", hasher.finish());
    let dir = home.cache_root().join(".registry");
    let options = StoreOptions::default()
        .with_lock(home.state_lock())
        .compact();
    JsonStore::with_options(dir.join(name), options)
}

impl CachedIndex {
    pub(crate) fn new(url: &str, etag: Option<String>, index: String) -> Self {
        Self {
            url: url.to_owned(),
            etag,
            fetched: now(),
            index,
        }
    }

    /// Returns `None` if no index is kept, or the file cannot be used.
    pub(crate) fn read(home: &Home, url: &str) -> Option<Self> {
        let cached = store(home, url).load().ok()?.value?;
        (cached.url == url).then_some(cached)
    }

    /// Errors are ignored: without a cache everything works, more slowly.
    pub(crate) fn write(&self, home: &Home) {
        let _ = store(home, &self.url).write(self);
    }

    /// Returns a copy that counts as the newest from now on.
    pub(crate) fn renewed(mut self) -> Self {
        self.fetched = now();
        self
    }

    pub(crate) fn is_fresh(&self) -> bool {
        // If the clock was set back, the index counts as old.
        now()
            .checked_sub(self.fetched)
            .is_some_and(|age| age < FRESH.as_secs())
    }

    /// Returns the age for a message, such as "3 hours".
    pub(crate) fn age(&self) -> String {
        let minutes = now().saturating_sub(self.fetched) / 60;
        match minutes {
            0 => "less than a minute".to_owned(),
            1..120 => format!("{minutes} minutes"),
            120..2880 => format!("{} hours", minutes / 60),
            _ => format!("{} days", minutes / 1440),
        }
    }
}
