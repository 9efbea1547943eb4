//! Plugins in a process of their own.
//!
//! - `place`: the place "worker" of a host; `process`: one worker, seen from the host;
//!   `instance`: one version of a plugin's code there; `panel`: its panels here;
//! - `serve`: the worker's own side; `calls`: its threads; `limit`: what it may use;
//! - `link`: how Python code of either side reaches the other; `remote.py`: what calls, references
//!   and exceptions look like; `boot.py`: the first lines that a worker runs.

mod calls;
mod instance;
mod limit;
mod link;
mod panel;
mod place;
mod process;
mod serve;

pub use place::WorkerPlace;
pub use serve::serve_worker;

/// The function `shared_array` of `lichtfeld.plugins`.
///
/// # Errors
/// Where Python refuses our code.
pub fn shared_array(py: pyo3::Python<'_>) -> pyo3::PyResult<pyo3::Bound<'_, pyo3::types::PyAny>> {
    use pyo3::types::PyAnyMethods;
    let module = super::support::SHARED_MEMORY.get(py)?;
    module.getattr("shared_array")
}
