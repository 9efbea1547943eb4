//! Drawing a panel without a host: what `lichtfeld.plugins.testing` stands on.

use crate::layout::PanelIdentity;
use lichtfeld_panel::{Frame, Input, Session, Surface, Vec2, render_text};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::sync::{Mutex, PoisonError};

/// One panel's state between drawings, and its last frame.
#[pyclass(module = "lichtfeld.plugins", name = "_PanelSession", frozen)]
pub(super) struct PanelSession {
    identity: PanelIdentity,
    state: Mutex<(Session, Frame)>,
}

impl PanelSession {
    fn locked<R>(&self, action: impl FnOnce(&mut (Session, Frame)) -> R) -> R {
        action(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
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

    /// Draws once; what `draw` raises is in the frame.
    fn draw(&self, py: Python<'_>, panel: &Bound<'_, PyAny>) {
        // The plugin's code runs without the lock.
        let mut session = self.locked(|state| std::mem::take(&mut state.0));
        let frame = crate::layout::draw(py, panel, &self.identity, &mut session);
        self.locked(|state| *state = (session, frame));
    }

    /// The last frame as JSON.
    fn frame(&self) -> PyResult<String> {
        self.locked(|(_, frame)| serde_json::to_string(frame))
            .map_err(|error| PyRuntimeError::new_err(error.to_string()))
    }

    /// The last frame in characters.
    fn text(&self, width: usize) -> String {
        self.locked(|(_, frame)| render_text(frame, width))
    }

    /// Whether the frame asks to be drawn again.
    fn wants_drawing(&self) -> bool {
        self.locked(|(_, frame)| frame.redraw == lichtfeld_panel::Redraw::Again)
    }

    /// Hands over what the user did, as JSON.
    fn push(&self, input: &str) -> PyResult<()> {
        let input: Input = serde_json::from_str(input)
            .map_err(|error| PyValueError::new_err(format!("not an input: {error}")))?;
        self.locked(|(session, _)| session.push_input(input));
        Ok(())
    }

    /// Says how much room there is, and how large a pixel is.
    fn resize(&self, width: f32, height: f32, scale: f32) {
        let mut surface = Surface::default();
        surface.size = Vec2::new(width, height);
        surface.scale = scale;
        self.locked(|(session, _)| session.set_surface(surface));
    }
}
