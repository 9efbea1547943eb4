//! A capability whose handler is a Python function in this process.

use crate::bundled_modules::CAPABILITIES;
use crate::convert::{from_python, to_python};
use crate::current_manager::current;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::capabilities::CapabilitySource;
use pyo3::intern;
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::any::Any;
use std::sync::Arc;

/// The handler of a capability, and how it is called.
pub(crate) struct PyCapability {
    name: String,
    /// The normalised name of the plugin whose log receives the failures.
    plugin: Option<String>,
    /// JSON Schema as a Python dict, or None.
    schema: Py<PyAny>,
    requires_gui: bool,
    handler: Py<PyAny>,
    /// How many of `(args, context)` the handler takes.
    arity: usize,
}

impl PyCapability {
    pub(crate) fn new(
        name: String,
        plugin: Option<String>,
        schema: &Bound<'_, PyAny>,
        requires_gui: bool,
        handler: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let arity = CAPABILITIES
            .get(handler.py())?
            .call_method1("arity", (handler,))?
            .extract()?;
        Ok(Self {
            name,
            plugin,
            schema: schema.clone().unbind(),
            requires_gui,
            handler: handler.clone().unbind(),
            arity,
        })
    }

    pub(crate) fn handler<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.handler.bind(py)
    }

    /// Calls the handler on this thread, with any Python objects as arguments. An exception of the
    /// handler is in the answer and in the plugin's log.
    pub(crate) fn call<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (answer, trace): (Bound<'py, PyAny>, Option<String>) = CAPABILITIES
            .get(py)?
            .call_method1(
                intern!(py, "call"),
                (
                    &self.name,
                    self.handler.bind(py),
                    self.arity,
                    args,
                    self.schema.bind(py),
                    self.requires_gui,
                ),
            )?
            .extract()?;
        if let (Some(trace), Some(manager)) = (trace, current()) {
            let text = format!("capability '{}' failed\n{trace}", self.name);
            py.detach(|| manager.log(self.plugin.as_deref(), Level::Error, &text));
        }
        Ok(answer)
    }

    /// Calls the handler with plain data, for a caller that is not Python code of this process.
    fn call_plain(&self, py: Python<'_>, args: &Value) -> PyResult<Value> {
        let answer = self.call(py, &to_python(py, args)?)?;
        Ok(from_python(&answer).unwrap_or_else(|error| {
            failed(
                "TypeError",
                &format!(
                    "capability '{}' answered with something that is not plain data: {}",
                    self.name,
                    error.value(py)
                ),
            )
        }))
    }
}

impl CapabilitySource for PyCapability {
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        Some(Box::new(self))
    }

    fn invoke(&self, args: &Value) -> Value {
        Python::attach(|py| self.call_plain(py, args))
            .unwrap_or_else(|error| failed("RuntimeError", &error.to_string()))
    }
}

/// The answer of a call that did not succeed.
fn failed(error_type: &str, message: &str) -> Value {
    json!({
        "success": false,
        "error": message,
        "error_type": error_type,
        "traceback": "",
    })
}
