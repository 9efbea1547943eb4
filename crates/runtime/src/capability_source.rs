//! A capability whose handler is a Python function in this process.

use crate::api::capabilities::support;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::capabilities::CapabilitySource;
use pyo3::intern;
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::any::Any;
use std::sync::Arc;

/// A handler, and what is needed to call it.
pub(crate) struct PyCapability {
    name: String,
    /// The normalised name of the plugin whose log hears of failures.
    plugin: Option<String>,
    /// JSON Schema as a Python dict, or None.
    schema: Py<PyAny>,
    requires_gui: bool,
    handler: Py<PyAny>,
    /// With how many of `(args, context)` it is called.
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
        let arity = support(handler.py())?
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

    /// Calls it on this thread, with whatever objects the arguments are. What the handler raises is
    /// in the answer, and in the plugin's log.
    pub(crate) fn call<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (answer, trace): (Bound<'py, PyAny>, Option<String>) = support(py)?
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
        if let (Some(trace), Some(manager)) = (trace, crate::current_manager::current()) {
            let text = format!("capability '{}' failed\n{trace}", self.name);
            py.detach(|| manager.log(self.plugin.as_deref(), Level::Error, &text));
        }
        Ok(answer)
    }

    fn call_plain(&self, py: Python<'_>, args: &Value) -> PyResult<String> {
        let args = py
            .import("json")?
            .call_method1("loads", (args.to_string(),))?;
        let answer = self.call(py, &args)?;
        support(py)?
            .call_method1("plain", (&self.name, answer))?
            .extract()
    }
}

impl CapabilitySource for PyCapability {
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        Some(Box::new(self))
    }

    fn invoke(&self, args: &Value) -> Value {
        let failed = |message: String| {
            json!({
                "success": false,
                "error": message,
                "error_type": "RuntimeError",
                "traceback": "",
            })
        };
        Python::attach(|py| self.call_plain(py, args))
            .map_err(|error| error.to_string())
            .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()))
            .unwrap_or_else(failed)
    }
}
