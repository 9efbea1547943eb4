//! Values of data models, from Python and to it.

use lichtfeld_document::Value;
use lichtfeld_document::limits::{MAX_VALUE_DEPTH, MAX_VALUE_PARTS};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use std::sync::Arc;

/// Converts what a getter has returned. An object of another kind becomes its text, as `str` gives.
///
/// # Errors
/// A `ValueError` for a value that is too large or too deep, and what the object's own code raises.
pub(super) fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    let mut left = MAX_VALUE_PARTS;
    convert(object, 0, &mut left)
}

fn convert(object: &Bound<'_, PyAny>, depth: usize, left: &mut usize) -> PyResult<Value> {
    if depth > MAX_VALUE_DEPTH || *left == 0 {
        return Err(PyValueError::new_err(format!(
            "a value has at most {MAX_VALUE_PARTS} parts, {MAX_VALUE_DEPTH} deep"
        )));
    }
    *left -= 1;
    if object.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(value) = object.cast::<PyBool>() {
        return Ok(Value::Bool(value.is_true()));
    }
    if let Ok(value) = object.cast::<PyString>() {
        return Ok(Value::text(value.to_string_lossy()));
    }
    if let Ok(value) = object.cast::<PyInt>() {
        // A whole number that needs more than 64 bits is shown with the digits of a float.
        return Ok(match value.extract::<i64>() {
            Ok(value) => Value::Int(value),
            Err(_) => Value::Float(value.extract()?),
        });
    }
    if let Ok(value) = object.cast::<PyFloat>() {
        return Ok(Value::Float(value.value()));
    }
    if let Ok(dict) = object.cast::<PyDict>() {
        let mut entries = Vec::with_capacity(dict.len().min(*left));
        for (key, value) in dict.iter() {
            let key = key.str()?.to_string_lossy().into_owned();
            entries.push((key, convert(&value, depth + 1, left)?));
        }
        return Ok(Value::map(entries));
    }
    if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        let values = object
            .try_iter()?
            .map(|value| convert(&value?, depth + 1, left))
            .collect::<PyResult<Vec<_>>>()?;
        return Ok(Value::List(Arc::new(values)));
    }
    // Numbers of other libraries, such as numpy's, which have no class in common.
    if let Ok(value) = object.extract::<f64>() {
        return Ok(Value::Float(value));
    }
    Ok(Value::text(object.str()?.to_string_lossy()))
}

/// Converts a value for a function of the plugin.
///
/// # Errors
/// If Python has no memory.
pub(super) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        Value::Int(value) => PyInt::new(py, *value).into_any(),
        Value::Float(value) => PyFloat::new(py, *value).into_any(),
        Value::Text(text) => PyString::new(py, text).into_any(),
        Value::List(list) => {
            let items = list
                .iter()
                .map(|value| to_python(py, value))
                .collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
        Value::Map(map) => {
            let dict = PyDict::new(py);
            for (key, value) in map.iter() {
                dict.set_item(key, to_python(py, value)?)?;
            }
            dict.into_any()
        }
    })
}
