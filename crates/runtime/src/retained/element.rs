//! Elements of a document, as plugins see them.

use crate::retained::live::Live;
use lichtfeld_document::{Document, Layout, ListenerId, NodeError, NodeId, Value};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// An element of a panel's document.
///
/// Elements of the document are equal if they are the same. One that was removed raises a
/// `RuntimeError` when it is used.
#[pyclass(module = "lichtfeld.ui.rml", name = "RmlElement", frozen, subclass)]
pub(super) struct Element {
    pub(super) live: Arc<Live>,
    pub(super) node: NodeId,
}

fn raise(error: NodeError) -> PyErr {
    match error {
        NodeError::Property(_, Some(near)) => {
            PyValueError::new_err(format!("{error}; did you mean `{near}`?"))
        }
        NodeError::Property(..) | NodeError::Value(..) | NodeError::Selector(..) => {
            PyValueError::new_err(error.to_string())
        }
        error => PyRuntimeError::new_err(error.to_string()),
    }
}

impl Element {
    /// Makes the object for an element or a text.
    pub(super) fn make(py: Python<'_>, live: &Arc<Live>, node: NodeId) -> PyResult<Py<PyAny>> {
        let element = Self {
            live: Arc::clone(live),
            node,
        };
        Ok(Py::new(py, element)?.into_any())
    }

    fn other(&self, py: Python<'_>, node: Option<NodeId>) -> PyResult<Option<Py<PyAny>>> {
        node.map(|node| Self::make(py, &self.live, node))
            .transpose()
    }

    fn others(&self, py: Python<'_>, nodes: Vec<NodeId>) -> PyResult<Vec<Py<PyAny>>> {
        let nodes = nodes.into_iter();
        nodes.map(|node| Self::make(py, &self.live, node)).collect()
    }

    /// Works on the document.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Document) -> R) -> PyResult<R> {
        self.live.with(work).ok_or_else(|| {
            PyRuntimeError::new_err(
                "this panel's document has ended: keep no elements beyond on_unmount",
            )
        })
    }

    /// Changes the document, and has the panel drawn.
    fn change<R>(&self, change: impl FnOnce(&mut Document) -> Result<R, NodeError>) -> PyResult<R> {
        self.with(change)?.map_err(raise)
    }

    /// Returns the node of an argument that is an element, or a new element of this name.
    fn child(&self, child: &Bound<'_, PyAny>) -> PyResult<NodeId> {
        if let Ok(name) = child.cast::<PyString>() {
            let name = name.to_string_lossy();
            return self.change(|document| document.create_element(&name));
        }
        let Ok(element) = child.cast::<Self>() else {
            let kind = child.get_type().qualname()?;
            return Err(PyTypeError::new_err(format!(
                "a child is an element or the name of a new one, not {kind}"
            )));
        };
        self.same_document(element.get())?;
        Ok(element.get().node)
    }

    fn same_document(&self, other: &Self) -> PyResult<()> {
        if Arc::ptr_eq(&self.live, &other.live) {
            return Ok(());
        }
        Err(PyValueError::new_err(
            "the element belongs to the document of another panel",
        ))
    }

    fn layout(&self) -> PyResult<Layout> {
        self.with(|document| document.layout(self.node))
    }

    /// Sends what an action of the document causes.
    fn send(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&mut Document) -> lichtfeld_document::Dispatch,
    ) -> PyResult<()> {
        let dispatch = self.with(act)?;
        self.live.finish(py, dispatch);
        Ok(())
    }
}

#[pymethods]
impl Element {
    /// Returns the element with this id inside this one, or None.
    fn get_element_by_id(&self, py: Python<'_>, id: &str) -> PyResult<Option<Py<PyAny>>> {
        let found = self.with(|document| document.element_by_id_in(self.node, id))?;
        self.other(py, found)
    }

    /// Returns the first element that a selector such as `div.row > span` matches, or None.
    fn query_selector(&self, py: Python<'_>, selector: &str) -> PyResult<Option<Py<PyAny>>> {
        let found = self.change(|document| document.query(self.node, selector))?;
        self.other(py, found)
    }

