//! What a panel's `draw(layout)` is given: every widget as a Python method.
//!
//! A drawing records a frame ([`lichtfeld_panel`]) and answers from what the user did. Nothing of
//! the recorder's is locked while Python code runs, so property callbacks, `__index__` and other
//! code of the plugin may call the layout again.
//!
//! - `handle`: the class [`Layout`], and when it can be used;
//! - `args`: arguments, and messages that name the widget and the argument;
//! - `failure`: an exception as the panel's content;
//! - `probe`: drawing without a host, for tests of plugins;
//! - the others: the widgets, by what they are for.

mod args;
mod buttons;
mod choices;
mod collections;
mod containers;
mod dragging;
mod drawing;
mod failure;
pub(crate) use failure::{nearest, traceback_of};
mod handle;
mod hints;
mod numbers;
mod outcome;
mod popups;
mod probe;
mod properties;
mod queries;
mod registered;
mod shapes;
mod spacing;
mod sublayout;
mod tables;
mod text;

pub use handle::Layout;
pub use lichtfeld_panel::PanelIdentity;

use handle::Drawing;
use lichtfeld_panel::{Frame, Recorder, Session};
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
        return Frame::new(identity.clone());
    };
    let (frame, settled) = match result {
        Ok(_) => recorder.finish(),
        Err(error) => recorder.fail(failure::describe(py, &error)),
    };
    *session = settled;
    frame
}

/// Draws something inside a panel that is being drawn, with a layout of its own on that one's
/// recorder, which is returned.
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

/// Adds the classes of this module to `lichtfeld.plugins`.
///
/// # Errors
/// What Python raises when a class cannot be made.
pub fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Layout>()?;
    module.add_class::<probe::PanelSession>()
}

#[cfg(test)]
mod tests;
