//! The handle of a data model: how a plugin says that values have changed.

use crate::retained::functions::Variable;
use crate::retained::live::Live;
use crate::retained::values;
use lichtfeld_document::Value;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::sync::Arc;

/// What a plugin keeps of a data model. It works from any thread.
#[pyclass(module = "lichtfeld.ui.rml", name = "DataModelHandle", frozen)]
pub(super) struct Handle {
    live: Arc<Live>,
    model: String,
}

impl Handle {
    pub(super) fn new(live: Arc<Live>, model: &str) -> Self {
        Self {
            live,
            model: model.to_owned(),
        }
    }

    /// Marks something as changed, and wakes the application if nothing was marked before.
    fn mark(
        &self,
        py: Python<'_>,
        mark: impl FnOnce(&mut lichtfeld_document::Document),
    ) -> PyResult<()> {
        let wakes = self.live.with(|document| {
            let before = document.needs_update();
            mark(document);
            !before && document.needs_update()
        });
        match wakes {
            Some(true) => crate::redraw::request(py),
            _ => Ok(()),
        }
    }

    fn replace(&self, py: Python<'_>, name: &str, items: Vec<Value>) -> PyResult<()> {
        let before = self.live.functions(|functions| {
            let model = functions.models.get_mut(&self.model)?;
            let variable = model.variables.get_mut(name)?;
            Some(std::mem::replace(
                variable,
                Variable::List(Value::list(items)),
            ))
        });
        if before.is_none() {
            return Err(PyKeyError::new_err(format!(
                "the data model '{}' has no list '{name}': bind_string_list(\"{name}\") or \
                 bind_record_list(\"{name}\") makes one",
                self.model
            )));
        }
        drop(before);
        self.dirty(py, name)
    }
}

#[pymethods]
impl Handle {
    /// Says that a variable has changed: it is read again before the panel is shown.
    fn dirty(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.mark(py, |document| {
            document.dirty(&self.model, name);
        })
    }

    /// Says that all variables may have changed.
    fn dirty_all(&self, py: Python<'_>) -> PyResult<()> {
        self.mark(py, |document| document.dirty_all(&self.model))
    }

    /// Has the panel drawn again.
    fn request_update(&self, py: Python<'_>) -> PyResult<()> {
        crate::redraw::request(py)
    }

    /// Returns whether a variable has changed since it was read.
    fn is_dirty(&self, name: &str) -> bool {
        self.live
            .with(|document| document.is_variable_dirty(&self.model, name))
            .unwrap_or(false)
    }

    /// Replaces a list of texts.
    fn update_string_list(
        &self,
        py: Python<'_>,
        name: &str,
        items: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        if items.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(format!(
                "update_string_list(\"{name}\", ...) takes a list of texts, not one text"
            )));
        }
        let items = items
            .try_iter()?
            .map(|item| Ok(Value::text(item?.str()?.to_string_lossy())))
            .collect::<PyResult<_>>()?;
        self.replace(py, name, items)
    }

    /// Replaces a list of dicts, whose entries the template reads as `row.name`.
    fn update_record_list(
        &self,
        py: Python<'_>,
        name: &str,
        items: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let mut rows = Vec::new();
        for item in items.try_iter()? {
            let item = item?;
            if !item.is_instance_of::<PyDict>() {
                let kind = item.get_type().qualname()?;
                return Err(PyTypeError::new_err(format!(
                    "update_record_list(\"{name}\", ...) takes a list of dicts; entry {} is {kind}",
                    rows.len()
                )));
            }
            rows.push(values::from_python(&item)?);
        }
        self.replace(py, name, rows)
    }

    fn __repr__(&self) -> String {
        format!("<DataModelHandle of '{}'>", self.model)
    }
}
