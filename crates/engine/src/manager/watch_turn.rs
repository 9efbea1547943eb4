//! The right to deal with the saved changes of a plugin that wait.
//!
//! While changes wait, further ones join them and start nothing. So whoever has this right must use
//! it: if the thread or the job that was to do so never runs, the next save has to start anew.

use crate::manager::Manager;
use crate::model::level::Level;
use std::sync::{Arc, Weak};

/// Given up, it lets the next save start anew.
pub(super) struct WatchTurn {
    manager: Weak<Manager>,
    /// The plugin, until the right was used.
    key: Option<String>,
}

impl WatchTurn {
    pub(super) fn new(manager: &Arc<Manager>, key: String) -> Self {
        Self {
            manager: Arc::downgrade(manager),
            key: Some(key),
        }
    }

    /// Uses the right. Returns `None` if the manager is gone.
    pub(super) fn begin(mut self) -> Option<(Arc<Manager>, String)> {
        let key = self.key.take()?;
        Some((self.manager.upgrade()?, key))
    }
}

impl Drop for WatchTurn {
    fn drop(&mut self) {
        let (Some(key), Some(manager)) = (self.key.take(), self.manager.upgrade()) else {
            return;
        };
        let waited = manager.watch.take(&key);
        if waited.is_some() && !manager.is_ending() {
            let line = "a save was not followed by a reload: the application had no thread for it; \
                        save once more, or reload the plugin";
            manager.log(Some(&key), Level::Warn, line);
        }
    }
}