    /// Returns all elements that a selector matches.
    fn query_selector_all(&self, py: Python<'_>, selector: &str) -> PyResult<Vec<Py<PyAny>>> {
        let found = self.change(|document| document.query_all(self.node, selector))?;
        self.others(py, found)
    }

    /// Returns the elements with a class inside this one.
    fn get_elements_by_class_name(&self, py: Python<'_>, name: &str) -> PyResult<Vec<Py<PyAny>>> {
        let found = self.with(|document| document.elements_by_class(self.node, name))?;
        self.others(py, found)
    }

    /// Returns the elements of a name, such as `button`, inside this one.
    fn get_elements_by_tag_name(&self, py: Python<'_>, name: &str) -> PyResult<Vec<Py<PyAny>>> {
        let found = self.with(|document| document.elements_by_name(self.node, name))?;
        self.others(py, found)
    }

    /// Returns the element around it, or None for the document.
    fn parent(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let parent = self.with(|document| document.parent(self.node))?;
        self.other(py, parent)
    }

    /// Returns its elements, without texts.
    fn children(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        let children = self.with(|document| {
            let all = document.children(self.node).iter().copied();
            all.filter(|child| document.name(*child).is_some())
                .collect()
        })?;
        self.others(py, children)
    }

    /// Returns the number of its elements.
    fn num_children(&self) -> PyResult<usize> {
        self.with(|document| {
            let all = document.children(self.node).iter();
            all.filter(|child| document.name(**child).is_some()).count()
        })
    }

    /// Puts an element, or a new one of this name, at the end. Returns it.
    fn append_child(&self, py: Python<'_>, child: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let child = self.child(child)?;
        self.change(|document| document.append(self.node, child))?;
        Self::make(py, &self.live, child)
    }

    /// Puts an element, or a new one of this name, before a child. Returns it.
    fn insert_before(
        &self,
        py: Python<'_>,
        child: &Bound<'_, PyAny>,
        ref_child: &Bound<'_, Self>,
    ) -> PyResult<Py<PyAny>> {
        self.same_document(ref_child.get())?;
        let child = self.child(child)?;
        let before = ref_child.get().node;
        self.change(|document| document.insert_before(self.node, child, before))?;
        Self::make(py, &self.live, child)
    }

    /// Takes a child out. Returns it.
    fn remove_child(&self, py: Python<'_>, child: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        self.same_document(child.get())?;
        let child = child.get().node;
        self.change(|document| document.remove_child(self.node, child))?;
        Self::make(py, &self.live, child)
    }

    /// Replaces its content by RML. Mistakes are shown as the panel's warnings.
    fn set_inner_rml(&self, rml: &str) -> PyResult<()> {
        self.change(|document| document.set_inner_rml(self.node, rml))
    }

    /// Returns its content as RML.
    fn get_inner_rml(&self) -> PyResult<String> {
        self.with(|document| document.inner_rml(self.node))
    }

    /// Replaces its content by a text, which is not read as RML.
    fn set_text(&self, text: &str) -> PyResult<()> {
        self.change(|document| document.set_text(self.node, text))
    }

    /// Returns the text of all its content.
    fn get_text(&self) -> PyResult<String> {
        self.with(|document| document.text(self.node))
    }

    /// Sets an attribute.
    fn set_attribute(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = super::values::from_python(value)?.to_string();
        self.change(|document| document.set_attribute(self.node, name, &value))
    }

    /// Returns an attribute, or `default_val` if it is not set.
    #[pyo3(signature = (name, default_val = ""))]
    fn get_attribute(&self, name: &str, default_val: &str) -> PyResult<String> {
        let found = self.with(|document| document.attribute(self.node, name))?;
        Ok(found.unwrap_or_else(|| default_val.to_owned()))
    }

    /// Returns whether an attribute is set.
    fn has_attribute(&self, name: &str) -> PyResult<bool> {
        self.with(|document| document.attribute(self.node, name).is_some())
    }

    /// Removes an attribute.
    fn remove_attribute(&self, name: &str) -> PyResult<()> {
        self.change(|document| document.remove_attribute(self.node, name))
    }

    /// Gives it a class, or takes it away.
    fn set_class(&self, name: &str, activate: bool) -> PyResult<()> {
        self.change(|document| document.set_class(self.node, name, activate))
    }

