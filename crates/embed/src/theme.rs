//! The theme of the application, for its plugins.

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Provides the theme of the application for its plugins, from any thread: an object of JSON with the
/// arguments of `lichtfeld.ui.provide_theme`, each of which may be left out.
///
/// ```no_run
/// lichtfeld_embed::provide_theme(r#"{"name": "light", "is_dark": false, "scale": 1.5}"#)?;
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// What is wrong with the theme.
pub fn provide_theme(json: &str) -> Result<(), String> {
    Python::attach(|py| {
        let given = py.import("json")?.call_method1("loads", (json,))?;
        let given = given.cast_into::<PyDict>()?;
        py.import("lfs_plugins._theme")?
            .call_method("provide_theme", (), Some(&given))
            .map(drop)
    })
    .map_err(|error: PyErr| error.to_string())
}
