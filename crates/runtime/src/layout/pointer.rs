//! Questions about the pointer: over what it is, clicks, drags, the wheel.
//!
//! A panel is drawn when something happens, not sixty times a second: an event is seen in one drawing,
//! as it would be in one frame of an application that draws always.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{MouseButton, Recorder};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// Reads a number of a button.
fn button(call: Call<'_>, button: Option<Any<'_, '_>>) -> PyResult<MouseButton> {
    match call.int_or("button", button, 0)? {
        0 => Ok(MouseButton::Primary),
        1 => Ok(MouseButton::Secondary),
        2 => Ok(MouseButton::Middle),
        _ => Err(call.wrong_value("button", "is 0 (left), 1 (right) or 2 (wheel)")),
    }
}

#[pymethods]
impl Layout {
    /// Whether the pointer is over the last widget.
    fn is_item_hovered(&self) -> PyResult<bool> {
        self.with(Recorder::is_hovered)
    }

    /// Whether the last widget was clicked: with the left button (0), the right (1), the wheel (2).
    #[pyo3(signature = (button = None))]
    fn is_item_clicked(&self, button: Option<Any<'_, '_>>) -> PyResult<bool> {
        let button = self::button(Call::new("is_item_clicked"), button)?;
        self.with(|recorder| recorder.clicked() == Some(button))
    }

    /// Whether the last widget was clicked twice in quick succession, with the left button (0), the
    /// right (1) or the wheel (2). It returned its clicks before.
    #[pyo3(signature = (button = None))]
    fn is_item_double_clicked(&self, button: Option<Any<'_, '_>>) -> PyResult<bool> {
        let button = self::button(Call::new("is_item_double_clicked"), button)?;
        self.with(|recorder| recorder.double_clicked() == Some(button))
    }

    /// Whether the user is at the last widget: clicked it just now, holds it with the pointer, or edits
    /// it.
    fn is_item_active(&self) -> PyResult<bool> {
        self.with(Recorder::is_active)
    }

    /// Whether something in the panel was clicked twice in quick succession, with the left button (0),
    /// the right (1) or the wheel (2).
    #[pyo3(signature = (button = None))]
    fn is_mouse_double_clicked(&self, button: Option<Any<'_, '_>>) -> PyResult<bool> {
        let button = self::button(Call::new("is_mouse_double_clicked"), button)?;
        self.with(|recorder| recorder.pointer_double_clicked() == Some(button))
    }

    /// Whether the pointer moves with a button held that was pressed in the panel: the left (0), the
    /// right (1) or the wheel (2).
    #[pyo3(signature = (button = None))]
    fn is_mouse_dragging(&self, button: Option<Any<'_, '_>>) -> PyResult<bool> {
        let button = self::button(Call::new("is_mouse_dragging"), button)?;
        self.with(|recorder| recorder.pointer_dragged() == Some(button))
    }

    /// How many lines the wheel was turned since the drawing before; away from the user is positive.
    fn get_mouse_wheel(&self) -> PyResult<f32> {
        self.with(|recorder| recorder.wheel().y())
    }

    /// How far the pointer has moved since the drawing before: `(x, y)` in pixels. It is known while
    /// the pointer is over the panel, and while something is dragged.
    fn get_mouse_delta(&self) -> PyResult<(f32, f32)> {
        self.with(|recorder| {
            let delta = recorder.pointer_delta();
            (delta.x(), delta.y())
        })
    }

    /// The pointer on the screen: `(x, y)`.
    fn get_mouse_pos(&self) -> PyResult<(f32, f32)> {
        self.with(|recorder| {
            let (at, panel) = (recorder.pointer(), recorder.surface().position);
            (panel.x() + at.x(), panel.y() + at.y())
        })
    }
}