    /// Returns whether it has a class.
    fn is_class_set(&self, name: &str) -> PyResult<bool> {
        self.with(|document| document.has_class(self.node, name))
    }

    /// Sets all its classes, separated by spaces.
    fn set_class_names(&self, names: &str) -> PyResult<()> {
        self.change(|document| document.set_classes(self.node, names))
    }

    /// Returns its classes, separated by spaces.
    fn get_class_names(&self) -> PyResult<String> {
        self.with(|document| document.classes(self.node).join(" "))
    }

    /// Sets a property of its style, such as `("width", "50%")`.
    fn set_property(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = super::values::from_python(value)?.to_string();
        self.change(|document| document.set_property(self.node, name, &value))
    }

    /// Removes a property that `set_property` or its `style` has set.
    fn remove_property(&self, name: &str) -> PyResult<()> {
        self.change(|document| document.remove_property(self.node, name))
    }

    /// Returns the value of a property as RCSS, with those of sheets; "" if there is no such property.
    fn get_property(&self, name: &str) -> PyResult<String> {
        let found = self.with(|document| {
            // What the plugin has just set is seen at once.
            document.refresh_styles();
            document.property(self.node, name)
        })?;
        Ok(found.map_or_else(String::new, |value| value.to_string()))
    }

    /// Moves a property to a value within `duration` seconds.
    #[pyo3(signature = (property, target_value, duration, tween = "quadratic-out", start_value = None, remove_on_complete = false))]
    fn animate(
        &self,
        property: &str,
        target_value: &Bound<'_, PyAny>,
        duration: f32,
        tween: &str,
        start_value: Option<&Bound<'_, PyAny>>,
        remove_on_complete: bool,
    ) -> PyResult<()> {
        // The front end moves it; for the document the property has its last value at once.
        let _ = remove_on_complete;
        let to = super::values::from_python(target_value)?.to_string();
        let from = start_value
            .map(|value| super::values::from_python(value).map(|value| value.to_string()))
            .transpose()?;
        self.change(|document| {
            document.animate(self.node, property, from.as_deref(), &to, duration, tween)
        })
    }

    /// Calls a function with each event of this name, such as `click`.
    #[pyo3(signature = (event, listener, in_capture_phase = false))]
    fn add_event_listener(
        &self,
        event: &str,
        listener: &Bound<'_, PyAny>,
        in_capture_phase: bool,
    ) -> PyResult<()> {
        if !listener.is_callable() {
            let kind = listener.get_type().qualname()?;
            return Err(PyTypeError::new_err(format!(
                "add_event_listener(\"{event}\", ...) takes a function, not {kind}"
            )));
        }
        let added: Option<ListenerId> =
            self.with(|document| document.add_listener(self.node, event, in_capture_phase))?;
        let Some(id) = added else {
            return Err(PyRuntimeError::new_err(
                "the element does not exist any more, or the document has too many listeners",
            ));
        };
        let listener = listener.clone().unbind();
        let before = self
            .live
            .functions(|functions| functions.listeners.insert(id, listener));
        drop(before);
        Ok(())
    }

    /// Scrolls until it is visible.
    #[pyo3(signature = (align_top = true))]
    fn scroll_into_view(&self, align_top: bool) -> PyResult<()> {
        self.with(|document| document.scroll_into_view(self.node, align_top))
    }

    /// Gives it the keyboard.
    fn focus(&self, py: Python<'_>) -> PyResult<()> {
        self.send(py, |document| document.focus(Some(self.node)))
    }

    /// Takes the keyboard from it.
    fn blur(&self, py: Python<'_>) -> PyResult<()> {
        self.send(py, |document| {
            let has_it = document.focused() == Some(self.node);
            let to = if has_it { None } else { document.focused() };
            document.focus(to)
        })
    }

    /// Clicks it.
    fn click(&self, py: Python<'_>) -> PyResult<()> {
        self.send(py, |document| document.click(self.node))
    }

    /// Selects the text of a text field.
    fn select(&self) -> PyResult<()> {
        self.with(|document| document.select_text(self.node))
    }

