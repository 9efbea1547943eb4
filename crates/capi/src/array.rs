//! Memory for arrays of the application that plugins use without a copy, in any process.

use crate::error::{Problem, lfp_error};
use crate::guard::{guarded, guarded_or};
use crate::session;
use crate::text;
use lichtfeld_embed::arrays::SharedArray;
use std::ffi::{c_char, c_void};
use std::ptr;

/// An array of the application, all zero at first. Release it with `lfp_array_release`.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_array {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The first element, in the order of C. It stays there until the array is released and Python has
    /// no more references to `object`.
    pub data: *mut c_void,
    /// The size of all elements in bytes.
    pub bytes: usize,
    /// What plugins get: a borrowed `PyObject *`, a NumPy array, or a memoryview if the application has
    /// no NumPy. From 1 MiB on it crosses to other processes without a copy; they see what is written
    /// later.
    pub object: *mut c_void,
}

/// An array with its owner. C sees the first field.
#[repr(C)]
struct HeldArray {
    shown: lfp_array,
    _array: SharedArray,
}

/// More dimensions are refused.
const MOST_DIMENSIONS: usize = 32;

/// Makes an array in memory that plugins in other processes use without a copy: an allocator for point
/// clouds and pictures. `dtype` is one of `bool`, `int8`, `int16`, `int32`, `int64`, `uint8`, `uint16`,
/// `uint32`, `uint64`, `float32`, `float64`. If `writable` is not 0 they can write as well (Linux).
///
/// Any thread, with or without the GIL. Returns LR127 for a shape or a type that is none, and if there
/// is not so much memory. Needs Unix.
///
/// # Safety
/// `shape` has `dimensions` numbers, `dtype` is null or a text, and `array` can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_array_new(
    shape: *const usize,
    dimensions: usize,
    dtype: *const c_char,
    writable: u32,
    array: *mut *const lfp_array,
) -> *mut lfp_error {
    guarded(|| {
        if array.is_null() || shape.is_null() || dimensions > MOST_DIMENSIONS {
            let message = format!(
                "array or shape is null, or there are more than {MOST_DIMENSIONS} dimensions"
            );
            return Err(Problem::Argument(message));
        }
        // SAFETY: as the caller says.
        let (shape, dtype) = unsafe {
            *array = ptr::null();
            let shape = std::slice::from_raw_parts(shape, dimensions);
            (shape, text::read(dtype, "dtype")?)
        };
        session::manager()?;
        let made = SharedArray::new(shape, dtype, writable != 0).map_err(Problem::Argument)?;
        let shown = lfp_array {
            size: size_of::<lfp_array>(),
            data: made.data(),
            bytes: made.bytes(),
            object: made.object(),
        };
        let held = Box::new(HeldArray {
            shown,
            _array: made,
        });
        // SAFETY: as the caller says.
        unsafe { *array = Box::into_raw(held).cast() };
        Ok(())
    })
}

/// Releases an array. Its memory goes with the last reference of Python, in any process. Null is
/// allowed. Any thread, with or without the GIL, also after `lfp_end`.
///
/// # Safety
/// `lfp_array_new` has given it, and it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_array_release(array: *const lfp_array) {
    if !array.is_null() {
        // SAFETY: as the caller says.
        let held = unsafe { Box::from_raw(array.cast_mut().cast::<HeldArray>()) };
        guarded_or((), || drop(held));
    }
}
