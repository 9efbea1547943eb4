//! How the names of plugins are written for people: as in the manifest.
//!
//! Everything is kept by the normalised name. Everything that is shown, to the host, in an event or
//! to another plugin, has the name that the author wrote.

use parking_lot::RwLock;
use std::collections::HashMap;

/// The names of all plugins that were seen, by their normalised names.
#[derive(Debug, Default)]
pub struct Names(RwLock<HashMap<String, String>>);

impl Names {
    /// Returns whether no thread holds the lock, for a forked copy of the process.
    pub(crate) fn is_free(&self) -> bool {
        self.0.try_write().is_some()
    }

    /// Notes how a plugin's name is written.
    pub fn set(&self, key: &str, name: &str) {
        if self.0.read().get(key).is_some_and(|known| known == name) {
            return;
        }
        self.0.write().insert(key.to_owned(), name.to_owned());
    }

    /// Returns the name as it is written, or `key` for a plugin that was never seen.
    #[must_use]
    pub fn shown(&self, key: &str) -> String {
        let known = self.0.read().get(key).cloned();
        known.unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_name_is_shown_as_it_is_written() {
        let names = Names::default();
        assert_eq!(names.shown("my-plugin"), "my-plugin");
        names.set("my-plugin", "My_Plugin");
        assert_eq!(names.shown("my-plugin"), "My_Plugin");
    }
}
