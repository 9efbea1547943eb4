//! Questions to the front end: sizes, places, focus.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{Surface, TextMetrics, Vec2};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

impl Layout {
    fn surface<R>(&self, read: impl FnOnce(&Surface) -> R) -> PyResult<R> {
        self.with(|recorder| read(recorder.surface()))
    }

    /// Measures without the recorder, and without the GIL if a function of the front end does it.
    fn measure<R: Send>(
        &self,
        py: Python<'_>,
        read: impl FnOnce(&TextMetrics) -> R + Send,
    ) -> PyResult<R> {
        let metrics = self.with(|recorder| recorder.text_metrics().clone())?;
        Ok(if metrics.is_measured() {
            py.detach(|| read(&metrics))
        } else {
            read(&metrics)
        })
    }
}

fn both(vector: Vec2) -> (f32, f32) {
    (vector.x(), vector.y())
}

#[pymethods]
impl Layout {
    /// Whether the keyboard is for this panel.
    fn is_window_focused(&self) -> PyResult<bool> {
        self.surface(|surface| surface.focused)
    }

    /// Whether the pointer is over this panel.
    fn is_window_hovered(&self) -> PyResult<bool> {
        self.surface(|surface| surface.hovered)
    }

    /// How many pixels of the display one pixel of the layout is: 1.0, 1.5, 2.0.
    fn get_dpi_scale(&self) -> PyResult<f32> {
        self.surface(|surface| surface.scale)
    }

    /// The room for the panel's content: `(width, height)` in pixels.
    fn get_content_region_avail(&self) -> PyResult<(f32, f32)> {
        self.surface(|surface| both(surface.size))
    }

    /// The panel's width, in pixels.
    fn get_window_width(&self) -> PyResult<f32> {
        self.surface(|surface| surface.size.x())
    }

    /// The panel's upper left corner on the screen: `(x, y)`.
    fn get_window_pos(&self) -> PyResult<(f32, f32)> {
        self.surface(|surface| both(surface.position))
    }

    /// The upper left corner of the application's view: `(x, y)`.
    fn get_viewport_pos(&self) -> PyResult<(f32, f32)> {
        self.with(|_| (0.0, 0.0))
    }

    /// The size of the application's view: `(width, height)`.
    fn get_viewport_size(&self) -> PyResult<(f32, f32)> {
        self.surface(|surface| both(surface.viewport))
    }

    /// The panel's upper left corner on the screen, where front ends place what is drawn by hand.
    fn get_cursor_screen_pos(&self) -> PyResult<(f32, f32)> {
        self.surface(|surface| both(surface.position))
    }

    /// The origin of `set_cursor_pos`; where the next widget will be is known to the front end alone.
    fn get_cursor_pos(&self) -> PyResult<(f32, f32)> {
        self.with(|_| (0.0, 0.0))
    }

    /// The height of a line of text, in pixels.
    fn get_text_line_height(&self, py: Python<'_>) -> PyResult<f32> {
        self.measure(py, TextMetrics::line_height)
    }

    /// How large the text is: `(width, height)` in pixels. The front end measures it; in a process of
    /// its own the widths of single characters are added, and if the front end measures nothing, a
    /// character is 7 pixels wide.
    fn calc_text_size(&self, text: Any<'_, '_>) -> PyResult<(f32, f32)> {
        let py = text.py();
        let text = Call::new("calc_text_size").text("text", text)?;
        self.measure(py, |metrics| both(metrics.size(&text)))
    }
}
