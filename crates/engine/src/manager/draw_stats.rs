//! How long panels took to draw, kept in a file when the application ends.
//!
//! The numbers of a running application are [`Panels::stats`]. Another process, such as the command
//! `lichtfeld-plugins stats`, knows those of the application's last orderly end.

use crate::error::Error;
use crate::manager::Manager;
use crate::registrations::draw_stats::SavedDrawStats;
use crate::registrations::draw_stats::VERSION;
use lichtfeld_system::files;

impl Manager {
    /// Writes the numbers of all panels that were drawn, if any was. Called at the end of
    /// [`Manager::unload_all`].
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written: the older one is then as it was.
    pub fn save_draw_stats(&self) -> Result<(), Error> {
        let panels = self.panels().stats_with_past();
        if panels.is_empty() {
            return Ok(());
        }
        let kept = SavedDrawStats {
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
    pub fn saved_draw_stats(&self) -> Result<Option<SavedDrawStats>, Error> {
        let path = self.home().panel_stats();
        let read =
            files::read_json_or_set_aside::<SavedDrawStats>(&path).map_err(|error| Error::Io {
                what: format!("cannot read {path}"),
                reason: error.to_string(),
            })?;
        Ok(match read {
            files::Read::Value(kept) if kept.version == VERSION => Some(kept),
            _ => None,
        })
    }
}
