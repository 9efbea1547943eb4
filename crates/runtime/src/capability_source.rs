//! A capability whose handler is a Python function in this process.

use crate::bundled_modules::CAPABILITIES;
use crate::convert::{from_python, to_python};
use crate::current_manager::current;
use crate::ui_thread::{self, NotDone};
use lichtfeld_engine::Manager;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::capabilities::CapabilitySource;
use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::any::Any;
use std::sync::Arc;

/// The handler of a capability, and how it is called.
struct Handler {
    name: String,
    /// The normalised name of the plugin whose log receives the failures.
    plugin: Option<String>,
    /// JSON Schema as a Python dict, or None.
    schema: Py<PyAny>,
    requires_gui: bool,
    function: Py<PyAny>,
    /// How many of `(args, context)` the function takes.
    arity: usize,
}

/// A capability that Python code of this process calls with any objects, not only JSON values.
pub(crate) trait PythonCapability: Send + Sync {
    /// Calls it. An exception of its handler is in the answer.
    ///
    /// # Errors
    /// If Python fails; not what the handler raises.
    fn call<'py>(&self, py: Python<'py>, args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;

    /// Its function, if that is in this process.
    fn handler<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>>;
}

/// A capability that a Python function answers.
pub(crate) struct PyCapability(Arc<Handler>);

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
        Ok(Self(Arc::new(Handler {
            name,
            plugin,
            schema: schema.clone().unbind(),
            requires_gui,
            function: handler.clone().unbind(),
            arity,
        })))
    }

    /// Calls the handler on this thread, or, if it requires the window, on the UI thread while this
    /// one waits. An exception of the handler is in the answer and in the plugin's log.
    fn answer<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let chain = CAPABILITIES.get(py)?.call_method0(intern!(py, "chain"))?;
        match current().filter(|_| self.0.requires_gui) {
            Some(manager) => self.call_on_ui_thread(&manager, args, &chain),
            None => self.0.call(args, &chain),
        }
    }

    fn call_on_ui_thread<'py>(
        &self,
        manager: &Manager,
        args: &Bound<'py, PyAny>,
        chain: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = args.py();
        if manager.host().is_ui_thread() {
            return self.0.call(args, chain);
        }
        let (args, chain) = (args.clone().unbind(), chain.clone().unbind());
        let handler = Arc::clone(&self.0);
        let answer = Arc::new(Mutex::new(None));
        let answered = Arc::clone(&answer);
        let work = move || {
            Python::attach(|py| {
                let answer = handler.call(args.bind(py), chain.bind(py));
                *answered.lock() = Some(answer.map(Bound::unbind));
                drop((args, chain, handler));
            });
        };
        let limit = manager.timeouts().ui_thread;
        let done = py.detach(|| ui_thread::run_and_wait(manager, limit, Box::new(work)));
        let answer = answer.lock().take();
        match (done, answer) {
            (Ok(()), Some(answer)) => answer.map(|answer| answer.into_bound(py)),
            (Ok(()), None) => self.0.not_called(py, NotDone::Refused),
            (Err(reason), _) => self.0.not_called(py, reason),
        }
    }

    /// Calls the handler with plain data, for a caller that is not Python code of this process.
    fn call_plain(&self, py: Python<'_>, args: &Value) -> PyResult<Value> {
        let answer = self.answer(py, &to_python(py, args)?)?;
        Ok(from_python(&answer).unwrap_or_else(|error| {
            failed(
                "TypeError",
                &format!(
                    "capability '{}' answered with something that is not plain data: {}",
                    self.0.name,
                    error.value(py)
                ),
            )
        }))
    }
}

impl Handler {
    /// Calls the function on this thread. `chain` has the capabilities whose calls have led here.
    fn call<'py>(
        &self,
        args: &Bound<'py, PyAny>,
        chain: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = args.py();
        let (answer, trace): (Bound<'py, PyAny>, Option<String>) = CAPABILITIES
            .get(py)?
            .call_method1(
                intern!(py, "call"),
                (
                    &self.name,
                    self.function.bind(py),
                    self.arity,
                    args,
                    self.schema.bind(py),
                    self.requires_gui,
                    chain,
                ),
            )?
            .extract()?;
        if let (Some(trace), Some(manager)) = (trace, current()) {
            let text = format!("capability '{}' failed\n{trace}", self.name);
            py.detach(|| manager.log(self.plugin.as_deref(), Level::Error, &text));
        }
        Ok(answer)
    }

    /// The answer of a call that did not reach the UI thread.
    fn not_called<'py>(&self, py: Python<'py>, reason: NotDone) -> PyResult<Bound<'py, PyAny>> {
        let class = match reason {
            NotDone::NoTurn(_) => "PluginTimeoutError",
            NotDone::Ending | NotDone::Refused => "PluginError",
        };
        let message = format!(
            "capability '{}' requires the UI thread: {reason} ({}; {})",
            self.name,
            reason.code(),
            reason.hint()
        );
        to_python(py, &failed(class, &message))
    }
}

impl PythonCapability for PyCapability {
    fn call<'py>(&self, py: Python<'py>, args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.answer(py, args)
    }

    fn handler<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        Some(self.0.function.bind(py).clone())
    }
}

impl CapabilitySource for PyCapability {
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        Some(Box::new(self as Arc<dyn PythonCapability>))
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
