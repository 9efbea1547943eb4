//! Drawing a panel without a host, for `lichtfeld.testing`.

use crate::convert::{frame_to_python, from_python};
use crate::layout::record::draw;
use lichtfeld_panel::{Frame, Input, PanelIdentity, Session, Surface, Vec2, render_text};
use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// One panel's state between drawings, and its last frame.
#[pyclass(module = "lichtfeld.plugins", name = "_PanelSession", frozen)]
pub(super) struct PanelSession {
    identity: PanelIdentity,
    state: Mutex<(Session, Frame)>,
}

impl PanelSession {
    fn locked<R>(&self, action: impl FnOnce(&mut (Session, Frame)) -> R) -> R {
        action(&mut self.state.lock())
    }
}

#[pymethods]
impl PanelSession {
    #[new]
    #[pyo3(signature = (id, label))]
    fn new(id: String, label: String) -> Self {
        Self {
            identity: PanelIdentity::new(id, label),
            state: Mutex::default(),
        }
    }

    /// Draws once; an exception of `draw` is in the frame.
    fn draw(&self, py: Python<'_>, panel: &Bound<'_, PyAny>) {
        // The plugin's code runs without the lock.
        let mut session = self.locked(|state| std::mem::take(&mut state.0));
        let frame = draw(py, panel, &self.identity, &mut session);
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

    /// Sets the size of the surface, and the scale of a pixel.
    fn resize(&self, width: f32, height: f32, scale: f32) {
        let mut surface = Surface::default();
        surface.size = Vec2::new(width, height);
        surface.scale = scale;
        self.locked(|(session, _)| session.set_surface(surface));
    }
}
