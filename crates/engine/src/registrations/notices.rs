//! Notices about plugins, which are shown in each frame of their panels.

use lichtfeld_panel::Warning;
use parking_lot::Mutex;
use std::collections::HashMap;

/// At most one notice for each plugin, by its normalised name.
#[derive(Debug, Default)]
pub struct Notices(Mutex<HashMap<String, Warning>>);

impl Notices {
    /// Sets the notice about a plugin, or removes it. Returns whether it differs from the one
    /// before.
    pub(crate) fn set(&self, key: &str, notice: Option<Warning>) -> bool {
        let mut notices = self.0.lock();
        if notices.get(key) == notice.as_ref() {
            return false;
        }
        match notice {
            Some(notice) => notices.insert(key.to_owned(), notice),
            None => notices.remove(key),
        };
        true
    }

    /// Returns the notice about a plugin.
    pub(crate) fn of(&self, key: &str) -> Option<Warning> {
        self.0.lock().get(key).cloned()
    }
}
