//! The URL of the registry of plugins, as a Python application sets it.

use lichtfeld_runtime::current;
use parking_lot::RwLock;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

static URL: RwLock<Option<String>> = RwLock::new(None);

/// Returns the URL that the application has set, for a user who has set none.
pub(crate) fn registry_url() -> Option<String> {
    URL.read().clone()
}

/// Sets the registry of plugins: the `https://` URL or the path of its index, or None for no registry.
/// Call this before the manager is made. `LFS_PLUGIN_REGISTRY_URL`, which the user sets, has priority.
///
/// Raises RuntimeError if the manager already runs.
#[pyfunction]
#[pyo3(signature = (url))]
pub(crate) fn set_registry(url: Option<String>) -> PyResult<()> {
    if current().is_some() {
        return Err(PyRuntimeError::new_err(
            "the plugin manager runs already; set the registry before",
        ));
    }
    *URL.write() = url;
    Ok(())
}
