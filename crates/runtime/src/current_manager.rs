//! The one manager of this interpreter. Plugins reach it through `lichtfeld`, so there can be one
//! at a time.

use crate::exception::plugin_error;
use lichtfeld_engine::Manager;
use parking_lot::RwLock;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

static CURRENT: RwLock<Option<Arc<Manager>>> = RwLock::new(None);
/// Whether the last manager was ended and forgotten, and there is none after it yet.
static ENDED: AtomicBool = AtomicBool::new(false);

/// Returns the manager that `lichtfeld` uses, or `None` before [`start`](crate::start).
#[must_use]
pub fn current() -> Option<Arc<Manager>> {
    CURRENT.read().clone()
}

/// Replaces the manager that `lichtfeld` uses. Returns the one before, whose plugins the caller
/// unloads.
pub fn set_current(manager: Option<Arc<Manager>>) -> Option<Arc<Manager>> {
    let mut current = CURRENT.write();
    if manager.is_some() || current.is_some() {
        ENDED.store(manager.is_none(), Ordering::Release);
    }
    std::mem::replace(&mut *current, manager)
}

/// Returns the current manager, or makes `made` the current one if there is none. Two threads that
/// make one at once get the same one.
pub(crate) fn current_or(made: Arc<Manager>) -> Arc<Manager> {
    let mut current = CURRENT.write();
    ENDED.store(false, Ordering::Release);
    Arc::clone(current.get_or_insert(made))
}

/// Returns whether the application has ended its manager and begun nothing since: a question is then
/// answered as by a manager without plugins, and does not make a new one.
#[must_use]
pub fn has_ended() -> bool {
    ENDED.load(Ordering::Acquire) && current().is_none()
}

/// Makes the manager of an application that has not started one.
type Maker = fn(Python<'_>) -> PyResult<Arc<Manager>>;

static MAKER: OnceLock<Maker> = OnceLock::new();

/// Lets the functions of `lichtfeld` make a manager with `maker` if there is none. Only the first
/// call counts. Without it these functions raise RuntimeError until [`start`](crate::start).
pub fn make_with(maker: Maker) {
    let _ = MAKER.set(maker);
}

/// Checks a manager that a forked copy of the process has inherited.
fn require_readable(manager: &Manager) -> PyResult<()> {
    if !manager.is_forked() {
        return Ok(());
    }
    Python::attach(|py| {
        py.detach(|| manager.require_readable()).map_err(|error| {
            let hint = error.hint().unwrap_or_default();
            plugin_error(
                py,
                "PluginForkedError",
                error.code(),
                &error.to_string(),
                &hint,
            )
        })
    })
}

/// Returns the current manager, or makes one.
///
/// # Errors
/// If it cannot be made, or the application makes its manager itself and has not done so; in a forked
/// copy of the process, if its tables cannot be read.
pub(crate) fn require_current() -> PyResult<Arc<Manager>> {
    if let Some(manager) = current() {
        require_readable(&manager)?;
        return Ok(manager);
    }
    let maker = MAKER.get().ok_or_else(|| {
        PyRuntimeError::new_err(
            "no plugin manager is running: call lfs_plugins.PluginManager.instance() first",
        )
    })?;
    Python::attach(maker)
}

/// Returns the manager that answers a question, or `None` if the application has ended it; see
/// [`has_ended`].
///
/// # Errors
/// As [`require_current`].
pub(crate) fn asked() -> PyResult<Option<Arc<Manager>>> {
    if has_ended() {
        return Ok(None);
    }
    require_current().map(Some)
}
