//! Makes a manager whose plugins run in this interpreter, or in workers beside it.

use crate::current_manager::{current, current_or, set_current};
use crate::exit_hook;
use crate::in_process::InProcessBackend;
use lichtfeld_engine::{Backends, Config, Level, Manager, Services};
use pyo3::Python;
use std::sync::Arc;

/// The places of a manager with this interpreter: it, and on Unix processes beside it.
fn backends(services: &Services) -> Backends {
    Backends {
        shared: Box::new(InProcessBackend::new(services.clone())),
        #[cfg(unix)]
        worker: Some(Box::new(crate::worker::WorkerBackend::new(
            services.clone(),
        ))),
        #[cfg(not(unix))]
        worker: None,
    }
}

/// Makes a manager whose plugins run in this interpreter or in workers beside it, and makes it the current one.
pub fn start(config: Config) -> Arc<Manager> {
    let manager = Manager::new(config, backends);
    end_with_process(&manager);
    set_current(Some(Arc::clone(&manager)));
    manager
}

fn end_with_process(manager: &Manager) {
    if let Err(error) = Python::attach(exit_hook::install) {
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
    let made = Manager::new(config, backends);
    end_with_process(&made);
    current_or(made)
}
