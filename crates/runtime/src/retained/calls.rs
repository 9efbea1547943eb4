//! The calls between a document and the functions of its plugin.

use crate::retained::event::PyEvent;
use crate::retained::functions::Variable;
use crate::retained::handle::Handle;
use crate::retained::live::Live;
use crate::retained::values;
use lichtfeld_document::{Dispatch, Document, Key, Request, SourceError, Step, Value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use std::sync::Arc;

/// Brings the document up to date: asks for what is dirty. Returns whether anything was.
pub(super) fn update(live: &Live, py: Python<'_>) -> bool {
    live.announce();
    let mut was_dirty = false;
    loop {
        let requests = live.with(Document::requests).unwrap_or_default();
        if requests.is_empty() {
            return was_dirty;
        }
        was_dirty = true;
        for request in requests {
            let answer = answer(live, py, &request);
            live.with(|document| document.answer(&request, answer));
        }
    }
}

fn answer(live: &Live, py: Python<'_>, request: &Request) -> Result<Value, SourceError> {
    match request {
        Request::Variable { model, variable } => get(live, py, model, variable),
        Request::Transform {
            model,
            transform,
            input,
            arguments,
        } => {
            let function = live.functions(|functions| {
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
            call().map_err(|error| live.failed(py, transform, &error))
        }
        _ => Err(SourceError::new("this cannot be asked of a plugin")),
    }
}

/// Returns the value of a variable, from the plugin.
fn get(live: &Live, py: Python<'_>, model: &str, variable: &str) -> Result<Value, SourceError> {
    enum Found {
        Value(Value),
        Function(Py<PyAny>),
    }
    let found = live.functions(|functions| {
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
            .map_err(|error| live.failed(py, variable, &error)),
        None => Err(SourceError::new(format!("`{variable}` is not bound"))),
    }
}

fn set(
    live: &Live,
    py: Python<'_>,
    (model, variable): (&str, &str),
    path: &[Key],
    value: Value,
) -> Result<(), SourceError> {
    // A part of a list or map is set in a copy of the whole, which the setter receives.
    let value = match path {
        [] => value,
        path => {
            let whole = get(live, py, model, variable)?;
            with_part(whole, path, value)
                .ok_or_else(|| SourceError::new(format!("`{variable}` has no such part")))?
        }
    };
    let setter = live.functions(|functions| {
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
            .map_err(|error| live.failed(py, variable, &error)),
    }
}

/// Does all that an event causes.
pub(super) fn finish(live: &Arc<Live>, py: Python<'_>, mut dispatch: Dispatch) {
    live.announce();
    while let Some(Some(step)) = live.with(|document| dispatch.step(document)) {
        let done = match step {
            Step::Ask(request) => {
                let answer = answer(live, py, &request);
                live.with(|document| document.answer(&request, answer));
                Ok(())
            }
            Step::Listen(listener) => {
                let function = live
                    .functions(|functions| Some(functions.listeners.get(&listener)?.clone_ref(py)));
                match function {
                    Some(function) => call(live, py, &mut dispatch, "listener", |event| {
                        function.bind(py).call1((event,)).map(drop)
                    }),
                    None => Ok(()),
                }
            }
            Step::Call {
                model,
                function,
                arguments,
            } => call_event(live, py, &mut dispatch, (&model, &function), &arguments),
            Step::Assign {
                model,
                variable,
                path,
                value,
            } => set(live, py, (&model, &variable), &path, value),
            _ => Ok(()),
        };
        if let Err(error) = done {
            live.with(|document| dispatch.failed(document, &error));
        }
    }
}

/// Calls a function that `bind_event` has bound: with the model's handle, the event and the list
/// of the arguments, or with as many of these as it takes.
fn call_event(
    live: &Arc<Live>,
    py: Python<'_>,
    dispatch: &mut Dispatch,
    (model, name): (&str, &str),
    arguments: &[Value],
) -> Result<(), SourceError> {
    let function = live.functions(|functions| {
        let model = functions.models.get(model)?;
        Some(model.events.get(name)?.clone_ref(py))
    });
    let Some(function) = function else {
        return Err(SourceError::new(format!(
            "`{name}` is not bound: bind_event(\"{name}\", function)"
        )));
    };
    let of_model = Arc::clone(live);
    call(live, py, dispatch, name, move |event| {
        let function = function.bind(py);
        let arguments = arguments
            .iter()
            .map(|value| values::to_python(py, value))
            .collect::<PyResult<Vec<_>>>()?;
        let handle = Py::new(py, Handle::new(of_model, model))?.into_any();
        let all = [
            handle.into_bound(py),
            event.clone().into_any(),
            PyList::new(py, arguments)?.into_any(),
        ];
        let taken = positional(function).min(all.len());
        function.call1(PyTuple::new(py, &all[..taken])?).map(drop)
    })
}

/// Calls a function with the event, which it may stop.
fn call<'py>(
    live: &Arc<Live>,
    py: Python<'py>,
    dispatch: &mut Dispatch,
    what: &str,
    call: impl FnOnce(&Bound<'py, PyEvent>) -> PyResult<()>,
) -> Result<(), SourceError> {
    let Some(event) = dispatch.event() else {
        return Ok(());
    };
    let event = PyEvent::new(Arc::clone(live), event);
    let run = || {
        let event = Bound::new(py, event)?;
        let done = call(&event);
        Ok((event.get().is_stopped(), done))
    };
    let (is_stopped, done) = run().map_err(|error| live.failed(py, what, &error))?;
    if is_stopped && let Some(event) = dispatch.event_mut() {
        event.stop_propagation();
    }
    done.map_err(|error| live.failed(py, what, &error))
}

/// Returns how many positional arguments a function takes; many, if it does not say.
fn positional(function: &Bound<'_, PyAny>) -> usize {
    let count = || -> PyResult<usize> {
        let py = function.py();
        let signature = py
            .import(intern!(py, "inspect"))?
            .call_method1(intern!(py, "signature"), (function,))?;
        let parameters = signature
            .getattr(intern!(py, "parameters"))?
            .call_method0(intern!(py, "values"))?;
        let mut count = 0;
        for parameter in parameters.try_iter()? {
            // Of `inspect.Parameter`: positional ones are 0 and 1, `*args` is 2.
            match parameter?.getattr(intern!(py, "kind"))?.extract::<u8>()? {
                0 | 1 => count += 1,
                2 => return Ok(usize::MAX),
                _ => {}
            }
        }
        Ok(count)
    };
    count().unwrap_or(usize::MAX)
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
