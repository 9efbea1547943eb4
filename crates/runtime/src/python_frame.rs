//! The frame of the Python code that calls.

use pyo3::ffi;
use pyo3::prelude::*;

/// Returns the frame of the code that this thread runs, or `None` if it runs no Python code, as a
/// native thread that calls Python.
///
/// It is what `sys._getframe` returns; Python 3.10 crashes there if no Python code runs.
pub(crate) fn current(py: Python<'_>) -> Option<Bound<'_, PyAny>> {
    // SAFETY: this thread is attached, and the function returns a borrowed reference or null.
    unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyEval_GetFrame().cast()) }
}
