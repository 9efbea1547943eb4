//! Functions that a Python application sets, to be called on any thread.

use parking_lot::RwLock;
use pyo3::prelude::*;

/// Sets a function of the application, or removes it.
pub(crate) fn replace(place: &RwLock<Option<Py<PyAny>>>, handler: Option<Py<PyAny>>) {
    // The old one is dropped after the lock: its end may run Python code.
    let old = std::mem::replace(&mut *place.write(), handler);
    drop(old);
}

/// Returns a function of the application, if it has set it.
pub(crate) fn handler(py: Python<'_>, place: &RwLock<Option<Py<PyAny>>>) -> Option<Py<PyAny>> {
    let handler = place.read();
    handler.as_ref().map(|handler| handler.clone_ref(py))
}
