//! What follows from files that a plugin writes into its own directory: no reload, a line in its
//! log, a notice in its panels, and their names in its status.

use crate::execution::open_files;
use crate::manager::Manager;
use crate::manager::self_writes::{self, Verdict};
use crate::model::level::Level;
use camino::Utf8PathBuf;
use lichtfeld_panel::Warning;
use lichtfeld_watcher::{ChangeSet, Role};
use std::time::{Duration, SystemTime};

/// What the author can do.
const HINT: &str = "Write such files to lichtfeld.plugins.data_dir() or cache_dir(), or name them \
                    in .gitignore. If you have edited one yourself, reload the plugin or save one \
                    of its Python files";

/// So many files are named in a message.
const MAX_NAMED: usize = 3;

/// What to do about changed files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnWriting {
    /// A reload would only make the plugin write them again, and so on for ever.
    Ignore,
    /// The author may have saved them.
    Reload,
    /// It is not certain yet. They are looked at again after this time.
    Wait(Duration),
}

/// The notice's stable name.
const CODE: &str = "own-writes";

impl Manager {
    /// Judges whether the plugin or its author has written these files.
    pub(crate) fn judge_writes(&self, key: &str, changes: &ChangeSet) -> OwnWriting {
        let changed = changes.changes.iter();
        let data = changed.filter(|change| change.role == Role::Resource);
        let data: Vec<_> = self.watch.self_writes(key, |known| {
            data.filter(|change| !known.is_at_it(&change.path))
                .map(|change| change.absolute.as_path())
                .collect()
        });
        let writes = self_writes::writes(changes, &open_files::held(&data));
        let verdict = self
            .watch
            .self_writes(key, |known| known.judge(&writes, SystemTime::now()));
        let named = names(&self.watch.own_writes(key));
        self.show_own_writes(key, named.as_deref());
        if let Verdict::OwnNow(paths) = &verdict
            && let Some(names) = names(paths)
        {
            let line = format!("{}. {HINT}", message(&names));
            self.log(Some(key), Level::Warn, &line);
            self.host().request_redraw();
        }
        if let Verdict::SavedTooOften(paths) = &verdict
            && let Some(names) = names(paths)
        {
            let line = format!(
                "{names} has caused many reloads in a row, each within moments of the one before. \
                 If the plugin writes it itself, write it to lichtfeld.plugins.cache_dir(), or name \
                 it in .gitignore: code is reloaded however often it is saved"
            );
            self.log(Some(key), Level::Warn, &line);
        }
        match verdict {
            Verdict::OwnNow(_) | Verdict::Own => OwnWriting::Ignore,
            Verdict::Saved | Verdict::SavedTooOften(_) => OwnWriting::Reload,
            Verdict::Wait(time) => OwnWriting::Wait(time),
        }
    }

    /// Records that a new version of a plugin is active. What is written from now on was not read
    /// by it.
    pub(crate) fn was_activated(&self, key: &str) {
        self.watch
            .if_judged(key, |known| known.activated(SystemTime::now()));
    }

    /// Records that changes were dealt with, from `begun` until now: by a reload, or else by the
    /// plugin itself.
    pub(crate) fn was_handled(&self, key: &str, begun: SystemTime, was_reload: bool) {
        let ended = SystemTime::now();
        self.watch
            .self_writes(key, |known| known.handled(begun, ended, was_reload));
    }

    /// Forgets which files a plugin writes itself.
    pub(crate) fn forget_own_writes(&self, key: &str) {
        self.watch.forget_self_writes(key);
        self.show_own_writes(key, None);
    }

    fn show_own_writes(&self, key: &str, names: Option<&str>) {
        let notice = names.map(|names| Warning::new(CODE, message(names), HINT));
        self.panels().set_notice(key, notice);
    }
}

/// Names some of the files, or returns `None` if there are none.
fn names(paths: &[Utf8PathBuf]) -> Option<String> {
    let named: Vec<&str> = paths
        .iter()
        .take(MAX_NAMED)
        .map(|path| path.as_str())
        .collect();
    let more = paths.len() - named.len();
    let names = named.join(", ");
    match (named.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(names),
        (false, more) => Some(format!("{names} and {more} more")),
    }
}

fn message(names: &str) -> String {
    format!(
        "the plugin writes {names} into its own directory, which looks like a save each time; it \
         is not reloaded for that any more"
    )
}
