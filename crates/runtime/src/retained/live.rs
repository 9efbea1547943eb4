//! A document with the plugin's functions behind it.
//!
//! Two locks, neither of which is held while Python code runs: so a getter may change the document,
//! and a thread that has the interpreter's lock never waits for one that wants it.

use crate::layout::traceback_of;
use crate::retained::event::PyEvent;
use crate::retained::functions::{Functions, Variable};
use crate::retained::handle::Handle;
use crate::retained::values;
use lichtfeld_document::{Dispatch, Document, Key, Request, SourceError, Step, Value};
use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

/// So many failures are kept until somebody logs them.
const MAX_FAILURES: usize = 64;

/// A document, from the first drawing of its panel to its removal.
#[derive(Default)]
pub(super) struct Live {
    document: Mutex<Option<Document>>,
    functions: Mutex<Functions>,
    /// What functions of the plugin have raised, as tracebacks, for the log.
    failures: Mutex<Vec<String>>,
}

impl Live {
    /// Begins to show a document.
    pub(super) fn show(&self, document: Document) {
        *self.document.lock() = Some(document);
    }

    /// Ends the document and gives the plugin's functions free.
    pub(super) fn close(&self) {
        // Dropped outside of the locks: the end of an object may run Python code.
        let document = self.document.lock().take();
        let functions = std::mem::take(&mut *self.functions.lock());
        drop((document, functions));
    }

    /// Works on the document; `None` if there is none. `work` must not run Python code.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Document) -> R) -> Option<R> {
        self.document.lock().as_mut().map(work)
    }

    /// Works on the functions. `work` must not run Python code: what it takes out is dropped later.
    pub(super) fn functions<R>(&self, work: impl FnOnce(&mut Functions) -> R) -> R {
        work(&mut self.functions.lock())
    }

    /// Takes what was raised since the last time.
    pub(super) fn take_failures(&self) -> Vec<String> {
        std::mem::take(&mut *self.failures.lock())
    }

    /// Keeps an exception for the log. Returns it as the author reads it in the panel.
    pub(super) fn failed(&self, py: Python<'_>, what: &str, error: &PyErr) -> SourceError {
        let traceback = traceback_of(py, error);
        let mut failures = self.failures.lock();
        if failures.len() < MAX_FAILURES {
            failures.push(format!("{what} failed\n{traceback}"));
        }
        drop(failures);
        let last = traceback.trim_end().lines().last().unwrap_or_default();
        SourceError::new(format!("`{what}` failed: {last}"))
    }

    /// Tells the document of models that were bound since.
    fn announce(&self) {
        let new: Vec<_> = self.functions(|functions| {
            let models = functions.models.iter_mut();
            models
                .filter_map(|(name, model)| {
                    std::mem::take(&mut model.is_new).then(|| model.names(name))
                })
                .collect()
        });
        if !new.is_empty() {
            self.with(|document| {
                for model in new {
                    document.remove_model(model.name());
                    document.add_model(model);
                }
            });
        }
    }

    /// Brings the document up to date: asks for what is dirty. Returns whether anything was.
    pub(super) fn update(&self, py: Python<'_>) -> bool {
        self.announce();
        let mut was_dirty = false;
        loop {
            let requests = self.with(Document::requests).unwrap_or_default();
            if requests.is_empty() {
                return was_dirty;
            }
            was_dirty = true;
            for request in requests {
                let answer = self.answer(py, &request);
                self.with(|document| document.answer(&request, answer));
            }
        }
    }

    fn answer(&self, py: Python<'_>, request: &Request) -> Result<Value, SourceError> {
        match request {
            Request::Variable { model, variable } => self.get(py, model, variable),
            Request::Transform {
                model,
                transform,
                input,
                arguments,
            } => {
                let function = self.functions(|functions| {
                    let model = functions.models.get(&**model)?;
                    Some(model.transforms.get(&**transform)?.clone_ref(py))
                });
                let Some(function) = function else {
                    return Err(SourceError::new(format!("`{transform}` is not registered")));
                };
                let call = || {
                    let mut all = vec![values::to_python(py, input)?];
                    for argument in arguments {
                        all.push(values::to_python(py, argument)?);
                    }
                    values::from_python(&function.bind(py).call1(PyTuple::new(py, all)?)?)
                };
                call().map_err(|error| self.failed(py, transform, &error))
            }
            _ => Err(SourceError::new("this cannot be asked of a plugin")),
        }
    }

    /// Returns the value of a variable, from the plugin.
    fn get(&self, py: Python<'_>, model: &str, variable: &str) -> Result<Value, SourceError> {
        enum Found {
            Value(Value),
            Function(Py<PyAny>),
        }
        let found = self.functions(|functions| {
            let model = functions.models.get(model)?;
            Some(match model.variables.get(variable)? {
                Variable::List(list) => Found::Value(list.clone()),
                Variable::Bound { get, .. } => Found::Function(get.clone_ref(py)),
            })
        });
        match found {
            Some(Found::Value(value)) => Ok(value),
            Some(Found::Function(get)) => get
                .bind(py)
                .call0()
                .and_then(|value| values::from_python(&value))
                .map_err(|error| self.failed(py, variable, &error)),
            None => Err(SourceError::new(format!("`{variable}` is not bound"))),
        }
    }

    fn set(
        &self,
        py: Python<'_>,
        (model, variable): (&str, &str),
        path: &[Key],
        value: Value,
    ) -> Result<(), SourceError> {
        // A part of a list or map is set in a copy of the whole, which the setter receives.
        let value = match path {
            [] => value,
            path => {
                let whole = self.get(py, model, variable)?;
                with_part(whole, path, value)
                    .ok_or_else(|| SourceError::new(format!("`{variable}` has no such part")))?
            }
        };
        let setter = self.functions(|functions| {
            let variables = &mut functions.models.get_mut(model)?.variables;
            match variables.get_mut(variable)? {
                Variable::List(list) => {
                    *list = value.clone();
                    None
                }
                Variable::Bound { set, .. } => Some(set.as_ref().map(|set| set.clone_ref(py))),
            }
        });
        match setter {
            None => Ok(()),
            Some(None) => Err(SourceError::new(format!(
                "`{variable}` has no setter: give one to bind(\"{variable}\", getter, setter)"
            ))),
            Some(Some(set)) => values::to_python(py, &value)
                .and_then(|value| set.bind(py).call1((value,)))
                .map(drop)
                .map_err(|error| self.failed(py, variable, &error)),
        }
    }

    /// Does all that an event causes.
    pub(super) fn finish(self: &Arc<Self>, py: Python<'_>, mut dispatch: Dispatch) {
        self.announce();
        while let Some(Some(step)) = self.with(|document| dispatch.step(document)) {
            let done = match step {
                Step::Ask(request) => {
                    let answer = self.answer(py, &request);
                    self.with(|document| document.answer(&request, answer));
                    Ok(())
                }
                Step::Listen(listener) => {
                    let function = self.functions(|functions| {
                        Some(functions.listeners.get(&listener)?.clone_ref(py))
                    });
                    match function {
                        Some(function) => self.call(py, &mut dispatch, "listener", |event| {
                            function.bind(py).call1((event,)).map(drop)
                        }),
                        None => Ok(()),
                    }
                }
                Step::Call {
                    model,
                    function,
                    arguments,
                } => self.call_event(py, &mut dispatch, (&model, &function), &arguments),
                Step::Assign {
                    model,
                    variable,
                    path,
                    value,
                } => self.set(py, (&model, &variable), &path, value),
                _ => Ok(()),
            };
            if let Err(error) = done {
                self.with(|document| dispatch.failed(document, &error));
            }
        }
    }

    /// Calls a function that `bind_event` has bound: with the model's handle, the event and the list
    /// of the arguments, or with as many of these as it takes.
    fn call_event(
        self: &Arc<Self>,
        py: Python<'_>,
        dispatch: &mut Dispatch,
        (model, name): (&str, &str),
        arguments: &[Value],
    ) -> Result<(), SourceError> {
        let function = self.functions(|functions| {
            let model = functions.models.get(model)?;
            Some(model.events.get(name)?.clone_ref(py))
        });
        let Some(function) = function else {
            return Err(SourceError::new(format!(
                "`{name}` is not bound: bind_event(\"{name}\", function)"
            )));
        };
        let live = Arc::clone(self);
        self.call(py, dispatch, name, move |event| {
            let function = function.bind(py);
            let arguments = arguments
                .iter()
                .map(|value| values::to_python(py, value))
                .collect::<PyResult<Vec<_>>>()?;
            let handle = Py::new(py, Handle::new(live, model))?.into_any();
            let all = [
                handle.into_bound(py),
                event.clone().into_any(),
                pyo3::types::PyList::new(py, arguments)?.into_any(),
            ];
            let taken = crate::retained::context::positional(function).min(all.len());
            function.call1(PyTuple::new(py, &all[..taken])?).map(drop)
        })
    }

    /// Calls a function with the event, which it may stop.
    fn call<'py>(
        self: &Arc<Self>,
        py: Python<'py>,
        dispatch: &mut Dispatch,
        what: &str,
        call: impl FnOnce(&Bound<'py, PyEvent>) -> PyResult<()>,
    ) -> Result<(), SourceError> {
        let Some(event) = dispatch.event() else {
            return Ok(());
        };
        let event = PyEvent::new(Arc::clone(self), event);
        let run = || {
            let event = Bound::new(py, event)?;
            let done = call(&event);
            Ok((event.get().is_stopped(), done))
        };
        let (is_stopped, done) = run().map_err(|error| self.failed(py, what, &error))?;
        if is_stopped && let Some(event) = dispatch.event_mut() {
            event.stop_propagation();
        }
        done.map_err(|error| self.failed(py, what, &error))
    }
}

