//! Plain data between Rust and Python, without a text in between.
//!
//! Plain data is what JSON can hold: None, truth values, numbers, texts, lists, and dicts with texts
//! as keys. Both directions keep to JSON's model, since the same data is also written to files, and
//! sent to other processes, as JSON: [`to_python`] makes lists of tuples and None of NaN, and
//! [`from_python`] refuses what JSON cannot hold instead of changing it.

mod json_model;
mod plain;

use json_model::JsonModel;
use pyo3::prelude::*;
use pythonize::Pythonizer;
use serde::Serialize;

pub use plain::from_python;

/// Makes Python objects of a value: dicts, lists, texts, numbers, truth values and None.
///
/// # Errors
/// `ValueError` for a value that cannot be serialized.
pub fn to_python<'py>(
    py: Python<'py>,
    value: &(impl Serialize + ?Sized),
) -> PyResult<Bound<'py, PyAny>> {
    Ok(value.serialize(JsonModel(Pythonizer::new(py)))?)
}

#[cfg(test)]
mod tests;
