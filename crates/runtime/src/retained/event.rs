//! Events, as listeners and bound functions receive them.

use crate::retained::element::Element;
use crate::retained::live::Live;
use lichtfeld_document::{Event, NodeId, Value};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the user did: the event of a listener or of `data-event-...`.
#[pyclass(module = "lichtfeld.ui.rml", name = "RmlEvent", frozen)]
pub(super) struct PyEvent {
    live: Arc<Live>,
    kind: Arc<str>,
    target: NodeId,
    current: NodeId,
    parameters: BTreeMap<String, Value>,
    is_stopped: AtomicBool,
}

impl PyEvent {
    pub(super) fn new(live: Arc<Live>, event: &Event) -> Self {
        Self {
            live,
            kind: Arc::clone(&event.kind),
            target: event.target,
            current: event.current,
            parameters: event.parameters.clone(),
            is_stopped: AtomicBool::new(false),
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }
}

#[pymethods]
impl PyEvent {
    /// Returns its name, such as `click`.
    fn r#type(&self) -> &str {
        &self.kind
    }

    /// Returns the element that it concerns.
    fn target(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Element::make(py, &self.live, self.target)
    }

    /// Returns the element whose listener is called.
    fn current_target(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Element::make(py, &self.live, self.current)
    }

    /// Ends its way: elements further out do not receive it.
    fn stop_propagation(&self) {
        self.is_stopped.store(true, Ordering::Release);
    }

    /// Returns what belongs to it, such as `value` or `mouse_x`, as text.
    #[pyo3(signature = (key, default_val = ""))]
    fn get_parameter(&self, key: &str, default_val: &str) -> String {
        self.parameters
            .get(key)
            .map_or_else(|| default_val.to_owned(), Value::to_string)
    }

    /// Returns what belongs to it as a condition.
    #[pyo3(signature = (key, default_val = false))]
    fn get_bool_parameter(&self, key: &str, default_val: bool) -> bool {
        self.parameters.get(key).map_or(default_val, Value::to_bool)
    }

    fn __repr__(&self) -> String {
        format!("<RmlEvent {}>", self.kind)
    }
}
