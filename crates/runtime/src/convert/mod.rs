//! Plain data between Rust and Python, without a text in between.
//!
//! Plain data is what JSON can hold: None, truth values, numbers, texts, lists, and dicts with texts
//! as keys. Both directions keep to JSON's model, since the same data is also written to files, and
//! sent to other processes, as JSON: [`to_python`] makes lists of tuples and None of NaN, and
//! [`from_python`] refuses what JSON cannot hold instead of changing it.

mod direct;
mod json_model;
mod names;
mod plain;

use direct::Direct;
use json_model::JsonModel;
use lichtfeld_panel::Frame;
use names::Names;
use parking_lot::Mutex;
use pyo3::prelude::*;
use pythonize::Pythonizer;
use serde::Serialize;
use std::sync::LazyLock;

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

/// The names in frames, for the thread that converts one now.
static NAMES: LazyLock<Mutex<Names>> = LazyLock::new(Mutex::default);

/// Makes a dict of a frame, as [`to_python`] does, several times as fast.
///
/// # Errors
/// `MemoryError`.
pub fn frame_to_python<'py>(py: Python<'py>, frame: &Frame) -> PyResult<Bound<'py, PyAny>> {
    // Another thread may have them, or this one further up: making an object may collect garbage, and
    // that may run Python code. Then this frame has names of its own.
    let made = match NAMES.try_lock() {
        Some(names) => frame.serialize(Direct::new(py, &names)),
        None => frame.serialize(Direct::new(py, &Names::default())),
    };
    made.map_err(|failed| failed.0)
}

#[cfg(test)]
mod tests;
