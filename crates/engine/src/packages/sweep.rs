//! Removes the staging directories of killed processes, and restores the plugins that an
//! interrupted update was about to replace.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::model::home::Home;
use crate::model::level::Level;
use crate::packages::author_environment;
use crate::packages::origin::Origin;
use crate::packages::staging::{JOURNAL, Journal, Sweep, UNPROVEN, claim};
use camino::Utf8Path;
use lichtfeld_sources::exchange;
use std::fs;

/// A line for the log.
pub(crate) struct Remark {
    /// The plugin it is about.
    pub(crate) key: Option<String>,
    pub(crate) level: Level,
    pub(crate) text: String,
}

/// Sweeps the plugins directory of a home. Returns lines for the log.
pub(crate) fn sweep(home: &Home, sweep: Sweep) -> Vec<Remark> {
    let Ok(entries) = home.plugins().read_dir_utf8() else {
        return Vec::new();
    };
    let entries = entries.flatten();
    entries
        .filter_map(|entry| sweep_directory(home, sweep, entry.path()))
        .collect()
}

fn sweep_directory(home: &Home, sweep: Sweep, path: &Utf8Path) -> Option<Remark> {
    let lock = claim(path)?;
    let journal: Option<Journal> = fs::read(path.join(JOURNAL))
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok());
    let mut remark = None;
    if let Some(journal) = &journal {
        if sweep == Sweep::Later {
            return None;
        }
        let about = |level, text| Remark {
            key: Some(journal.key.clone()),
            level,
            text,
        };
        match roll_back(home, path, journal) {
            Ok(None) => {}
            Ok(Some(version)) => {
                let text =
                    format!("an update was killed before it was done; version {version} is back");
                remark = Some(about(Level::Warn, text));
            }
            Err(error) => return Some(about(Level::Error, with_causes(&error))),
        }
    }
    // Dropped before the directory is removed: Windows does not remove open files.
    drop(lock);
    if let Err(error) = fs::remove_dir_all(path) {
        return Some(Remark {
            key: None,
            level: Level::Warn,
            text: format!("cannot remove {path}, which a killed process left: {error}"),
        });
    }
    remark
}

/// Restores the old version if the new one has replaced it and is not known to work. Returns the
/// version that was restored.
fn roll_back(home: &Home, staging: &Utf8Path, journal: &Journal) -> Result<Option<String>, Error> {
    let Journal {
        key,
        dir,
        root,
        files,
    } = journal;
    // The content of a file is not trusted: its paths must lie in the plugins directory.
    let is_here = root.starts_with(staging)
        && dir.parent() == Some(home.plugins())
        && !root.as_str().contains("..");
    let mark = dir.join(UNPROVEN);
    if !is_here || !mark.exists() {
        return Ok(None);
    }
    let origin = Origin::read(home, key)?;
    let Some(origin) = origin.filter(|origin| origin.files != *files) else {
        // Written last, so the update was complete.
        let _ = fs::remove_file(mark);
        return Ok(None);
    };
    exchange(dir, root).map_err(|error| Error::io(format!("cannot put back {dir}"), error))?;
    author_environment::carry_over(root, dir)?;
    Ok(Some(origin.version))
}
