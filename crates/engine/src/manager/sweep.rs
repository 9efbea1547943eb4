//! Removes what killed processes left beside the plugins, and puts back what an update was about
//! to replace.

use crate::error::Error;
use crate::execution::host::Role;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::packages::origin::Origin;
use crate::packages::staging::JOURNAL;
use crate::packages::staging::Journal;
use crate::packages::staging::Sweep;
use crate::packages::staging::UNPROVEN;
use crate::packages::staging::claim;
use crate::packages::types::io;
use camino::Utf8Path;
use lichtfeld_sources::exchange;
use std::fs;

impl Manager {
    /// Removes what killed processes have left beside the plugins, and puts back what an update was
    /// about to replace.
    pub(crate) fn sweep_staging(&self, sweep: Sweep) {
        // A plugin's own process leaves this to its host.
        if self.host().role() == Role::Worker {
            return;
        }
        let Ok(entries) = self.home().plugins().read_dir_utf8() else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let Some(lock) = claim(path) else {
                continue;
            };
            let journal: Option<Journal> = fs::read(path.join(JOURNAL))
                .ok()
                .and_then(|text| serde_json::from_slice(&text).ok());
            if let Some(journal) = &journal {
                if sweep == Sweep::Later {
                    continue;
                }
                match self.roll_back(path, journal) {
                    Ok(None) => {}
                    Ok(Some(version)) => {
                        let message = format!(
                            "an update was killed before it was done; version {version} is back"
                        );
                        self.log(Some(&journal.key), Level::Warn, &message);
                    }
                    Err(error) => {
                        self.log(Some(&journal.key), Level::Error, &error.to_string());
                        continue;
                    }
                }
            }
            // Closed before the directory goes: Windows removes no file that is open.
            drop(lock);
            if let Err(error) = fs::remove_dir_all(path) {
                let message = format!("cannot remove {path}, which a killed process left: {error}");
                self.log(None, Level::Warn, &message);
            }
        }
    }

    /// Puts the old version back, if the new one took its place and nobody knows whether it works;
    /// gives its number.
    fn roll_back(&self, staging: &Utf8Path, journal: &Journal) -> Result<Option<String>, Error> {
        let Journal {
            key,
            dir,
            root,
            files,
        } = journal;
        // What a file says is not trusted to lead elsewhere.
        let is_here = root.starts_with(staging)
            && dir.parent() == Some(self.home().plugins())
            && !root.as_str().contains("..");
        let mark = dir.join(UNPROVEN);
        if !is_here || !mark.exists() {
            return Ok(None);
        }
        let origin = Origin::read(self.home(), key)?;
        let Some(origin) = origin.filter(|origin| origin.files != *files) else {
            // Written last: then the update was done.
            let _ = fs::remove_file(mark);
            return Ok(None);
        };
        exchange(dir, root).map_err(|error| io(format!("cannot put back {dir}"), error))?;
        Ok(Some(origin.version))
    }
}
