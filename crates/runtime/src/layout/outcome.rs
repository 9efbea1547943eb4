//! The results of widgets: a pair of changed and value, or whether they were clicked.

use lichtfeld_panel::{InputValue, MouseButton, Value};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyString, PyTuple};

/// `(changed, value)`.
pub(super) type Pair<'py> = Bound<'py, PyTuple>;

/// Returns the value that the user has set, else the one of the panel.
pub(super) fn pair<'py>(
    py: Python<'py>,
    input: Option<InputValue>,
    given: &Bound<'py, PyAny>,
) -> PyResult<Pair<'py>> {
    match input {
        Some(InputValue::Set(value)) => pack(true, &to_python(py, value)?),
        _ => pack(false, given),
    }
}

/// One call makes the tuple and takes its references: item by item, as PyO3 does it, this would be
/// six calls for each widget of a large panel.
fn pack<'py>(changed: bool, value: &Bound<'py, PyAny>) -> PyResult<Pair<'py>> {
    let py = value.py();
    let changed = PyBool::new(py, changed);
    // SAFETY: both objects are alive during the call, which takes references of its own, and returns
    // a new reference to a tuple, or null with an exception set.
    unsafe {
        let tuple = ffi::PyTuple_Pack(2, changed.as_ptr(), value.as_ptr());
        Ok(Bound::from_owned_ptr_or_err(py, tuple)?.cast_into_unchecked())
    }
}

/// Makes a Python object of a value.
pub(super) fn to_python(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Bool(flag) => PyBool::new(py, flag).to_owned().into_any(),
        Value::Int(number) => number.into_pyobject(py)?.into_any(),
        Value::Float(number) => PyFloat::new(py, number).into_any(),
        Value::Text(text) => PyString::new(py, &text).into_any(),
        Value::Numbers(numbers) => PyTuple::new(py, numbers)?.into_any(),
        _ => py.None().into_bound(py),
    })
}

/// Returns whether it is a click of the primary button.
pub(super) fn is_click(input: Option<InputValue>) -> bool {
    matches!(input, Some(InputValue::Click(MouseButton::Primary)))
}
