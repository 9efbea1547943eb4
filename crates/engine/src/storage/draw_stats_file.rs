//! How long panels took to draw, saved in a file when the application ends.
//!
//! The numbers of a running application are [`Panels::stats`]. Another process, such as the command
//! `lichtfeld-plugins stats`, reads those of the application's last orderly end.

use crate::error::Error;
use crate::model::home::Home;
use crate::registrations::draw_stats::{SavedDrawStats, VERSION};
use crate::registrations::panels::Panels;
use lichtfeld_system::files;

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
        let path = self.0.panel_stats();
        let failed = |reason: String| Error::Io {
            what: format!("cannot write {path}"),
            reason,
        };
        let bytes = serde_json::to_vec_pretty(&saved).map_err(|error| failed(error.to_string()))?;
        files::write_atomic(&path, &bytes).map_err(|error| failed(error.to_string()))
    }

    /// The saved numbers, or `None` if there are none.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read. A file that is not understood is set aside.
    pub(crate) fn load(&self) -> Result<Option<SavedDrawStats>, Error> {
        let path = self.0.panel_stats();
        let read =
            files::read_json_or_set_aside::<SavedDrawStats>(&path).map_err(|error| Error::Io {
                what: format!("cannot read {path}"),
                reason: error.to_string(),
            })?;
        Ok(match read {
            files::Read::Value(saved) if saved.version == VERSION => Some(saved),
            _ => None,
        })
    }
}
