//! One drawing: a panel's `draw(layout)` is called, and what it draws becomes a frame.

use crate::layout::failure;
use crate::layout::handle::{Drawing, Layout};
use lichtfeld_panel::{Frame, PanelIdentity, Recorder, Session};
use pyo3::intern;
use pyo3::prelude::*;
use std::sync::Arc;

/// Draws a panel, or anything with a method `draw(layout)`, once. Never raises: an exception
/// becomes the frame's error. After that the layout answers every call with a `RuntimeError`.
pub fn draw(
    py: Python<'_>,
    panel: &Bound<'_, PyAny>,
    identity: &PanelIdentity,
    session: &mut Session,
) -> Frame {
    draw_by(py, identity, session, |layout| {
        panel.call_method1(intern!(py, "draw"), (layout,)).map(drop)
    })
}

/// The same by `draw`, which is called with the layout.
pub(crate) fn draw_by(
    py: Python<'_>,
    identity: &PanelIdentity,
    session: &mut Session,
    draw: impl FnOnce(Py<Layout>) -> PyResult<()>,
) -> Frame {
    let recorder = std::mem::take(session).record(identity.clone());
    let drawing = Arc::new(Drawing::new(recorder));
    let result = Py::new(py, Layout::new(Arc::clone(&drawing))).and_then(draw);
    let Some(recorder) = drawing.end() else {
        return Frame::new(identity.clone());
    };
    let (frame, settled) = match result {
        Ok(()) => {
            let (mut frame, settled) = recorder.finish();
            crate::textures::settle(&identity.id, &mut frame);
            (frame, settled)
        }
        Err(error) => recorder.fail(failure::describe(py, &error)),
    };
    *session = settled;
    frame
}

/// Draws something inside a panel that is being drawn, with a layout of its own on that panel's
/// recorder. Returns the recorder, or `None` if it was lost.
pub(crate) fn draw_inside(
    py: Python<'_>,
    recorder: Recorder,
    draw: impl FnOnce(&Bound<'_, PyAny>) -> Result<(), String>,
) -> (Option<Recorder>, Result<(), String>) {
    let drawing = Arc::new(Drawing::new(recorder));
    let drawn = Py::new(py, Layout::new(Arc::clone(&drawing)))
        .map_err(|error| error.to_string())
        .and_then(|layout| draw(layout.bind(py).as_any()));
    (drawing.end(), drawn)
}
