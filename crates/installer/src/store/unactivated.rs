//! Environments that no shell can activate.
//!
//! In a shell with an active environment, `uv pip install` and `pip install` write into it. Nothing
//! may write into a published one; `.venv` of the plugin is there for that.

use std::fs;

use camino::Utf8Path;

use crate::error::InstallError;
use crate::generation::python_in;

/// Removes the scripts by which shells activate an environment.
///
/// # Errors
/// Where the disk refuses.
pub(crate) fn make(environment: &Utf8Path) -> Result<(), InstallError> {
    let python = python_in(environment);
    let programs = python.parent().unwrap_or(environment);
    let entries = match programs.read_dir_utf8() {
        Ok(entries) => entries,
        // What was taken for uv is something else, which its version will show.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(InstallError::io("read", programs, error)),
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_ascii_lowercase();
        if name.starts_with("activate") || name.starts_with("deactivate") {
            let path = entry.path();
            fs::remove_file(path).map_err(|error| InstallError::io("remove", path, error))?;
        }
    }
    Ok(())
}
