//! Facts about the interpreter of this process.

pub use crate::find_interpreter::find;
pub use crate::interpreter_facts::info;
pub use crate::path_modules::distributions;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::error::Error;
use lichtfeld_engine::execution::host::Host;
use lichtfeld_engine::manager::config::Config;
use lichtfeld_engine::model::home::Home;
use pyo3::prelude::*;

/// Returns the configuration for a Python program, from environment variables and the running
/// interpreter. `python` is its program, if the application names one.
///
/// # Errors
/// [`Error::Io`] if there is no home directory; as [`find`].
pub fn default_config(
    py: Python<'_>,
    host: impl Host + 'static,
    python: Option<&Utf8Path>,
) -> Result<Config, Error> {
    let unknown = |reason: String| Error::io("cannot start the manager", reason);
    let home = Home::from_env().map_err(|error| unknown(error.to_string()))?;
    let python = find(py, python)?;
    let mut config = Config::from_env(home, python, host);
    config.packaged_uv = packaged_uv(py);
    Ok(config)
}

/// Returns the program of the Python package `uv`, or `None` if that is not installed.
#[must_use]
pub fn packaged_uv(py: Python<'_>) -> Option<Utf8PathBuf> {
    let found = py.import("uv").ok()?.call_method0("find_uv_bin").ok()?;
    found.extract::<String>().ok().map(Utf8PathBuf::from)
}
