//! Loads in the background.

use crate::manager::Manager;
use crate::manager::loading::Loading;
use std::sync::Arc;

/// A load for another thread. If that thread is never started, dropping this ends the load.
struct Work {
    loading: Loading,
    manager: Arc<Manager>,
}

impl Work {
    fn run(&self) {
        let name = self.loading.name();
        self.loading
            .run(|observer| self.manager.load(name, observer));
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.loading.abandon();
    }
}

impl Manager {
    /// Loads a plugin on a thread of its own and returns a handle at once. All errors of
    /// [`Manager::load`], an unknown name too, are in the handle's result.
    pub fn load_async(self: &Arc<Self>, name: &str) -> Loading {
        let (weak, asked) = (Arc::downgrade(self), name.to_owned());
        let loading = self
            .loadings
            .add(name, move || weak.upgrade()?.state(&asked));
        let work = Work {
            loading: loading.clone(),
            manager: Arc::clone(self),
        };
        self.backends
            .shared
            .spawn(format!("load {name}"), Box::new(move || work.run()));
        loading
    }
}
