//! Arrays of Python: whatever has the numbers of an image, by the protocols of Python, NumPy and DLPack.
//!
//! Memory is read where it lies. Of an object with Python's buffers alone it is copied first: the
//! stable ABI of Python 3.10 has no other way to it.

use crate::textures::dlpack::{self, Passed};
use crate::textures::numbers::{Kind, Numbers};
use pyo3::exceptions::{PyAttributeError, PyBufferError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMemoryView, PyTuple};

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// So many steps lead from an object to its numbers: `detach()`, `cpu()`, `numpy()`.
const MOST_STEPS: usize = 6;

/// An array, which stays as long as this.
pub(super) struct Array {
    numbers: Numbers,
    _kept: Kept,
}

/// What keeps the memory.
enum Kept {
    Object { _object: Py<PyAny> },
    Passed { _array: Passed },
}

impl Array {
    pub(super) fn numbers(&self) -> Numbers {
        self.numbers
    }
}

/// A call with an array, for messages.
struct Call<'a>(&'a str);

impl Call<'_> {
    fn wrong_type(&self, value: Any<'_, '_>) -> PyErr {
        let kind = value.get_type().name();
        let kind = kind.map_or_else(|_| "?".to_owned(), |name| name.to_string());
        let what = self.0;
        PyTypeError::new_err(format!(
            "{what}: `tensor` must be an array of height x width, or height x width x 1, 3 or 4, such as \
             one of NumPy or torch, not {kind}"
        ))
    }

    fn wrong_numbers(&self, given: &str) -> PyErr {
        let (what, expected) = (self.0, Kind::EXPECTED);
        PyTypeError::new_err(format!(
            "{what}: the elements of `tensor` must be {expected}, not {given}"
        ))
    }

    fn broken(&self, protocol: &str) -> PyErr {
        let what = self.0;
        PyTypeError::new_err(format!(
            "{what}: the {protocol} of `tensor` is not understood"
        ))
    }

    /// Height, width and channels.
    fn shape(&self, shape: &[usize]) -> PyResult<[usize; 3]> {
        match *shape {
            [height, width] => return Ok([height, width, 1]),
            [height, width, channels @ (1 | 3 | 4)] => return Ok([height, width, channels]),
            _ => {}
        }
        let hint = match shape {
            [1 | 3 | 4, _, width] if *width > 4 => {
                "; put the channels last: tensor.permute(1, 2, 0), or numpy.moveaxis(tensor, 0, 2)"
            }
            [1, _, _, _] => "; pass tensor[0]",
            _ => "",
        };
        let shown: Vec<String> = shape.iter().map(ToString::to_string).collect();
        let (what, shown) = (self.0, shown.join(", "));
        Err(PyValueError::new_err(format!(
            "{what}: the shape of `tensor` is ({shown}); it must be height x width, or height x width x 1, \
             3 or 4{hint}"
        )))
    }

    /// Describes an array that `kept` keeps.
    ///
    /// # Safety
    /// All its numbers can be read as long as `kept` exists.
    unsafe fn array(
        &self,
        address: usize,
        shape: &[usize],
        strides: Option<&[isize]>,
        kind: Kind,
        kept: Kept,
    ) -> PyResult<Array> {
        let shape = self.shape(shape)?;
        let strides = strides.map(|strides| match *strides {
            [down, right] => [down, right, 0],
            [down, right, next] => [down, right, next],
            _ => [0; 3],
        });
        // SAFETY: as the caller says.
        let numbers = unsafe { Numbers::new(address, shape, strides, kind) };
        Ok(Array {
            numbers,
            _kept: kept,
        })
    }
}

/// Reads an array. `what` is the call, for messages.
///
/// # Errors
/// `TypeError` for what is no array, or one of other numbers; `ValueError` for another shape; what the
/// object itself raises.
pub(super) fn array(value: Any<'_, '_>, what: &str) -> PyResult<Array> {
    let call = Call(what);
    let mut at = value.clone();
    for _ in 0..MOST_STEPS {
        if let Some(found) = by_interface(&call, &at)? {
            return Ok(found);
        }
        let is_reference = at.get_type().module()?.to_string_lossy() == "_lichtfeld_reference";
        if is_reference {
            at = match at.call_method0("__array__") {
                Ok(array) => array,
                Err(_) => on_cpu(&call, &at)?,
            };
            continue;
        }
        if let Some(found) = by_buffer(&call, &at)? {
            return Ok(found);
        }
        if let Some(next) = next_step(&call, &at)? {
            at = next;
            continue;
        }
        if let Some(found) = by_dlpack(&call, &at)? {
            return Ok(found);
        }
        at = if let Some(numpy) = method(&at, "numpy")? {
            numpy.call0()?
        } else if of_type(&at, "__array__")? {
            at.call_method0("__array__")?
        } else {
            return Err(call.wrong_type(value));
        };
    }
    Err(call.wrong_type(value))
}