/// Returns a value in which the part at the end of a path is another one.
fn with_part(whole: Value, path: &[Key], part: Value) -> Option<Value> {
    let Some((key, rest)) = path.split_first() else {
        return Some(part);
    };
    match (whole, key) {
        (Value::List(mut list), Key::Index(index)) => {
            let entry = Arc::make_mut(&mut list).get_mut(*index)?;
            *entry = with_part(std::mem::take(entry), rest, part)?;
            Some(Value::List(list))
        }
        (Value::Map(mut map), Key::Name(name)) => {
            let entry = Arc::make_mut(&mut map).get_mut(&**name)?;
            *entry = with_part(std::mem::take(entry), rest, part)?;
            Some(Value::Map(map))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_list_of_maps_is_set_in_a_copy() {
        let row = Value::map([("name", Value::text("a")), ("on", Value::Bool(false))]);
        let whole = Value::list([row.clone(), row]);
        let path = [Key::Index(1), Key::Name("on".into())];
        let set = with_part(whole.clone(), &path, Value::Bool(true)).unwrap();
        assert_eq!(
            set.member(&path[0]).unwrap().member(&path[1]),
            Some(Value::Bool(true))
        );
        assert_eq!(
            whole.member(&path[0]).unwrap().member(&path[1]),
            Some(Value::Bool(false))
        );
        assert_eq!(
            with_part(whole.clone(), &[Key::Index(2)], Value::Null),
            None
        );
        assert_eq!(
            with_part(whole, &[Key::Name("x".into())], Value::Null),
            None
        );
    }
}
