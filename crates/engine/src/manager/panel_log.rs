//! What panels and menus have to report to the log of their plugin.

use crate::manager::Manager;
use crate::model::level::Level;
use std::sync::Arc;

/// Lets panels and menus write to the logs of a manager.
pub(super) fn connect(manager: &Arc<Manager>) {
    for table in [manager.panels(), manager.menus()] {
        let known = Arc::downgrade(manager);
        table.context().log.set(move |key, line| {
            if let Some(manager) = known.upgrade() {
                manager.log(key, Level::Warn, line);
            }
        });
    }
}
