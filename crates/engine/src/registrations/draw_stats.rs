//! How long panels took to draw: of those that are gone, and as they are saved when the application
//! ends.

use crate::registrations::draw_schedule::DrawStats;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file's format.
pub(crate) const VERSION: u32 = 1;

/// So many panels that are gone are remembered.
const MAX_PAST: usize = 1000;

/// What is in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SavedDrawStats {
    pub(crate) version: u32,
    /// When it was written, in UTC, by RFC 3339.
    pub written: String,
    /// The panels that were drawn, the one with the longest drawing first.
    pub panels: Vec<DrawStats>,
}

/// The numbers of panels that are gone, by their ids.
#[derive(Debug, Default)]
pub struct PastStats(Mutex<BTreeMap<String, DrawStats>>);

impl PastStats {
    /// Adds the numbers of a panel that goes. Of several versions of one panel the last counts.
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
