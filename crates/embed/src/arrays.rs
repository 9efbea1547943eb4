//! Arrays of a host of the C API, in memory that workers use without a copy.

use pyo3::prelude::*;
use std::ffi::c_void;

/// An array of zeros: its bytes, and the object that plugins get.
#[derive(Debug)]
pub struct SharedArray {
    object: Option<Py<PyAny>>,
    address: usize,
    bytes: usize,
}

impl SharedArray {
    /// Makes an array of this shape, with elements of a type such as `float32`. With `writable` workers
    /// can write into it.
    ///
    /// # Errors
    /// What is wrong with the shape or the type, or that there is no memory.
    pub fn new(shape: &[usize], dtype: &str, writable: bool) -> Result<Self, String> {
        Python::attach(|py| {
            made(py, shape, dtype, writable).map_err(|error| error.value(py).to_string())
        })
    }

    /// Returns its first byte. It stays there as long as this or the object exists.
    pub fn data(&self) -> *mut c_void {
        std::ptr::with_exposed_provenance_mut(self.address)
    }

    /// Returns its size in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the object, a borrowed `PyObject *`.
    pub fn object(&self) -> *mut c_void {
        let object = self.object.as_ref();
        object.map_or(std::ptr::null_mut(), |object| object.as_ptr().cast())
    }
}

impl Drop for SharedArray {
    fn drop(&mut self) {
        // After the interpreter has ended there is nobody to take the reference back.
        // SAFETY: it reads a flag.
        if unsafe { pyo3::ffi::Py_IsInitialized() } != 0 {
            Python::attach(|_| drop(self.object.take()));
        } else {
            std::mem::forget(self.object.take());
        }
    }
}

#[cfg(unix)]
fn made(py: Python<'_>, shape: &[usize], dtype: &str, writable: bool) -> PyResult<SharedArray> {
    let (object, address, bytes) =
        lichtfeld_runtime::worker::host_array(py, shape, dtype, writable)?;
    Ok(SharedArray {
        object: Some(object.unbind()),
        address,
        bytes,
    })
}

#[cfg(not(unix))]
fn made(_: Python<'_>, _: &[usize], _: &str, _: bool) -> PyResult<SharedArray> {
    let message = "arrays in shared memory need Unix";
    Err(pyo3::exceptions::PyOSError::new_err(message))
}
