//! Rectangles, triangles, lines and text drawn by hand: over everything, or in the panel's window.

#![expect(
    clippy::too_many_arguments,
    reason = "the signatures are what plugins call"
)]

use super::args::Call;
use super::handle::Layout;
use lichtfeld_panel::{Layer, Shape, Vec2};
use pyo3::prelude::*;
use smol_str::SmolStr;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// Where a shape goes that is not bound to the window.
fn layer(call: Call<'_>, background: Option<Any<'_, '_>>) -> PyResult<Layer> {
    let is_behind = call.flag_or("background", background, false)?;
    Ok(if is_behind {
        Layer::Background
    } else {
        Layer::Foreground
    })
}

fn corners(
    call: Call<'_>,
    x0: Any<'_, '_>,
    y0: Any<'_, '_>,
    x1: Any<'_, '_>,
    y1: Any<'_, '_>,
) -> PyResult<(Vec2, Vec2)> {
    let from = Vec2::new(call.pixels("x0", x0)?, call.pixels("y0", y0)?);
    Ok((
        from,
        Vec2::new(call.pixels("x1", x1)?, call.pixels("y1", y1)?),
    ))
}

fn outline((min, max): (Vec2, Vec2), rounding: f32, thickness: f32) -> Shape {
    Shape::Rect {
        min,
        max,
        rounding,
        filled: false,
        thickness,
    }
}

fn filled((min, max): (Vec2, Vec2), rounding: f32) -> Shape {
    Shape::Rect {
        min,
        max,
        rounding,
        filled: true,
        thickness: 1.0,
    }
}

#[pymethods]
impl Layout {
    /// The outline of a rectangle, over everything.
    #[pyo3(signature = (x0, y0, x1, y1, color, thickness = None))]
    fn draw_rect(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        thickness: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_rect");
        let at = corners(call, x0, y0, x1, y1)?;
        let shape = outline(at, 0.0, call.pixels_or("thickness", thickness, 1.0)?);
        self.shape(shape, call.color("color", color)?, Layer::Foreground)
    }

    /// A filled rectangle, over everything, or behind all panels if `background`.
    #[pyo3(signature = (x0, y0, x1, y1, color, background = None))]
    fn draw_rect_filled(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        background: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_rect_filled");
        let shape = filled(corners(call, x0, y0, x1, y1)?, 0.0);
        self.shape(shape, call.color("color", color)?, layer(call, background)?)
    }

    /// The outline of a rectangle with round corners, over everything, or behind all panels if `background`.
    #[pyo3(signature = (x0, y0, x1, y1, color, rounding, thickness = None, background = None))]
    fn draw_rect_rounded(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        rounding: Any<'_, '_>,
        thickness: Option<Any<'_, '_>>,
        background: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_rect_rounded");
        let at = corners(call, x0, y0, x1, y1)?;
        let thickness = call.pixels_or("thickness", thickness, 1.0)?;
        let shape = outline(at, call.pixels("rounding", rounding)?, thickness);
        self.shape(shape, call.color("color", color)?, layer(call, background)?)
    }

    /// A filled rectangle with round corners, over everything, or behind all panels if `background`.
    #[pyo3(signature = (x0, y0, x1, y1, color, rounding, background = None))]
    fn draw_rect_rounded_filled(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        rounding: Any<'_, '_>,
        background: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_rect_rounded_filled");
        let at = corners(call, x0, y0, x1, y1)?;
        let shape = filled(at, call.pixels("rounding", rounding)?);
        self.shape(shape, call.color("color", color)?, layer(call, background)?)
    }

    /// A filled triangle, over everything, or behind all panels if `background`.
    #[pyo3(signature = (x0, y0, x1, y1, x2, y2, color, background = None))]
    fn draw_triangle_filled(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        x2: Any<'_, '_>,
        y2: Any<'_, '_>,
        color: Any<'_, '_>,
        background: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_triangle_filled");
        let (first, second) = corners(call, x0, y0, x1, y1)?;
        let third = Vec2::new(call.pixels("x2", x2)?, call.pixels("y2", y2)?);
        let points = vec![first, second, third];
        let shape = Shape::Path {
            points,
            closed: true,
            filled: true,
            thickness: 1.0,
        };
        self.shape(shape, call.color("color", color)?, layer(call, background)?)
    }

    /// A line, over everything.
    #[pyo3(signature = (x0, y0, x1, y1, color, thickness = None))]
    fn draw_line(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        thickness: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_line");
        let (from, to) = corners(call, x0, y0, x1, y1)?;
        let thickness = call.pixels_or("thickness", thickness, 1.0)?;
        let points = vec![from, to];
        let shape = Shape::Path {
            points,
            closed: false,
            filled: false,
            thickness,
        };
        self.shape(shape, call.color("color", color)?, Layer::Foreground)
    }

