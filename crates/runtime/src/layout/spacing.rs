//! Where widgets stand: lines, room, widths, focus, scrolling.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{Kind, SameLine, ScopeKind};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// The width of one level of indentation.
const INDENT: f32 = 16.0;

/// Returns the width, or that of one level if it is 0.
fn indentation(call: Call<'_>, width: Option<Any<'_, '_>>) -> PyResult<f32> {
    let width = call.pixels_or("width", width, 0.0)?;
    Ok(if width == 0.0 { INDENT } else { width })
}

#[pymethods]
impl Layout {
    /// A line across.
    fn separator(&self) -> PyResult<()> {
        self.with(|recorder| recorder.place(Kind::Separator))
    }

    /// A little room.
    fn spacing(&self) -> PyResult<()> {
        self.with(|recorder| recorder.place(Kind::Spacing))
    }

    /// Ends the line.
    fn new_line(&self) -> PyResult<()> {
        self.with(|recorder| recorder.place(Kind::NewLine))
    }

    /// Puts the next widget on the line of the one before: at `offset` pixels, or after it with
    /// `spacing` pixels between.
    #[pyo3(signature = (offset = None, spacing = None))]
    fn same_line(&self, offset: Option<Any<'_, '_>>, spacing: Option<Any<'_, '_>>) -> PyResult<()> {
        let call = Call::new("same_line");
        let offset = call.pixels_or("offset", offset, 0.0)?;
        let spacing = call.pixels_or("spacing", spacing, -1.0)?;
        self.with(|recorder| recorder.same_line(SameLine::new(offset, spacing)))
    }

    /// Moves what follows to the right, by one level or so many pixels.
    #[pyo3(signature = (width = None))]
    fn indent(&self, width: Option<Any<'_, '_>>) -> PyResult<()> {
        let width = indentation(Call::new("indent"), width)?;
        self.with(|recorder| recorder.indent(width))
    }

    /// Takes back an `indent` of the same width.
    #[pyo3(signature = (width = None))]
    fn unindent(&self, width: Option<Any<'_, '_>>) -> PyResult<()> {
        let width = indentation(Call::new("unindent"), width)?;
        self.with(|recorder| recorder.indent(-width))
    }

    /// The width of the next widget, in pixels; negative: so much room is left at the right.
    fn set_next_item_width(&self, width: Any<'_, '_>) -> PyResult<()> {
        let width = Call::new("set_next_item_width").pixels("width", width)?;
        self.with(|recorder| recorder.set_next_width(width))
    }

    /// The width of all widgets until `pop_item_width()`.
    fn push_item_width(&self, py: Python<'_>, width: Any<'_, '_>) -> PyResult<()> {
        let width = Call::new("push_item_width").pixels("width", width)?;
        let at = self.caller(py);
        self.with(|recorder| recorder.push_item_width(width, at))
    }

    /// Takes back the last `push_item_width()`.
    fn pop_item_width(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::ItemWidth)
    }

    /// Puts what follows at `(x, y)`, in pixels from the panel's content.
    fn set_cursor_pos(&self, pos: Any<'_, '_>) -> PyResult<()> {
        let pos = Call::new("set_cursor_pos").point("pos", pos)?;
        self.with(|recorder| {
            recorder.place(Kind::Cursor {
                x: Some(pos.x()),
                y: Some(pos.y()),
            });
        })
    }

    /// Puts what follows at `x`, in pixels from the left edge of the panel's content.
    fn set_cursor_pos_x(&self, x: Any<'_, '_>) -> PyResult<()> {
        let x = Call::new("set_cursor_pos_x").pixels("x", x)?;
        self.with(|recorder| {
            recorder.place(Kind::Cursor {
                x: Some(x),
                y: None,
            });
        })
    }

    /// Scrolls to the last widget: 0 puts it at the upper edge, 1 at the lower.
    #[pyo3(signature = (center_y_ratio = None))]
    fn set_scroll_here_y(&self, center_y_ratio: Option<Any<'_, '_>>) -> PyResult<()> {
        let ratio =
            Call::new("set_scroll_here_y").pixels_or("center_y_ratio", center_y_ratio, 0.5)?;
        let ratio = ratio.clamp(0.0, 1.0);
        self.with(|recorder| recorder.place(Kind::ScrollHere { ratio }))
    }

    /// Moves the keyboard focus to the next widget.
    fn set_keyboard_focus_here(&self) -> PyResult<()> {
        self.with(lichtfeld_panel::Recorder::set_next_focus)
    }

    /// What the pointer shows over the last widget.
    fn set_tooltip(&self, text: Any<'_, '_>) -> PyResult<()> {
        let text = Call::new("set_tooltip").text("text", text)?;
        self.with(|recorder| recorder.tooltip(&text))
    }
}

impl Layout {
    /// Closes an open scope; an error names the position of the call.
    pub(super) fn end(&self, py: Python<'_>, scope: ScopeKind) -> PyResult<()> {
        // The position is only for errors, but must be read before the recorder is borrowed.
        let at = self.caller(py);
        self.with(|recorder| recorder.end(scope, at))
    }
}
