//! Arrays by DLPack, as torch, JAX and others pass them: a struct in a capsule, with a function that
//! frees it. <https://dmlc.github.io/dlpack/latest/>

use crate::textures::numbers::Kind;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::c_void;
use std::ptr::NonNull;

/// Memory that the CPU can read: its own, and that of CUDA on the side of the host.
pub(super) const ON_CPU: [i32; 2] = [1, 3];

#[repr(C)]
struct Tensor {
    data: *mut c_void,
    device: [i32; 2],
    dimensions: i32,
    code: u8,
    bits: u8,
    lanes: u16,
    shape: *const i64,
    /// In numbers, not bytes; null if the array lies in one piece.
    strides: *const i64,
    byte_offset: u64,
}

#[repr(C)]
struct ManagedTensor {
    tensor: Tensor,
    context: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut ManagedTensor)>,
}

/// An array that was passed, until it is dropped.
pub(super) struct Passed(NonNull<ManagedTensor>);

impl Drop for Passed {
    fn drop(&mut self) {
        // SAFETY: `take` has made it the owner, which calls the function once.
        unsafe {
            if let Some(deleter) = self.0.as_ref().deleter {
                deleter(self.0.as_ptr());
            }
        }
    }
}

/// What is in a capsule.
pub(super) struct Content {
    pub(super) address: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Option<Vec<isize>>,
    /// `None` for numbers that are not taken; `name` says what they are.
    pub(super) kind: Option<Kind>,
    pub(super) name: String,
}

impl Passed {
    /// Takes the array out of a capsule. Returns `None` if there is none in it.
    pub(super) fn take(capsule: &Bound<'_, PyAny>) -> Option<Self> {
        let name = c"dltensor".as_ptr();
        // SAFETY: both functions check that it is a capsule of this name; the new name is a constant,
        // and says that the array was taken.
        unsafe {
            if ffi::PyCapsule_IsValid(capsule.as_ptr(), name) == 0 {
                return None;
            }
            let found = ffi::PyCapsule_GetPointer(capsule.as_ptr(), name);
            let found = NonNull::new(found.cast())?;
            let used = c"used_dltensor".as_ptr();
            (ffi::PyCapsule_SetName(capsule.as_ptr(), used) == 0).then_some(Self(found))
        }
    }

    /// Describes it. Returns `None` if it is not what DLPack says.
    pub(super) fn content(&self) -> Option<Content> {
        // SAFETY: whoever has made a capsule of this name has put such a struct into it.
        let tensor = unsafe { &self.0.as_ref().tensor };
        let count = usize::try_from(tensor.dimensions).ok()?;
        if count > 8 || (count > 0 && tensor.shape.is_null()) {
            return None;
        }
        // SAFETY: as above: as many lengths as there are dimensions.
        let shape = unsafe { std::slice::from_raw_parts(tensor.shape, count) };
        let shape: Vec<usize> = shape
            .iter()
            .map(|length| usize::try_from(*length).ok())
            .collect::<Option<_>>()?;
        let bytes = usize::from(tensor.bits / 8);
        let letter = match tensor.code {
            0 => 'i',
            1 => 'u',
            2 => 'f',
            6 => 'b',
            _ => '?',
        };
        let kind = match (tensor.code, tensor.bits, tensor.lanes) {
            (4, 16, 1) => Some(Kind::BF16),
            (_, _, 1) => Kind::of_letter(letter, bytes),
            _ => None,
        };
        let strides = (!tensor.strides.is_null()).then(|| {
            // SAFETY: as above.
            let strides = unsafe { std::slice::from_raw_parts(tensor.strides, count) };
            let in_bytes = |stride: &i64| (*stride as isize).wrapping_mul(bytes as isize);
            strides.iter().map(in_bytes).collect()
        });
        let offset = usize::try_from(tensor.byte_offset).ok()?;
        Some(Content {
            address: tensor
                .data
                .cast::<u8>()
                .expose_provenance()
                .checked_add(offset)?,
            shape,
            strides,
            kind,
            name: format!("{letter}{bytes}"),
        })
    }
}
