//! What `on_bind_model` receives: the context, and data models that are being made.

use crate::retained::functions::{ModelFunctions, Variable};
use crate::retained::handle::Handle;
use crate::retained::live::Live;
use lichtfeld_document::Value;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use std::sync::Arc;

/// Where data models are made. A panel's `on_bind_model(ctx)` receives it.
#[pyclass(module = "lichtfeld.ui.rml", name = "RmlContext", frozen)]
pub(super) struct Context {
    live: Arc<Live>,
}

impl Context {
    pub(super) fn new(live: &Arc<Live>) -> Self {
        Self {
            live: Arc::clone(live),
        }
    }
}

/// Begins a data model; what one of that name had is forgotten.
pub(super) fn create(live: &Arc<Live>, name: String) -> Constructor {
    let new = ModelFunctions {
        is_new: true,
        ..ModelFunctions::default()
    };
    let before = live.functions(|functions| functions.models.insert(name.clone(), new));
    drop(before);
    Constructor {
        live: Arc::clone(live),
        name,
    }
}

/// Ends a data model: what shows its values keeps the last ones.
pub(super) fn remove(live: &Live, name: &str) -> bool {
    let before = live.functions(|functions| functions.models.remove(name));
    live.with(|document| document.remove_model(name));
    before.is_some()
}

#[pymethods]
impl Context {
    /// Begins a data model, which the template names by `data-model`.
    fn create_data_model(&self, name: String) -> Constructor {
        create(&self.live, name)
    }

    /// Ends a data model. Returns whether there was one of this name.
    fn remove_data_model(&self, name: &str) -> bool {
        remove(&self.live, name)
    }
}

/// A data model that is being made: give it the names that the template uses.
#[pyclass(module = "lichtfeld.ui.rml", name = "DataModelConstructor", frozen)]
pub(super) struct Constructor {
    live: Arc<Live>,
    name: String,
}

impl Constructor {
    /// Changes the model; a function that is replaced is dropped when the lock is free again.
    fn change<R>(&self, change: impl FnOnce(&mut ModelFunctions) -> R) -> Option<R> {
        self.live.functions(|functions| {
            let model = functions.models.get_mut(&self.name)?;
            model.is_new = true;
            Some(change(model))
        })
    }
}

fn callable(function: &Bound<'_, PyAny>, method: &str, name: &str) -> PyResult<Py<PyAny>> {
    if function.is_callable() {
        return Ok(function.clone().unbind());
    }
    let kind = function.get_type().qualname()?;
    Err(PyTypeError::new_err(format!(
        "{method}(\"{name}\", ...) takes a function, not {kind}"
    )))
}

#[pymethods]
impl Constructor {
    /// A variable: `getter()` returns its value, `setter(value)` receives what the user enters.
    #[pyo3(signature = (name, getter, setter = None))]
    fn bind(
        &self,
        name: String,
        getter: &Bound<'_, PyAny>,
        setter: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let get = callable(getter, "bind", &name)?;
        let set = setter
            .map(|setter| callable(setter, "bind", &name))
            .transpose()?;
        let variable = Variable::Bound { get, set };
        drop(self.change(|model| model.variables.insert(name, variable)));
        Ok(())
    }

    /// A variable that is only shown: `getter()` returns its value.
    fn bind_func(&self, name: String, getter: &Bound<'_, PyAny>) -> PyResult<()> {
        let get = callable(getter, "bind_func", &name)?;
        let variable = Variable::Bound { get, set: None };
        drop(self.change(|model| model.variables.insert(name, variable)));
        Ok(())
    }

    /// A function for `data-event-...`. It receives the model's handle, the event and the list of
    /// the arguments in the template, or as many of these as it takes.
    fn bind_event(&self, name: String, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        let callback = callable(callback, "bind_event", &name)?;
        drop(self.change(|model| model.events.insert(name, callback)));
        Ok(())
    }

    /// A transform for `{{ value | name }}`: `func(value, *arguments)` returns the new value.
    fn register_transform(&self, name: String, func: &Bound<'_, PyAny>) -> PyResult<()> {
        let func = callable(func, "register_transform", &name)?;
        drop(self.change(|model| model.transforms.insert(name, func)));
        Ok(())
    }

    /// A list of texts for `data-for`; `update_string_list` of the handle fills it.
    fn bind_string_list(&self, name: String) {
        let variable = Variable::List(Value::list([]));
        drop(self.change(|model| model.variables.insert(name, variable)));
    }

    /// A list of dicts for `data-for`; `update_record_list` of the handle fills it.
    fn bind_record_list(&self, name: String) {
        self.bind_string_list(name);
    }

    /// Returns the handle, with which the plugin says what has changed.
    fn get_handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.live), &self.name)
    }
}
