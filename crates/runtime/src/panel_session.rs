//! Drawing a panel without a host, for `lichtfeld.testing`.

use crate::api::inputs::element_of;
use crate::api::surface::named;
use crate::convert::{frame_to_python, from_python};
use crate::layout::draw_by;
use crate::panel_source::overrides;
use crate::retained::Mounted;
use lichtfeld_panel::{
    DocumentForm, Frame, Input, PanelIdentity, Session, Surface, Vec2, render_text,
};
use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use std::sync::{Arc, OnceLock};

/// One panel's state between drawings, and its last frame.
#[pyclass(module = "lichtfeld.plugins", name = "_PanelSession", frozen)]
pub(crate) struct PanelSession {
    identity: PanelIdentity,
    /// The document of a panel that is made from a template, from its first drawing.
    document: OnceLock<Option<Arc<Mounted>>>,
    state: Mutex<(Session, Frame)>,
}

impl PanelSession {
    fn locked<R>(&self, action: impl FnOnce(&mut (Session, Frame)) -> R) -> R {
        action(&mut self.state.lock())
    }

    /// Returns the panel's document, if it is made from a template. The first time, its callbacks
    /// are called as by an application.
    fn document(&self, panel: &Bound<'_, PyAny>) -> PyResult<Option<Arc<Mounted>>> {
        if let Some(document) = self.document.get() {
            return Ok(document.clone());
        }
        let py = panel.py();
        let class = panel.get_type();
        let found = Mounted::of(&class, overrides(&class, "draw")?)?.map(Arc::new);
        // Before the callbacks: one of them may draw.
        let document = self.document.get_or_init(|| found).clone();
        if let Some(document) = &document {
            let call = |name: &str, argument| match panel.getattr_opt(name)? {
                Some(callback) => callback.call1((argument,)).map(drop),
                None => Ok(()),
            };
            call("on_bind_model", document.context(py)?)?;
            document.mount(py, &self.identity.id);
            call("on_mount", document.document(py)?)?;
        }
        Ok(document)
    }
}

#[pymethods]
impl PanelSession {
    #[new]
    #[pyo3(signature = (id, label))]
    fn new(id: String, label: String) -> Self {
        let mut session = Session::default();
        let mut surface = Surface::default();
        // A test looks at both.
        surface.document = DocumentForm::Both;
        session.set_surface(surface);
        Self {
            identity: PanelIdentity::new(id, label),
            document: OnceLock::new(),
            state: Mutex::new((session, Frame::default())),
        }
    }

    /// Draws once; an exception of `draw` is in the frame.
    fn draw(&self, py: Python<'_>, panel: &Bound<'_, PyAny>) {
        // The plugin's code runs without the lock.
        let mut session = self.locked(|state| std::mem::take(&mut state.0));
        let mut frame = draw_by(py, &self.identity, &mut session, |layout| {
            let own = || {
                let draw = panel.getattr(intern!(py, "draw"))?;
                draw.call1((&layout,)).map(drop)
            };
            match self.document(panel)? {
                Some(document) => document.draw(py, &layout, &own),
                None => own(),
            }
        });
        if let Some(Some(document)) = self.document.get() {
            frame.warnings.extend(document.warnings());
            frame.document = document.elements();
        }
        self.locked(|state| *state = (session, frame));
    }

    /// Returns the last frame as plain data.
    fn frame<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let frame = self.locked(|(_, frame)| frame.clone());
        frame_to_python(py, &frame)
    }

    /// Returns the last frame as text.
    fn text(&self, width: usize) -> String {
        self.locked(|(_, frame)| render_text(frame, width))
    }

    /// Returns whether the frame requests another drawing.
    fn wants_drawing(&self) -> bool {
        self.locked(|(_, frame)| frame.redraw == lichtfeld_panel::Redraw::Again)
    }

    /// Passes on what the user did, as plain data.
    fn push(&self, input: &Bound<'_, PyAny>) -> PyResult<()> {
        let input: Input = serde_json::from_value(from_python(input)?)
            .map_err(|error| PyValueError::new_err(format!("not an input: {error}")))?;
        self.locked(|(session, _)| session.push_input(input));
        Ok(())
    }

    /// Passes on what the user did with an element of the document, as plain data.
    fn push_element(&self, input: &Bound<'_, PyAny>) -> PyResult<()> {
        let input = element_of(input)?;
        self.locked(|(session, _)| session.push_input(input));
        Ok(())
    }

    /// Sets the size of the surface, and the scale of a pixel.
    fn resize(&self, width: f32, height: f32, scale: f32) {
        self.locked(|(session, _)| {
            let mut surface = session.surface();
            surface.size = Vec2::new(width, height);
            surface.scale = scale;
            session.set_surface(surface);
        });
    }

    /// Sets the theme of documents: "dark" or "light".
    fn set_theme(&self, theme: &str) -> PyResult<()> {
        let theme = named("theme", theme)?;
        self.locked(|(session, _)| {
            let mut surface = session.surface();
            surface.theme = theme;
            session.set_surface(surface);
        });
        Ok(())
    }
}
