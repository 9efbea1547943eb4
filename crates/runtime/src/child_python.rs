//! The Python of the processes that plugins start: which interpreter, and with which variables.

use crate::bundled_modules::{CHILD_PYTHON, PLUGIN_LOADER};
use crate::current_manager::current;
use crate::package_directory;
use crate::python_frame;
use lichtfeld_engine::execution::backend::CodeVersion;
use lichtfeld_engine::{Role, Services};
use pyo3::intern;
use pyo3::prelude::*;

/// Makes `multiprocessing` and loky start the right Python for plugins in the host's process. Cheap.
pub(crate) fn install(py: Python<'_>, services: &Services) -> PyResult<()> {
    // A worker runs the plugin's own Python.
    if services.host.role() == Role::Worker {
        return Ok(());
    }
    let owner_of = PLUGIN_LOADER.get(py)?.getattr(intern!(py, "owner_of"))?;
    let packages = package_directory::for_children(py, services)?;
    CHILD_PYTHON
        .get(py)?
        .call_method1(
            intern!(py, "install"),
            (owner_of, services.python.as_str(), packages),
        )
        .map(drop)
}

/// Notes the interpreter of the plugin's environment, if it has one.
pub(crate) fn note(code: &Bound<'_, PyAny>, code_version: &CodeVersion) -> PyResult<()> {
    let python = code_version.python.as_ref().map(|path| path.as_str());
    code.setattr(intern!(code.py(), "python"), python)
}

/// Returns the code version of the calling plugin, or `None` for the host's own code.
fn caller(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    // A native callback has no Python frame.
    let Some(frame) = python_frame::current(py) else {
        return Ok(None);
    };
    let found = PLUGIN_LOADER.get(py)?.call_method1("owner_of", (frame,))?;
    Ok((!found.is_none()).then_some(found))
}

/// Returns the interpreter of the calling plugin, a `str`, or `None` if no plugin is calling.
///
/// # Errors
/// If Python fails to look at the stack.
pub fn python(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let Some(code_version) = caller(py)? else {
        return Ok(None);
    };
    CHILD_PYTHON
        .get(py)?
        .call_method1("python", (code_version,))
        .map(Some)
}

/// Returns the environment variables for a child process of the calling plugin, a `dict`, or `None`
/// if no plugin is calling.
///
/// # Errors
/// As [`python`].
pub fn environment(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let Some(code_version) = caller(py)? else {
        return Ok(None);
    };
    let plugins = current().map(|manager| manager.home().plugins().to_path_buf());
    let plugins = plugins.as_ref().map(|path| path.as_str());
    CHILD_PYTHON
        .get(py)?
        .call_method1("environment", (code_version, plugins))
        .map(Some)
}
