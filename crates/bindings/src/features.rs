//! The features of the application that manifests may require.

use lichtfeld_runtime::current;
use parking_lot::RwLock;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// The features of the plugin system itself.
pub(crate) const FEATURES: [&str; 7] = [
    "capabilities.v1",
    "dialogs.v1",
    "menus.v1",
    "operators.v1",
    "panels.v1",
    "settings.v1",
    "signals.v1",
];

static SET: RwLock<Option<Vec<String>>> = RwLock::new(None);

/// What was set, else the features of the plugin system itself.
pub(crate) fn features() -> Vec<String> {
    let set = SET.read().clone();
    set.unwrap_or_else(|| FEATURES.iter().map(ToString::to_string).collect())
}

/// Sets the features of the application, which manifests may name in `required_features`. Call this
/// before the manager is made. A plugin that requires another one is not loaded.
///
/// `features` replaces the list; `lichtfeld.plugins.FEATURES` are those of the plugin system itself,
/// which are also the default: `set_features([*lichtfeld.plugins.FEATURES, "scene.v1"])`.
///
/// Raises TypeError for anything but texts, ValueError for an empty name, RuntimeError if the manager
/// runs.
#[pyfunction]
pub(crate) fn set_features(features: &Bound<'_, PyAny>) -> PyResult<()> {
    let wrong = || {
        PyTypeError::new_err(format!(
            "features are a list of names such as [\"panels.v1\"], not {features}"
        ))
    };
    // A text is a list of letters.
    if features.is_instance_of::<PyString>() {
        return Err(wrong());
    }
    let names = features.try_iter().map_err(|_| wrong())?;
    let mut list: Vec<String> = names
        .map(|name| name?.extract().map_err(|_| wrong()))
        .collect::<PyResult<_>>()?;
    if list.iter().any(|name| name.trim().is_empty()) {
        return Err(PyValueError::new_err("the name of a feature is empty"));
    }
    if current().is_some() {
        return Err(PyRuntimeError::new_err(
            "the plugin manager runs already; set the features before",
        ));
    }
    list.sort();
    list.dedup();
    *SET.write() = Some(list);
    Ok(())
}
