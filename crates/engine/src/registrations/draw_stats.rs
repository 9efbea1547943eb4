//! The draw times of panels that were removed, and the form in which all are saved when the
//! application ends.

use crate::registrations::draw_schedule::DrawStats;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file's format.
pub(crate) const VERSION: u32 = 1;

/// The number of removed panels whose times are kept.
const MAX_PAST: usize = 1000;

/// The content of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SavedDrawStats {
    pub(crate) version: u32,
    /// When it was written, in UTC, by RFC 3339.
    pub written: String,
    /// The panels that were drawn, the one with the longest drawing first.
    pub panels: Vec<DrawStats>,
}

/// The times of removed panels, by their ids.
#[derive(Debug, Default)]
pub struct PastStats(Mutex<BTreeMap<String, DrawStats>>);

impl PastStats {
    /// Adds the times of a panel that is removed. They replace those of an earlier version of the
    /// panel.
    pub(crate) fn add(&self, stats: DrawStats) {
        let mut past = self.0.lock();
        if stats.draws > 0 && (past.len() < MAX_PAST || past.contains_key(&stats.id)) {
            past.insert(stats.id.clone(), stats);
        }
    }

    pub(crate) fn all(&self) -> BTreeMap<String, DrawStats> {
        let past = self.0.lock();
        past.clone()
    }

    pub(crate) fn clear(&self) {
        let mut past = self.0.lock();
        past.clear();
    }
}