/// Returns whether the type of an object has this. What an object answers itself is not asked for: it may
/// answer to every name.
fn of_type(value: Any<'_, '_>, name: &str) -> PyResult<bool> {
    value.get_type().hasattr(name)
}

fn method<'py>(value: Any<'_, 'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let found = value.getattr_opt(name)?;
    Ok(found.filter(|found| found.is_callable()))
}

/// A tensor of which gradients are computed, or in the memory of a GPU: what it is read from.
fn next_step<'py>(call: &Call<'_>, value: Any<'_, 'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = value.py();
    if of_type(value, "requires_grad")? && value.getattr("requires_grad")?.is_truthy()? {
        return value.call_method0(intern!(py, "detach")).map(Some);
    }
    let device = match of_type(value, "__dlpack_device__")? {
        true => value.call_method0(intern!(py, "__dlpack_device__"))?,
        false if has_cuda_interface(value)? => return on_cpu(call, value).map(Some),
        false => return Ok(None),
    };
    let (device, _): (i32, i32) = device
        .extract()
        .map_err(|_| call.broken("__dlpack_device__"))?;
    match dlpack::ON_CPU.contains(&device) {
        true => Ok(None),
        false => on_cpu(call, value).map(Some),
    }
}

fn has_cuda_interface(value: Any<'_, '_>) -> PyResult<bool> {
    const NAME: &str = "__cuda_array_interface__";
    Ok(of_type(value, NAME)? && value.getattr_opt(NAME)?.is_some())
}

/// Copies an array of a GPU to the CPU, by its own method: torch's or CuPy's.
fn on_cpu<'py>(call: &Call<'_>, value: Any<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
    for name in ["cpu", "get"] {
        if let Some(copy) = method(value, name)? {
            return copy.call0();
        }
    }
    let what = call.0;
    Err(PyTypeError::new_err(format!(
        "{what}: `tensor` is in the memory of a GPU, and has neither cpu() nor get(); pass a copy in the \
         memory of the CPU"
    )))
}

/// Reads by `__array_interface__`, as NumPy's arrays and images of Pillow have it.
fn by_interface(call: &Call<'_>, value: Any<'_, '_>) -> PyResult<Option<Array>> {
    const NAME: &str = "__array_interface__";
    if !of_type(value, NAME)? {
        return Ok(None);
    }
    let interface = match value.getattr(NAME) {
        Ok(interface) => interface,
        Err(error) if error.is_instance_of::<PyAttributeError>(value.py()) => return Ok(None),
        Err(error) => return Err(error),
    };
    let broken = || call.broken(NAME);
    let interface = interface.cast::<PyDict>().map_err(|_| broken())?;
    let field = |name: &str| Ok::<_, PyErr>(interface.get_item(name)?.filter(|it| !it.is_none()));
    let shape: Vec<usize> = field("shape")?
        .and_then(|shape| shape.extract().ok())
        .ok_or_else(broken)?;
    let typestr: String = field("typestr")?
        .and_then(|typestr| typestr.extract().ok())
        .ok_or_else(broken)?;
    let kind = kind_of_typestr(&typestr).ok_or_else(|| call.wrong_numbers(&typestr))?;
    let data = field("data")?;
    if let Some(data) = &data
        && let Ok(pair) = data.cast::<PyTuple>()
    {
        let (address, _): (usize, bool) = pair.extract().map_err(|_| broken())?;
        let strides: Option<Vec<isize>> = match field("strides")? {
            Some(strides) => Some(strides.extract().map_err(|_| broken())?),
            None => None,
        };
        if strides
            .as_ref()
            .is_some_and(|strides| strides.len() != shape.len())
        {
            return Err(broken());
        }
        // The interface keeps what its data are of, if that is not the object.
        let object = PyTuple::new(value.py(), [value, interface.as_any()])?;
        let kept = Kept::Object {
            _object: object.into_any().unbind(),
        };
        // SAFETY: the object says so, as it does to NumPy, which believes it as well.
        return unsafe { call.array(address, &shape, strides.as_deref(), kind, kept) }.map(Some);
    }
    let data = data.unwrap_or_else(|| value.clone());
    let view = PyMemoryView::from(&data).map_err(|_| broken())?;
    copied(call, &view, &shape, kind).map(Some)
}

