//! Plugins in a process of their own.
//!
//! On the host's side:
//! - `backend`: the place "worker"; `launch`: the start of one; `process`: the handle of one;
//!   `liveness`: whether it answers; `death`: why it has ended; `host_side`: what the host answers;
//! - `instance`: one version of a plugin's code there; `mirrored_registrations` and
//!   `mirrored_entries`: what it has registered, entered here; `panel`, `operator`: what draws and
//!   invokes it from here; `filled`: what its panels show of others.
//!
//! On the worker's side:
//! - `serve`: its main thread; `worker_side`: what it does for the host; `calls`: its other threads;
//!   `remote_host` and `host_link`: the host, and the way there; `host_watch`: its end with the host;
//! - `registration_notifier`: how it reports what is unregistered; `limit`: what it may use;
//!   `boot.py`: its first lines.
//!
//! On both sides:
//! - `link`: how Python code reaches the other process; `waiting`: how a thread waits for its answer;
//!   `question`: what is asked without Python; `pickle_check`: what is read from it;
//!   `remote.py`: calls and their answers; `recorded_calls`: calls that are sent together;
//!   `operator.py`: steps of operators; `capabilities`: capabilities across processes;
//!   `textures_sent` and `textures_received`: the pixels of textures, in `sealed_memory`.

mod backend;
mod calls;
mod capabilities;
mod death;
mod filled;
mod host_link;
mod host_side;
mod host_watch;
mod instance;
mod launch;
mod limit;
mod link;
mod liveness;
mod mirrored_entries;
mod mirrored_registrations;
mod operator;
pub(crate) mod panel;
mod pickle_check;
mod process;
mod question;
mod recorded_calls;
mod registration_notifier;
mod remote_host;
#[cfg(target_os = "linux")]
pub(crate) mod sealed_memory;
mod serve;
mod textures_received;
mod textures_sent;
mod waiting;
mod worker_side;

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

pub use backend::WorkerBackend;
pub use serve::serve_worker;

/// A NumPy array of zeros that crosses to a process of a plugin, or from it, without a copy.
///
/// The receiver sees what the maker writes later. With `writable` (on Linux) it can write as well, and
/// the maker sees it. Raises ModuleNotFoundError without NumPy, TypeError for a dtype of objects,
/// OSError if there is no memory.
#[pyfunction]
#[pyo3(signature = (shape, dtype=None, *, writable=false))]
pub fn shared_array<'py>(
    py: Python<'py>,
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    writable: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let module = crate::bundled_modules::SHARED_MEMORY.get(py)?;
    let dtype = dtype.map_or_else(|| FLOAT64.into_bound_py_any(py), |dtype| Ok(dtype.clone()))?;
    module.call_method1("shared_array", (shape, dtype, writable))
}

/// A NumPy array in memory that an open file stands for (`memfd_create`, `shm_open`): it crosses to a
/// process of a plugin without a copy.
///
/// `offset` is in bytes. The file stays the caller's, and must not be shortened while plugins use the
/// array. With `writable` (on Linux) they can write. Raises ValueError if the file is too short or was
/// opened for reading only, OSError if it cannot be mapped, and as `shared_array`.
#[pyfunction]
#[pyo3(signature = (fd, shape, dtype=None, *, writable=false, offset=0))]
pub fn shared_from_fd<'py>(
    py: Python<'py>,
    fd: i32,
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    writable: bool,
    offset: u64,
) -> PyResult<Bound<'py, PyAny>> {
    let module = crate::bundled_modules::SHARED_MEMORY.get(py)?;
    let dtype = dtype.map_or_else(|| FLOAT64.into_bound_py_any(py), |dtype| Ok(dtype.clone()))?;
    module.call_method1("shared_from_fd", (fd, shape, dtype, writable, offset))
}

/// An array of zeros for a host in C, which crosses to a worker without a copy: the object for Python,
/// the address of its first byte, and its size in bytes. The object is a NumPy array, or without NumPy
/// a memoryview.
///
/// # Errors
/// `ValueError` for a shape or a type that it does not take, `OSError` if there is no memory.
pub fn host_array<'py>(
    py: Python<'py>,
    shape: &[usize],
    dtype: &str,
    writable: bool,
) -> PyResult<(Bound<'py, PyAny>, usize, usize)> {
    let module = crate::bundled_modules::SHARED_MEMORY.get(py)?;
    module
        .call_method1("host_array", (shape, dtype, writable))?
        .extract()
}

/// The type of the numbers where none is named, as in NumPy.
const FLOAT64: &str = "float64";
