//! The document of a panel, as plugins see it.

use crate::retained::context::{self, Constructor};
use crate::retained::element::Element;
use crate::retained::live::Live;
use lichtfeld_document::{Document, NodeId};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::sync::Arc;

/// The document of a panel: its outermost element, and what makes new ones.
#[pyclass(module = "lichtfeld.ui.rml", name = "RmlDocument", frozen, extends = Element)]
pub(super) struct PyDocument;

impl PyDocument {
    /// Makes the object for a document; None if it has ended.
    pub(super) fn make(py: Python<'_>, live: &Arc<Live>) -> PyResult<Option<Py<PyAny>>> {
        let Some(node) = live.with(|document| document.root()) else {
            return Ok(None);
        };
        let element = Element {
            live: Arc::clone(live),
            node,
        };
        let class = PyClassInitializer::from(element).add_subclass(Self);
        Ok(Some(Py::new(py, class)?.into_any()))
    }
}

fn created(
    slf: &PyRef<'_, PyDocument>,
    create: impl FnOnce(&mut Document) -> Result<NodeId, lichtfeld_document::NodeError>,
) -> PyResult<Py<PyAny>> {
    let element = slf.as_super();
    let node = element
        .with(create)?
        .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    Element::make(slf.py(), &element.live, node)
}

#[pymethods]
impl PyDocument {
    /// Makes an element of this name, for `append_child`.
    fn create_element(slf: PyRef<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        created(&slf, |document| document.create_element(name))
    }

    /// Makes a text, for `append_child`.
    fn create_text_node(slf: PyRef<'_, Self>, text: &str) -> PyResult<Py<PyAny>> {
        created(&slf, |document| document.create_text(text))
    }

    /// Shows the document.
    fn show(slf: PyRef<'_, Self>) -> PyResult<()> {
        slf.as_super().with(|document| document.show(true))
    }

    /// Hides the document.
    fn hide(slf: PyRef<'_, Self>) -> PyResult<()> {
        slf.as_super().with(|document| document.show(false))
    }

    /// Begins a data model.
    fn create_data_model(slf: PyRef<'_, Self>, name: String) -> Constructor {
        context::create(&slf.as_super().live, name)
    }

    /// Ends a data model. Returns whether there was one of this name.
    fn remove_data_model(slf: PyRef<'_, Self>, name: &str) -> bool {
        context::remove(&slf.as_super().live, name)
    }

    /// Its title.
    #[getter]
    fn title(slf: PyRef<'_, Self>) -> PyResult<String> {
        slf.as_super().with(|document| document.title().to_owned())
    }

    #[setter]
    fn set_title(slf: PyRef<'_, Self>, title: String) -> PyResult<()> {
        slf.as_super().with(|document| document.set_title(title))
    }
}
