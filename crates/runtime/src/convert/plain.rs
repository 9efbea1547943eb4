//! Python objects as plain data: what Python's own `json` takes, with its limits said aloud.
//!
//! `depythonize` is not used for this: it follows a list that holds itself for ever, takes numbers
//! that are not finite for nothing, and knows no keys but texts.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde_json::{Map, Number, Value};

/// Lists and dicts may be nested so deeply, as in `serde_json`.
const DEEPEST: usize = 128;

/// Returns a Python object as plain data. Keys that are numbers, truth values or None become texts,
/// as `json.dumps` writes them; classes derived from the plain types count as these.
///
/// # Errors
/// `TypeError` for an object that is not plain data. `ValueError` for an integer of more than 64
/// bits, a number that is not finite, a text with a lone surrogate, and for lists or dicts that are
/// nested too deeply, or in a circle.
pub fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    value_of(object, DEEPEST)
}

fn value_of(object: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if object.is_none() {
        return Ok(Value::Null);
    }
    // Before integers: True is one.
    if let Ok(truth) = object.cast::<PyBool>() {
        return Ok(Value::Bool(truth.is_true()));
    }
    if let Ok(text) = object.cast::<PyString>() {
        return text.to_cow().map(|text| Value::String(text.into_owned()));
    }
    if let Ok(integer) = object.cast::<PyInt>() {
        return integer_of(integer).map(Value::Number);
    }
    if let Ok(float) = object.cast::<PyFloat>() {
        return Number::from_f64(float.value())
            .map(Value::Number)
            .ok_or_else(|| PyValueError::new_err(format!("{float} is not a finite number")));
    }
    if let Ok(list) = object.cast::<PyList>() {
        let depth = deeper(depth)?;
        return list.iter().map(|item| value_of(&item, depth)).collect();
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        let depth = deeper(depth)?;
        return tuple.iter().map(|item| value_of(&item, depth)).collect();
    }
    if let Ok(dict) = object.cast::<PyDict>() {
        let depth = deeper(depth)?;
        let items = dict.iter();
        return items
            .map(|(key, value)| Ok((key_of(&key)?, value_of(&value, depth)?)))
            .collect::<PyResult<Map<String, Value>>>()
            .map(Value::Object);
    }
    Err(PyTypeError::new_err(format!(
        "{} is not plain data: None, a truth value, a number, a text, a list or a dict",
        kind_of(object)
    )))
}

fn deeper(depth: usize) -> PyResult<usize> {
    depth.checked_sub(1).ok_or_else(|| {
        PyValueError::new_err(format!(
            "lists and dicts are nested more than {DEEPEST} deep, or in a circle"
        ))
    })
}

fn integer_of(integer: &Bound<'_, PyInt>) -> PyResult<Number> {
    if let Ok(number) = integer.extract::<i64>() {
        return Ok(number.into());
    }
    integer.extract::<u64>().map(Number::from).map_err(|_| {
        // Python refuses to write out the very long ones.
        PyValueError::new_err("an integer has more than 64 bits; give it as a text or a float")
    })
}

fn key_of(key: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = key.cast::<PyString>() {
        return Ok(text.to_cow()?.into_owned());
    }
    if key.is_instance_of::<PyFloat>() {
        // Not by a derived class's own `__repr__`, which could change the dict meanwhile.
        let repr = key
            .py()
            .get_type::<PyFloat>()
            .call_method1("__repr__", (key,))?;
        return repr.extract();
    }
    match value_of(key, 0) {
        Ok(plain) => Ok(plain.to_string()),
        Err(error) if key.is_instance_of::<PyInt>() => Err(error),
        Err(_) => Err(PyTypeError::new_err(format!(
            "the keys of a dict must be texts, numbers, truth values or None, not {}",
            kind_of(key)
        ))),
    }
}

fn kind_of(object: &Bound<'_, PyAny>) -> String {
    let kind = object.get_type().qualname();
    kind.map_or_else(|_| "this object".to_owned(), |name| format!("'{name}'"))
}
