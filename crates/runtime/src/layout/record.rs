//! One drawing: a panel's `draw(layout)` is called, and what it draws becomes a frame.

use crate::layout::failure;
use crate::layout::handle::{Drawing, Layout};
use lichtfeld_panel::{Frame, PanelIdentity, Session};
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
    let recorder = std::mem::take(session).record(identity.clone());
    let drawing = Arc::new(Drawing::new(recorder));
    let result = Py::new(py, Layout::new(Arc::clone(&drawing)))
        .and_then(|layout| panel.call_method1(intern!(py, "draw"), (layout,)));
    let Some(recorder) = drawing.end() else {
        return Frame {
            panel: identity.clone(),
            ..Frame::default()
        };
    };
    let (frame, settled) = match result {
        Ok(_) => recorder.finish(),
        Err(error) => recorder.fail(failure::describe(py, &error)),
    };
    *session = settled;
    frame
}
