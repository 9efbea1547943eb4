//! Plugins in a process of their own.
//!
//! - `place`: the place "worker" of a host; `process`: one worker, seen from the host;
//!   `death`: what is said of its end;
//!   `instance`: one version of a plugin's code there; `offered`: what it has registered, entered
//!   here; `panel`, `operator`, `capabilities`: what stands for it;
//! - `serve`: the worker's own side; `telling`: how it tells of registrations; `calls`: its threads;
//!   `limit`: what it may use;
//! - `link`: how Python code of either side reaches the other; `remote.py`: what calls, references
//!   and exceptions look like; `operator.py`: steps of operators; `boot.py`: the first lines that a
//!   worker runs.

mod backend;
mod calls;
mod capabilities;
mod death;
mod instance;
mod limit;
mod link;
mod mirrored_registrations;
mod operator;
mod panel;
mod process;
mod registration_notifier;
mod serve;

use pyo3::prelude::*;

pub use backend::WorkerBackend;
pub use serve::serve_worker;

/// A NumPy array of zeros that crosses to a process of a plugin, or from it, without a copy.
///
/// Whoever receives it sees what its maker writes later, and cannot write itself. Raises
/// ModuleNotFoundError without NumPy, TypeError for a dtype of objects, OSError where there is no
/// memory.
#[pyfunction]
#[pyo3(signature = (shape, dtype=None))]
pub fn shared_array<'py>(
    py: Python<'py>,
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let module = crate::bundled_modules::SHARED_MEMORY.get(py)?;
    match dtype {
        None => module.call_method1("shared_array", (shape,)),
        Some(dtype) => module.call_method1("shared_array", (shape, dtype)),
    }
}
