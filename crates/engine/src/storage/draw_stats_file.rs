//! How long panels took to draw, saved in a file when the application ends.
//!
//! The numbers of a running application are [`Panels::stats`]. Another process, such as the command
//! `lichtfeld-plugins stats`, reads those of the application's last orderly end.

use crate::error::Error;
use crate::model::home::Home;
use crate::registrations::draw_stats::{SavedDrawStats, VERSION};
use crate::registrations::panel_table::Panels;
use lichtfeld_system::JsonStore;
use lichtfeld_system::json_store::StoreOptions;

/// The file of one home.
pub(crate) struct DrawStatsFile<'a>(pub(crate) &'a Home);

impl DrawStatsFile<'_> {
    /// Writes the numbers of all panels that were drawn, if any was.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be written; then it is as it was.
    pub(crate) fn save(&self, panels: &Panels) -> Result<(), Error> {
        let panels = panels.stats_with_past();
        if panels.is_empty() {
            return Ok(());
        }
        let saved = SavedDrawStats {
            version: VERSION,
            written: jiff::Timestamp::now().to_string(),
            panels,
        };
        let store = self.store();
        store
            .write(&saved)
            .map_err(|error| Error::io(format!("cannot write {}", store.path()), error))
    }

    fn store(&self) -> JsonStore<SavedDrawStats> {
        let options = StoreOptions::default().with_lock(self.0.state_lock());
        JsonStore::with_options(self.0.panel_stats(), options)
    }

    /// Returns the saved numbers, or `None` if there are none.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read. A file that is not understood is set aside.
    pub(crate) fn load(&self) -> Result<Option<SavedDrawStats>, Error> {
        let store = self.store();
        let loaded = store
            .load()
            .map_err(|error| Error::io(format!("cannot read {}", store.path()), error))?;
        Ok(loaded.value.filter(|saved| saved.version == VERSION))
    }
}