    /// Submits the form around it. A name and a value are sent along, if given.
    #[pyo3(signature = (name = "", value = ""))]
    fn submit(&self, py: Python<'_>, name: &str, value: &str) -> PyResult<()> {
        self.send(py, |document| {
            if !name.is_empty() {
                let event = lichtfeld_document::Event::new("submit", self.node)
                    .with(name, Value::text(value));
                return document.event(event);
            }
            document.submit(self.node)
        })
    }

    /// Its id.
    #[getter]
    fn id(&self) -> PyResult<String> {
        self.with(|document| document.id(self.node).unwrap_or_default().to_owned())
    }

    /// Sets its id.
    fn set_id(&self, id: &str) -> PyResult<()> {
        self.change(|document| document.set_id(self.node, id))
    }

    /// Its name, such as `div`.
    #[getter]
    fn tag_name(&self) -> PyResult<String> {
        self.with(|document| document.name(self.node).unwrap_or("#text").to_owned())
    }

    /// How far its content is moved to the left, in pixels.
    #[getter]
    fn scroll_left(&self) -> PyResult<f32> {
        Ok(self.layout()?.scroll_left)
    }

    #[setter]
    fn set_scroll_left(&self, left: f32) -> PyResult<()> {
        let top = self.layout()?.scroll_top;
        self.change(|document| document.scroll(self.node, left, top))
    }

    /// How far its content is moved up, in pixels.
    #[getter]
    fn scroll_top(&self) -> PyResult<f32> {
        Ok(self.layout()?.scroll_top)
    }

    #[setter]
    fn set_scroll_top(&self, top: f32) -> PyResult<()> {
        let left = self.layout()?.scroll_left;
        self.change(|document| document.scroll(self.node, left, top))
    }

    /// The width of all its content, in pixels; 0 where the front end does not say.
    #[getter]
    fn scroll_width(&self) -> PyResult<f32> {
        Ok(self.layout()?.scroll_width)
    }

    /// The height of all its content, in pixels; 0 where the front end does not say.
    #[getter]
    fn scroll_height(&self) -> PyResult<f32> {
        Ok(self.layout()?.scroll_height)
    }

    /// The width of what is visible, in pixels; 0 where the front end does not say.
    #[getter]
    fn client_width(&self) -> PyResult<f32> {
        Ok(self.layout()?.client_width)
    }

    /// The height of what is visible, in pixels; 0 where the front end does not say.
    #[getter]
    fn client_height(&self) -> PyResult<f32> {
        Ok(self.layout()?.client_height)
    }

    /// Its left edge from that of the panel, in pixels; 0 where the front end does not say.
    #[getter]
    fn absolute_left(&self) -> PyResult<f32> {
        Ok(self.layout()?.absolute_left)
    }

    /// Its upper edge from that of the panel, in pixels; 0 where the front end does not say.
    #[getter]
    fn absolute_top(&self) -> PyResult<f32> {
        Ok(self.layout()?.absolute_top)
    }

    /// Its width with padding and border, in pixels; 0 where the front end does not say.
    #[getter]
    fn absolute_width(&self) -> PyResult<f32> {
        Ok(self.layout()?.offset_width)
    }

    /// Its height with padding and border, in pixels; 0 where the front end does not say.
    #[getter]
    fn absolute_height(&self) -> PyResult<f32> {
        Ok(self.layout()?.offset_height)
    }

    /// Its upper edge from that of the element around it, in pixels.
    #[getter]
    fn offset_top(&self) -> PyResult<f32> {
        Ok(self.layout()?.offset_top)
    }

    /// Its height with padding and border, in pixels.
    #[getter]
    fn offset_height(&self) -> PyResult<f32> {
        Ok(self.layout()?.offset_height)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            other.get().node == self.node && Arc::ptr_eq(&other.get().live, &self.live)
        })
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.node, Arc::as_ptr(&self.live).addr()).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let name = self.live.with(|document| {
            let name = document.name(self.node).unwrap_or("#text");
            let id = document.id(self.node);
            id.map_or_else(|| name.to_owned(), |id| format!("{name}#{id}"))
        });
        format!(
            "<RmlElement {}>",
            name.unwrap_or_else(|| "that has ended".to_owned())
        )
    }
}
