//! Rectangles, triangles, lines and text drawn by hand: over everything, or in the panel's window.

#![expect(
    clippy::too_many_arguments,
    reason = "the signatures are what plugins call"
)]

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{Layer, Shape, Text, Vec2};
use pyo3::prelude::*;

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

/// The outline of a rectangle between two corners.
fn outline((min, max): (Vec2, Vec2), rounding: f32, thickness: f32) -> Shape {
    Shape::Rect {
        min,
        max,
        rounding,
        filled: false,
        thickness,
    }
}

/// A filled rectangle between two corners.
fn filled((min, max): (Vec2, Vec2), rounding: f32) -> Shape {
    Shape::Rect {
        min,
        max,
        rounding,
        filled: true,
        thickness: 1.0,
    }
}

fn triangle((first, second): (Vec2, Vec2), third: Vec2) -> Shape {
    Shape::Path {
        points: vec![first, second, third],
        closed: true,
        filled: true,
        thickness: 1.0,
    }
}

fn line((from, to): (Vec2, Vec2), thickness: f32) -> Shape {
    Shape::Path {
        points: vec![from, to],
        closed: false,
        filled: false,
        thickness,
    }
}

fn width(call: Call<'_>, thickness: Option<Any<'_, '_>>) -> PyResult<f32> {
    call.pixels_or("thickness", thickness, 1.0)
}

fn at(call: Call<'_>, (x, y): (Any<'_, '_>, Any<'_, '_>)) -> PyResult<Vec2> {
    Ok(Vec2::new(call.pixels("x", x)?, call.pixels("y", y)?))
}

fn corner(call: Call<'_>, (x2, y2): (Any<'_, '_>, Any<'_, '_>)) -> PyResult<Vec2> {
    Ok(Vec2::new(call.pixels("x2", x2)?, call.pixels("y2", y2)?))
}

fn words(call: Call<'_>, at: Vec2, text: Any<'_, '_>) -> PyResult<Shape> {
    let text = Text::new(call.text("text", text)?);
    Ok(Shape::Text { at, text })
}

/// A method for each line of a table: its name, its arguments (those after the `;` may be left
/// out), the shape that they make and where it is drawn. Each has a colour.
macro_rules! shapes {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident($($given:ident),+ $(; $($left:ident),+)?)
            |$call:ident, $color:ident| $shape:expr => $layer:expr;
    )+) => {
        #[pymethods]
        impl Layout {$(
            $(#[doc = $doc])+
            #[pyo3(signature = ($($given),+ $(, $($left = None),+)?))]
            fn $name(
                &self,
                $($given: Any<'_, '_>,)+
                $($($left: Option<Any<'_, '_>>,)+)?
            ) -> PyResult<()> {
                let $call = Call::new(stringify!($name));
                let shape = $shape;
                self.shape(shape, $call.color("color", $color)?, $layer)
            }
        )+}
    };
}

shapes! {
    /// The outline of a rectangle, over everything.
    draw_rect(x0, y0, x1, y1, color; thickness) |call, color|
        outline(corners(call, x0, y0, x1, y1)?, 0.0, width(call, thickness)?)
        => Layer::Foreground;

    /// A filled rectangle, over everything, or behind all panels if `background`.
    draw_rect_filled(x0, y0, x1, y1, color; background) |call, color|
        filled(corners(call, x0, y0, x1, y1)?, 0.0)
        => layer(call, background)?;

    /// The outline of a rectangle with round corners, over everything, or behind all panels if
    /// `background`.
    draw_rect_rounded(x0, y0, x1, y1, color, rounding; thickness, background) |call, color|
        outline(
            corners(call, x0, y0, x1, y1)?,
            call.pixels("rounding", rounding)?,
            width(call, thickness)?,
        )
        => layer(call, background)?;

    /// A filled rectangle with round corners, over everything, or behind all panels if
    /// `background`.
    draw_rect_rounded_filled(x0, y0, x1, y1, color, rounding; background) |call, color|
        filled(corners(call, x0, y0, x1, y1)?, call.pixels("rounding", rounding)?)
        => layer(call, background)?;

    /// A filled triangle, over everything, or behind all panels if `background`.
    draw_triangle_filled(x0, y0, x1, y1, x2, y2, color; background) |call, color|
        triangle(corners(call, x0, y0, x1, y1)?, corner(call, (x2, y2))?)
        => layer(call, background)?;

    /// A line, over everything.
    draw_line(x0, y0, x1, y1, color; thickness) |call, color|
        line(corners(call, x0, y0, x1, y1)?, width(call, thickness)?)
        => Layer::Foreground;

    /// Text with its upper left corner at `(x, y)`, over everything, or behind all panels if
    /// `background`.
    draw_text(x, y, text, color; background) |call, color|
        words(call, at(call, (x, y))?, text)?
        => layer(call, background)?;

    /// The outline of a rectangle, in the panel's window.
    draw_window_rect(x0, y0, x1, y1, color; thickness) |call, color|
        outline(corners(call, x0, y0, x1, y1)?, 0.0, width(call, thickness)?)
        => Layer::Window;

    /// A filled rectangle, in the panel's window.
    draw_window_rect_filled(x0, y0, x1, y1, color) |call, color|
        filled(corners(call, x0, y0, x1, y1)?, 0.0)
        => Layer::Window;

    /// The outline of a rectangle with round corners, in the panel's window.
    draw_window_rect_rounded(x0, y0, x1, y1, color, rounding; thickness) |call, color|
        outline(
            corners(call, x0, y0, x1, y1)?,
            call.pixels("rounding", rounding)?,
            width(call, thickness)?,
        )
        => Layer::Window;

    /// A filled rectangle with round corners, in the panel's window.
    draw_window_rect_rounded_filled(x0, y0, x1, y1, color, rounding) |call, color|
        filled(corners(call, x0, y0, x1, y1)?, call.pixels("rounding", rounding)?)
        => Layer::Window;

    /// A filled triangle, in the panel's window.
    draw_window_triangle_filled(x0, y0, x1, y1, x2, y2, color) |call, color|
        triangle(corners(call, x0, y0, x1, y1)?, corner(call, (x2, y2))?)
        => Layer::Window;

    /// A line, in the panel's window.
    draw_window_line(x0, y0, x1, y1, color; thickness) |call, color|
        line(corners(call, x0, y0, x1, y1)?, width(call, thickness)?)
        => Layer::Window;

    /// Text with its upper left corner at `(x, y)`, in the panel's window.
    draw_window_text(x, y, text, color) |call, color|
        words(call, at(call, (x, y))?, text)?
        => Layer::Window;
}
