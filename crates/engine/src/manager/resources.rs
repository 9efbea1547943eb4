//! Saved resources that need no reload of the code: templates and sheets of panels, and what the plugin
//! deals with itself.

use crate::error::failure::{Failure, FailureKind};
use crate::manager::Manager;
use crate::manager::running_guard::RunningGuard;
use crate::model::level::Level;
use camino::Utf8PathBuf;
use std::time::Instant;

impl Manager {
    /// Offers saved resources to the running code. Returns whether all were dealt with: then the code is
    /// not reloaded. A template that cannot be shown is kept as the failure of the plugin, beside the
    /// version that is shown, until it can.
    pub(crate) fn took_resources(&self, key: &str, paths: &[Utf8PathBuf], cause: &str) -> bool {
        let begun = Instant::now();
        let Some(mut running) = RunningGuard::take(&self.plugins, key) else {
            return false;
        };
        let taken = running.files_changed(paths);
        drop(running);
        if !taken.handled {
            return false;
        }
        if let Some(failure) = taken.failure {
            let name = self.services.names.shown(key);
            // The failure is kept with the plugin and in its log.
            let _ = self.refuse(key, &name, failure);
        } else {
            self.plugins.with(key, |record| {
                record.failure.take_if(|failure| is_of_template(failure));
            });
            let line = format!(
                "{cause}; taken without a reload, in {:.1?}",
                begun.elapsed()
            );
            self.log(Some(key), Level::Info, &line);
        }
        self.panels().request_redraw_of(key);
        true
    }
}

fn is_of_template(failure: &Failure) -> bool {
    failure.kind == FailureKind::Template
}
