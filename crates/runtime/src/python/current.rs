//! The one manager of this interpreter. Plugins reach it through `lichtfeld`, so there can be one
//! at a time.

use super::ending;
use super::shared::SharedPlace;
use crate::config::Config;
use crate::host::Level;
use crate::manager::{Manager, Shared};
use crate::place::Places;
use pyo3::Python;
use std::sync::{Arc, PoisonError, RwLock};

static CURRENT: RwLock<Option<Arc<Manager>>> = RwLock::new(None);

/// The manager that `lichtfeld` speaks to; none before [`start`].
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

/// The places of a manager with this interpreter: it, and on Unix processes beside it.
fn places(shared: &Shared) -> Places {
    Places {
        shared: Box::new(SharedPlace::new(shared.clone())),
        #[cfg(unix)]
        worker: Some(Box::new(super::worker::WorkerPlace::new(shared.clone()))),
        #[cfg(not(unix))]
        worker: None,
    }
}

/// Makes a manager whose plugins run in this interpreter or in workers beside it, and makes it the current one.
pub fn start(config: Config) -> Arc<Manager> {
    let manager = Manager::new(config, places);
    end_with_process(&manager);
    set_current(Some(Arc::clone(&manager)));
    manager
}

fn end_with_process(manager: &Manager) {
    if let Err(error) = Python::attach(ending::install) {
        let line = format!("plugins will not be unloaded when the process ends: {error}");
        manager.log(None, Level::Warn, &line);
    }
}

/// The current manager, or a new one by `config` where there is none. Two threads that ask at once
/// get the same one.
pub fn start_once(config: Config) -> Arc<Manager> {
    if let Some(manager) = current() {
        return manager;
    }
    // Made without the lock, because making one takes the GIL; the first one made counts.
    let made = Manager::new(config, places);
    end_with_process(&made);
    let mut current = CURRENT.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(current.get_or_insert(made))
}
