//! How long panels took to draw, kept in a file when the application ends.
//!
//! The numbers of a running application are [`Panels::stats`]. Another process, such as the command
//! `lichtfeld-plugins stats`, knows those of the application's last orderly end.

use crate::error::Error;
use crate::manager::Manager;
use crate::pace::DrawStats;
use crate::panels::{Panel, Panels};
use lichtfeld_installer::files;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// The version of the file's format.
const VERSION: u32 = 1;

/// So many panels that are gone are remembered.
const MAX_PAST: usize = 1000;

/// What is in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptStats {
    version: u32,
    /// When it was written, in UTC, by RFC 3339.
    pub written: String,
    /// The panels that were drawn, the one with the longest drawing first.
    pub panels: Vec<DrawStats>,
}

/// The numbers of panels that are gone, by their ids.
#[derive(Default)]
pub(crate) struct Past(Mutex<BTreeMap<String, DrawStats>>);

impl Past {
    /// Keeps the numbers of panels that go. Of several versions of one panel the last counts.
    pub(crate) fn keep<'p>(&self, gone: impl Iterator<Item = &'p Panel>) {
        let mut past = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for stats in gone.map(Panel::stats).filter(|stats| stats.draws > 0) {
            if past.len() < MAX_PAST || past.contains_key(&stats.id) {
                past.insert(stats.id.clone(), stats);
            }
        }
    }

    fn all(&self) -> BTreeMap<String, DrawStats> {
        let past = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        past.clone()
    }

    fn clear(&self) {
        let mut past = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        past.clear();
    }
}

impl Panels {
    /// How the drawings went of all panels there are or were, the one with the longest drawing
    /// first. Panels that were never drawn are left out.
    #[must_use]
    pub fn stats_with_past(&self) -> Vec<DrawStats> {
        let mut all = self.past.all();
        let now = self.stats().into_iter().filter(|stats| stats.draws > 0);
        all.extend(now.map(|stats| (stats.id.clone(), stats)));
        let mut all: Vec<DrawStats> = all.into_values().collect();
        all.sort_by(|a, b| b.worst_ms.total_cmp(&a.worst_ms));
        all
    }

    /// Forgets the panels that are gone: for a process that draws them as a trial.
    pub fn forget_past_stats(&self) {
        self.past.clear();
    }
}

impl Manager {
    /// Writes the numbers of all panels that were drawn, if any was. Called at the end of
    /// [`Manager::unload_all`].
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written: the older one is then as it was.
    pub fn keep_panel_stats(&self) -> Result<(), Error> {
        let panels = self.panels().stats_with_past();
        if panels.is_empty() {
            return Ok(());
        }
        let kept = KeptStats {
            version: VERSION,
            written: jiff::Timestamp::now().to_string(),
            panels,
        };
        let path = self.home().panel_stats();
        let failed = |reason: String| Error::Io {
            what: format!("cannot write {path}"),
            reason,
        };
        let bytes = serde_json::to_vec_pretty(&kept).map_err(|error| failed(error.to_string()))?;
        files::write_atomic(&path, &bytes).map_err(|error| failed(error.to_string()))
    }

    /// The numbers that the application's last orderly end has left; none where there are none.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read. One that is not understood is set aside.
    pub fn kept_panel_stats(&self) -> Result<Option<KeptStats>, Error> {
        let path = self.home().panel_stats();
        let read =
            files::read_json_or_set_aside::<KeptStats>(&path).map_err(|error| Error::Io {
                what: format!("cannot read {path}"),
                reason: error.to_string(),
            })?;
        Ok(match read {
            files::Read::Value(kept) if kept.version == VERSION => Some(kept),
            _ => None,
        })
    }
}
