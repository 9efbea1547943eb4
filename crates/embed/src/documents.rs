//! Documents of a host of the C API, which knows Python's objects as pointers.

use lichtfeld_runtime::Panel;
use lichtfeld_runtime::documents::{self, Refused};
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::c_void;

/// Gives a panel a document, and unless it is null a context for its data model. Both references are
/// borrowed; the panel keeps its own of the document. Call this on the UI thread.
///
/// # Errors
/// If a function of the panel raises, or the panel is not drawn by Python. It has no document then.
///
/// # Safety
/// The document is a Python object, the context is one or null, and the interpreter of this process
/// runs.
pub unsafe fn mount_pointer(
    panel: &Panel,
    document: *mut c_void,
    context: *mut c_void,
) -> Result<(), Refused> {
    Python::attach(|py| {
        let object = |pointer: *mut c_void| match pointer.is_null() {
            true => py.None().into_bound(py),
            // SAFETY: the caller says that it is an object.
            false => unsafe { Bound::from_borrowed_ptr(py, pointer.cast::<ffi::PyObject>()) },
        };
        documents::mount(panel, &object(document), &object(context))
            .map_err(|error| Refused::new(py, &panel.info().id, &error))
    })
}

/// Takes the document of a panel away. Call this on the UI thread.
///
/// # Errors
/// If the panel's worker does not answer.
pub fn unmount(panel: &Panel) -> Result<(), Refused> {
    Python::attach(|py| {
        documents::unmount(py, panel).map_err(|error| Refused::new(py, &panel.info().id, &error))
    })
}
