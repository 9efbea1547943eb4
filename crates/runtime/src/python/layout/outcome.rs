//! What widgets return: a pair of changed and value, or whether they were clicked.

use lichtfeld_panel::{InputValue, MouseButton, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyString, PyTuple};

/// `(changed, value)`.
pub(super) type Pair<'py> = Bound<'py, PyTuple>;

/// The value that the user set, else the one that the panel gave.
pub(super) fn pair<'py>(
    py: Python<'py>,
    input: Option<InputValue>,
    given: Bound<'py, PyAny>,
) -> PyResult<Pair<'py>> {
    let (changed, value) = match input {
        Some(InputValue::Set(value)) => (true, to_python(py, value)?),
        _ => (false, given),
    };
    // A tuple of known length: `PyTuple::new` goes through an iterator, at twice the cost.
    (PyBool::new(py, changed).to_owned(), value).into_pyobject(py)
}

/// A value as Python has it.
pub(super) fn to_python(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Bool(flag) => PyBool::new(py, flag).to_owned().into_any(),
        Value::Int(number) => number.into_pyobject(py)?.into_any(),
        Value::Float(number) => PyFloat::new(py, number).into_any(),
        Value::Text(text) => PyString::new(py, &text).into_any(),
        Value::Numbers(numbers) => PyTuple::new(py, numbers)?.into_any(),
    })
}

/// Whether it is a click of the primary button.
pub(super) fn is_click(input: Option<InputValue>) -> bool {
    matches!(input, Some(InputValue::Click(MouseButton::Primary)))
}
