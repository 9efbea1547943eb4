//! Makes a manager whose plugins run in this interpreter or in workers.

use crate::current_manager::{current, current_or, set_current};
use crate::exit_hook;
use crate::in_process::InProcessBackend;
use lichtfeld_engine::{Backends, Config, Level, Manager, Services};
use pyo3::Python;
use std::sync::Arc;

/// Makes the backends of a manager with this interpreter: this process, and on Unix workers.
fn backends(services: &Services) -> Backends {
    let backends = Backends::new(InProcessBackend::new(services.clone()));
    #[cfg(unix)]
    let backends = backends.with_worker(crate::worker::WorkerBackend::new(services.clone()));
    backends
}

/// Makes a manager whose plugins run in this interpreter or in workers, and makes it the current one.
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

/// Returns the current manager, or a new one by `config` if there is none. Two threads that call this
/// at once get the same one.
pub fn start_once(config: Config) -> Arc<Manager> {
    if let Some(manager) = current() {
        return manager;
    }
    // Without the lock, since this takes the GIL. The manager that is set first counts.
    let made = Manager::new(config, backends);
    end_with_process(&made);
    current_or(made)
}
