//! The one manager of this interpreter. Plugins reach it through `lichtfeld`, so there can be one
//! at a time.

use lichtfeld_engine::Manager;
use std::sync::{Arc, PoisonError, RwLock};

static CURRENT: RwLock<Option<Arc<Manager>>> = RwLock::new(None);

/// The manager that `lichtfeld` speaks to; none before [`start`](crate::start).
#[must_use]
pub fn current() -> Option<Arc<Manager>> {
    CURRENT
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Replaces the manager that `lichtfeld` speaks to; gives the one before. The caller unloads that
/// one's plugins.
pub fn set_current(manager: Option<Arc<Manager>>) -> Option<Arc<Manager>> {
    std::mem::replace(
        &mut *CURRENT.write().unwrap_or_else(PoisonError::into_inner),
        manager,
    )
}

/// The current manager, or `made` where there is none: of two threads that make one at once, both
/// get the same.
pub(crate) fn current_or(made: Arc<Manager>) -> Arc<Manager> {
    let mut current = CURRENT.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(current.get_or_insert(made))
}
