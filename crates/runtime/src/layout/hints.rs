//! Calls that ask something of the application's own window system.
//!
//! A frame is drawn by any front end, later, so these have nothing to act upon. They are accepted,
//! with their arguments checked, since a plugin that makes a window see-through should not fail
//! where that cannot be done.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

#[pymethods]
impl Layout {
    /// Accepted: the front end keeps the keyboard to what has the focus.
    #[pyo3(signature = (capture = None))]
    fn capture_keyboard_from_app(&self, capture: Option<Any<'_, '_>>) -> PyResult<()> {
        Call::new("capture_keyboard_from_app").flag_or("capture", capture, true)?;
        self.with(|_| ())
    }

    /// Accepted: the front end keeps the pointer to what it is over.
    #[pyo3(signature = (capture = None))]
    fn capture_mouse_from_app(&self, capture: Option<Any<'_, '_>>) -> PyResult<()> {
        Call::new("capture_mouse_from_app").flag_or("capture", capture, true)?;
        self.with(|_| ())
    }

    /// Accepted: front ends have pointers of their own.
    fn set_mouse_cursor_hand(&self) -> PyResult<()> {
        self.with(|_| ())
    }

    /// Accepted: front ends place windows that have no position.
    fn set_next_window_pos_center(&self) -> PyResult<()> {
        self.with(|_| ())
    }

    /// Accepted: front ends place windows that have no position.
    #[pyo3(signature = (first_use = None))]
    fn set_next_window_pos_centered(&self, first_use: Option<Any<'_, '_>>) -> PyResult<()> {
        Call::new("set_next_window_pos_centered").flag_or("first_use", first_use, false)?;
        self.with(|_| ())
    }

    /// Accepted: front ends place windows that have no position.
    #[pyo3(signature = (always = None))]
    fn set_next_window_pos_viewport_center(&self, always: Option<Any<'_, '_>>) -> PyResult<()> {
        Call::new("set_next_window_pos_viewport_center").flag_or("always", always, false)?;
        self.with(|_| ())
    }

    /// Accepted: front ends decide which window is in front.
    fn set_next_window_focus(&self) -> PyResult<()> {
        self.with(|_| ())
    }

    /// Accepted: front ends have a style of their own.
    fn set_next_window_bg_alpha(&self, alpha: Any<'_, '_>) -> PyResult<()> {
        Call::new("set_next_window_bg_alpha").float("alpha", alpha)?;
        self.with(|_| ())
    }
}