    /// Text with its upper left corner at `(x, y)`, over everything, or behind all panels if `background`.
    #[pyo3(signature = (x, y, text, color, background = None))]
    fn draw_text(
        &self,
        x: Any<'_, '_>,
        y: Any<'_, '_>,
        text: Any<'_, '_>,
        color: Any<'_, '_>,
        background: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_text");
        let at = Vec2::new(call.pixels("x", x)?, call.pixels("y", y)?);
        let text = SmolStr::new(call.text("text", text)?);
        self.shape(
            Shape::Text { at, text },
            call.color("color", color)?,
            layer(call, background)?,
        )
    }

    /// The outline of a rectangle, in the panel's window.
    #[pyo3(signature = (x0, y0, x1, y1, color, thickness = None))]
    fn draw_window_rect(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        thickness: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_window_rect");
        let at = corners(call, x0, y0, x1, y1)?;
        let shape = outline(at, 0.0, call.pixels_or("thickness", thickness, 1.0)?);
        self.shape(shape, call.color("color", color)?, Layer::Window)
    }

    /// A filled rectangle, in the panel's window.
    #[pyo3(signature = (x0, y0, x1, y1, color))]
    fn draw_window_rect_filled(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
    ) -> PyResult<()> {
        let call = Call::new("draw_window_rect_filled");
        let shape = filled(corners(call, x0, y0, x1, y1)?, 0.0);
        self.shape(shape, call.color("color", color)?, Layer::Window)
    }

    /// The outline of a rectangle with round corners, in the panel's window.
    #[pyo3(signature = (x0, y0, x1, y1, color, rounding, thickness = None))]
    fn draw_window_rect_rounded(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        rounding: Any<'_, '_>,
        thickness: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_window_rect_rounded");
        let at = corners(call, x0, y0, x1, y1)?;
        let thickness = call.pixels_or("thickness", thickness, 1.0)?;
        let shape = outline(at, call.pixels("rounding", rounding)?, thickness);
        self.shape(shape, call.color("color", color)?, Layer::Window)
    }

    /// A filled rectangle with round corners, in the panel's window.
    #[pyo3(signature = (x0, y0, x1, y1, color, rounding))]
    fn draw_window_rect_rounded_filled(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        rounding: Any<'_, '_>,
    ) -> PyResult<()> {
        let call = Call::new("draw_window_rect_rounded_filled");
        let at = corners(call, x0, y0, x1, y1)?;
        let shape = filled(at, call.pixels("rounding", rounding)?);
        self.shape(shape, call.color("color", color)?, Layer::Window)
    }

    /// A filled triangle, in the panel's window.
    #[pyo3(signature = (x0, y0, x1, y1, x2, y2, color))]
    fn draw_window_triangle_filled(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        x2: Any<'_, '_>,
        y2: Any<'_, '_>,
        color: Any<'_, '_>,
    ) -> PyResult<()> {
        let call = Call::new("draw_window_triangle_filled");
        let (first, second) = corners(call, x0, y0, x1, y1)?;
        let third = Vec2::new(call.pixels("x2", x2)?, call.pixels("y2", y2)?);
        let points = vec![first, second, third];
        let shape = Shape::Path {
            points,
            closed: true,
            filled: true,
            thickness: 1.0,
        };
        self.shape(shape, call.color("color", color)?, Layer::Window)
    }

    /// A line, in the panel's window.
    #[pyo3(signature = (x0, y0, x1, y1, color, thickness = None))]
    fn draw_window_line(
        &self,
        x0: Any<'_, '_>,
        y0: Any<'_, '_>,
        x1: Any<'_, '_>,
        y1: Any<'_, '_>,
        color: Any<'_, '_>,
        thickness: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_window_line");
        let (from, to) = corners(call, x0, y0, x1, y1)?;
        let thickness = call.pixels_or("thickness", thickness, 1.0)?;
        let points = vec![from, to];
        let shape = Shape::Path {
            points,
            closed: false,
            filled: false,
            thickness,
        };
        self.shape(shape, call.color("color", color)?, Layer::Window)
    }

    /// Text with its upper left corner at `(x, y)`, in the panel's window.
    #[pyo3(signature = (x, y, text, color))]
    fn draw_window_text(
        &self,
        x: Any<'_, '_>,
        y: Any<'_, '_>,
        text: Any<'_, '_>,
        color: Any<'_, '_>,
    ) -> PyResult<()> {
        let call = Call::new("draw_window_text");
        let at = Vec2::new(call.pixels("x", x)?, call.pixels("y", y)?);
        let text = SmolStr::new(call.text("text", text)?);
        self.shape(
            Shape::Text { at, text },
            call.color("color", color)?,
            Layer::Window,
        )
    }
}
