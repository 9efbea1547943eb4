//! Requests of plugins, as a Python application gets and answers them.

use crate::errors;
use crate::handlers::{handler, replace};
use lichtfeld_panel::{Answer, Request};
use lichtfeld_runtime::convert::to_python;
use lichtfeld_runtime::{Requests, codes, current};
use parking_lot::RwLock;
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};
use std::path::PathBuf;
use std::sync::Arc;

static HANDLER: RwLock<Option<Py<PyAny>>> = RwLock::new(None);
static WITHDRAWN: RwLock<Option<Py<PyAny>>> = RwLock::new(None);

/// What a plugin asks of the front end: a dialog, a notification, the clipboard.
///
/// `kind` is its name, such as "open_folder"; what belongs to it are attributes, such as `title`.
/// `plugin` is the name of the plugin, or None. With `blocking` the UI thread itself waits: only an
/// answer that is given before the handler returns counts, for example that of a native modal dialog.
#[pyclass(frozen, module = "lichtfeld.plugins", name = "Request")]
pub(crate) struct PyRequest(Arc<Request>);

fn requests() -> Option<Arc<Requests>> {
    Some(Arc::clone(current()?.requests()))
}

#[pymethods]
impl PyRequest {
    /// The number, which no other request of this application has.
    #[getter]
    fn id(&self) -> u64 {
        self.0.id.number()
    }

    #[getter]
    fn plugin(&self) -> Option<&str> {
        self.0.plugin.as_deref()
    }

    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind.name()
    }

    #[getter]
    fn blocking(&self) -> bool {
        self.0.blocking
    }

    /// All that belongs to it, as a dict.
    #[getter]
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = to_python(py, &self.0.kind)?.cast_into::<PyDict>()?;
        fields.del_item("kind")?;
        Ok(fields)
    }

    /// Whether it has no answer yet.
    #[getter]
    fn is_open(&self, py: Python<'_>) -> bool {
        let id = self.0.id;
        py.detach(|| {
            requests().is_some_and(|requests| requests.open().iter().any(|open| open.id == id))
        })
    }

    /// Answers it, from any thread: with a path, the label of a button or a text, with True or False,
    /// or with None if the user has cancelled.
    ///
    /// Raises TypeError for anything else, PluginError (LR024) if it does not suit or the request has
    /// ended.
    #[pyo3(signature = (value=None))]
    fn answer(&self, py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let answer = match value {
            None => Answer::Cancelled,
            Some(value) if value.is_instance_of::<PyBool>() => Answer::Done(value.is_truthy()?),
            Some(value) => Answer::Text(text_of(value)?),
        };
        let id = self.0.id;
        let answered = py.detach(|| requests().map(|requests| requests.answer(id, answer)));
        match answered {
            Some(Err(error)) => Err(refused(py, error.to_string())),
            None => Err(refused(
                py,
                format!("request {id} is not open: there is no plugin manager"),
            )),
            Some(Ok(())) => Ok(()),
        }
    }

    /// Says that this application does not answer such requests. Returns whether it was open.
    fn decline(&self, py: Python<'_>) -> bool {
        let id = self.0.id;
        py.detach(|| requests().is_some_and(|requests| requests.decline(id)))
    }

    fn __getattr__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.fields(py)?.get_item(name)?.ok_or_else(|| {
            let kind = self.0.kind.name();
            PyAttributeError::new_err(format!("a request of the kind {kind} has no {name}"))
        })
    }

    fn __repr__(&self) -> String {
        let plugin = self.0.plugin.as_deref().unwrap_or("the application");
        format!(
            "<Request {} '{}' of {plugin}>",
            self.0.id,
            self.0.kind.name()
        )
    }
}

fn text_of(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.extract::<String>() {
        return Ok(text);
    }
    let path = value.extract::<PathBuf>().ok();
    path.and_then(|path| path.into_os_string().into_string().ok())
        .ok_or_else(|| {
            PyTypeError::new_err(format!(
                "an answer is a text, a path, True, False or None, not {value}"
            ))
        })
}

fn refused(py: Python<'_>, message: String) -> PyErr {
    let made = py
        .import("lfs_plugins.errors")
        .and_then(|errors| errors.getattr("PluginError"))
        .and_then(|class| class.call1((message,)))
        .and_then(|error| {
            error.setattr("code", codes::REQUEST.code)?;
            Ok(error)
        });
    made.map_or_else(|error| error, PyErr::from_value)
}

/// Calls the application's handler. Returns whether it takes the request.
pub(crate) fn give(request: &Arc<Request>) -> bool {
    // Most applications without a window have none: they need not wait for the GIL.
    if HANDLER.read().is_none() {
        return false;
    }
    Python::attach(|py| {
        let Some(handler) = handler(py, &HANDLER) else {
            return false;
        };
        let taken = handler
            .bind(py)
            .call1((PyRequest(Arc::clone(request)),))
            .and_then(|taken| Ok(taken.is_none() || taken.is_truthy()?));
        taken.unwrap_or_else(|error| {
            errors::report(py, error, handler.bind(py));
            false
        })
    })
}

/// Calls the function for requests that have ended without an answer.
pub(crate) fn tell_withdrawn(request: &Request) {
    if WITHDRAWN.read().is_none() {
        return;
    }
    Python::attach(|py| {
        if let Some(withdrawn) = handler(py, &WITHDRAWN)
            && let Err(error) = withdrawn
                .bind(py)
                .call1((PyRequest(Arc::new(request.clone())),))
        {
            errors::report(py, error, withdrawn.bind(py));
        }
    });
}

/// Forgets the handler.
pub(crate) fn forget() {
    replace(&HANDLER, None);
    replace(&WITHDRAWN, None);
}

/// Lets the application answer what plugins ask of it: dialogs, notifications, the clipboard.
///
/// `handler(request)` is called on the UI thread (`set_ui_thread`), or without one on any thread. It
/// answers by `request.answer(...)` before it returns, or later and from any thread, and returns False if
/// the application does not answer such requests. If it raises, the application's log says so, and the
/// plugin goes on as if the user had cancelled. `withdrawn(request)` is called, on any thread, when a
/// request has ended without an answer: its plugin was unloaded or has taken it back.
///
/// A second handler replaces the first; None removes it, and `shutdown()` does so too.
///
/// Raises TypeError if one of them cannot be called.
#[pyfunction]
#[pyo3(signature = (handler, withdrawn=None))]
fn set_request_handler(
    handler: Option<Bound<'_, PyAny>>,
    withdrawn: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    for given in [&handler, &withdrawn].into_iter().flatten() {
        if !given.is_callable() {
            return Err(PyTypeError::new_err(format!(
                "set_request_handler takes functions of a request, not {given}"
            )));
        }
    }
    replace(&HANDLER, handler.map(Bound::unbind));
    replace(&WITHDRAWN, withdrawn.map(Bound::unbind));
    Ok(())
}

/// Adds the class and the function to `lichtfeld.plugins`.
pub(crate) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyRequest>()?;
    module.add_function(wrap_pyfunction!(set_request_handler, module)?)
}
