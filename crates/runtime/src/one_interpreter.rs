//! The one interpreter of this process that the runtime can be used in.
//!
//! Native code keeps Python objects for as long as the process lives: classes, functions, interned
//! names. They belong to the interpreter that has made them. In another one, or after Python was
//! finalized and initialized again, they are invalid, and using them ends the process. So the second
//! interpreter is refused before it sees any of them.

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// The name under which an interpreter remembers that the runtime is used in it.
const MARK: &std::ffi::CStr = c"lichtfeld_runtime";

static USED: AtomicBool = AtomicBool::new(false);

/// Checks that this is the main interpreter, and the first one of this process.
///
/// # Errors
/// `ImportError`, which says which of the two it is not, and what to do.
pub fn require(_py: Python<'_>) -> PyResult<()> {
    // SAFETY: the caller is attached to an interpreter, as `_py` shows, so there is a current one, and
    // it has an id.
    let (interpreter, id) = unsafe {
        let interpreter = ffi::PyInterpreterState_Get();
        (interpreter, ffi::PyInterpreterState_GetID(interpreter))
    };
    if id != 0 {
        return Err(PyImportError::new_err(
            "lichtfeld cannot be used in a sub-interpreter: its native objects belong to the main \
             interpreter. Import it there, and call it from there",
        ));
    }
    // SAFETY: as above; the dict is borrowed, and lives as long as the interpreter.
    let is_marked = unsafe {
        let dict = ffi::PyInterpreterState_GetDict(interpreter);
        if dict.is_null() {
            return Err(PyImportError::new_err(
                "the interpreter has no dictionary of its own",
            ));
        }
        let marked = !ffi::PyDict_GetItemString(dict, MARK.as_ptr()).is_null();
        if !marked && !USED.swap(true, Ordering::AcqRel) {
            if ffi::PyDict_SetItemString(dict, MARK.as_ptr(), ffi::Py_True()) != 0 {
                return Err(PyErr::fetch(_py));
            }
            return Ok(());
        }
        marked
    };
    if is_marked {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "Python was finalized and initialized again in this process, and lichtfeld was used before \
         that: its native objects belong to the first interpreter and cannot be used in another. \
         Initialize Python once, and finalize it when the process ends, or start a new process",
    ))
}
