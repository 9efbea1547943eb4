//! The one manager of this interpreter. Plugins reach it through `lichtfeld`, so there can be one
//! at a time.

use lichtfeld_engine::Manager;
use parking_lot::RwLock;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::sync::Arc;

static CURRENT: RwLock<Option<Arc<Manager>>> = RwLock::new(None);

/// Returns the manager that `lichtfeld` uses, or `None` before [`start`](crate::start).
#[must_use]
pub fn current() -> Option<Arc<Manager>> {
    CURRENT.read().clone()
}

/// Replaces the manager that `lichtfeld` uses. Returns the one before, whose plugins the caller
/// unloads.
pub fn set_current(manager: Option<Arc<Manager>>) -> Option<Arc<Manager>> {
    std::mem::replace(&mut *CURRENT.write(), manager)
}

/// Returns the current manager, or makes `made` the current one if there is none. Two threads that
/// make one at once get the same one.
pub(crate) fn current_or(made: Arc<Manager>) -> Arc<Manager> {
    let mut current = CURRENT.write();
    Arc::clone(current.get_or_insert(made))
}

/// Returns the current manager, or an exception that says that there is none.
pub(crate) fn require_current() -> PyResult<Arc<Manager>> {
    current().ok_or_else(|| {
        PyRuntimeError::new_err(
            "no plugin manager is running: call lfs_plugins.PluginManager.instance() first",
        )
    })
}