/// `|u1` and the like. Of two byte orders, only that of this machine is taken.
fn kind_of_typestr(typestr: &str) -> Option<Kind> {
    let mut letters = typestr.chars();
    let (order, letter) = (letters.next()?, letters.next()?);
    let own = if cfg!(target_endian = "little") {
        '<'
    } else {
        '>'
    };
    let bytes: usize = letters.as_str().parse().ok()?;
    let kind = Kind::of_letter(letter, bytes)?;
    (order == own || matches!(order, '|' | '=')).then_some(kind)
}

/// Reads by Python's buffers: `array.array`, `memoryview`, `mmap` and others.
fn by_buffer(call: &Call<'_>, value: Any<'_, '_>) -> PyResult<Option<Array>> {
    let Ok(view) = PyMemoryView::from(value) else {
        return Ok(None);
    };
    let py = value.py();
    let shape: Vec<usize> = view.getattr(intern!(py, "shape"))?.extract()?;
    // Before the numbers: bytes are the usual mistake.
    call.shape(&shape)?;
    let format: String = view.getattr(intern!(py, "format"))?.extract()?;
    let bytes: usize = view.getattr(intern!(py, "itemsize"))?.extract()?;
    let letter = match format.trim_start_matches(['@', '=']) {
        "B" => 'u',
        "?" => 'b',
        "i" | "l" | "q" => 'i',
        "e" | "f" | "d" => 'f',
        _ => '\0',
    };
    let kind = Kind::of_letter(letter, bytes).ok_or_else(|| call.wrong_numbers(&format))?;
    copied(call, &view, &shape, kind).map(Some)
}

/// Copies what a buffer has, in one piece.
fn copied(
    call: &Call<'_>,
    view: &Bound<'_, PyMemoryView>,
    shape: &[usize],
    kind: Kind,
) -> PyResult<Array> {
    let bytes = view.call_method0(intern!(view.py(), "tobytes"))?;
    let bytes = bytes.cast_into::<PyBytes>()?;
    let expected = shape
        .iter()
        .try_fold(kind.bytes(), |size, length| size.checked_mul(*length));
    let data = bytes.as_bytes();
    if expected != Some(data.len()) {
        return Err(call.broken("buffer"));
    }
    let address = data.as_ptr().expose_provenance();
    let kept = Kept::Object {
        _object: bytes.clone().into_any().unbind(),
    };
    // SAFETY: bytes of that size, which do not change.
    unsafe { call.array(address, shape, None, kind, kept) }
}

/// Reads by DLPack, as torch's tensors have it. They are in memory that the CPU reads.
fn by_dlpack(call: &Call<'_>, value: Any<'_, '_>) -> PyResult<Option<Array>> {
    const NAME: &str = "__dlpack__";
    let py = value.py();
    if !of_type(value, NAME)? {
        return Ok(None);
    }
    let capsule = match value.call_method0(intern!(py, NAME)) {
        Ok(capsule) => capsule,
        // Of an array that must not be written to, for example.
        Err(error) if error.is_instance_of::<PyBufferError>(py) => return Ok(None),
        Err(error) => return Err(error),
    };
    let passed = Passed::take(&capsule).ok_or_else(|| call.broken(NAME))?;
    let content = passed.content().ok_or_else(|| call.broken(NAME))?;
    let kind = content
        .kind
        .ok_or_else(|| call.wrong_numbers(&content.name))?;
    let kept = Kept::Passed { _array: passed };
    let strides = content.strides.as_deref();
    // SAFETY: as DLPack promises, until the array is given back.
    unsafe { call.array(content.address, &content.shape, strides, kind, kept) }.map(Some)
}
