//! Pictures: images, progress, plots, and shapes drawn by hand.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::pictures::picture;
use lichtfeld_panel::{Kind, Layer, Rgba, Shape, Vec2};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

impl Layout {
    pub(super) fn shape(&self, shape: Shape, color: Rgba, layer: Layer) -> PyResult<()> {
        self.with(|recorder| {
            recorder.place(Kind::Draw {
                shape,
                color,
                layer,
            });
        })
    }

    fn plot(
        &self,
        call: Call<'_>,
        label: &str,
        values: Any<'_, '_>,
        limits: (Option<Any<'_, '_>>, Option<Any<'_, '_>>),
        size: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let finite = |number: f64| number.is_finite().then_some(number as f32);
        let values = call
            .floats("values", values)?
            .into_iter()
            .map(finite)
            .collect();
        let low = call.float_or("scale_min", limits.0, 0.0)?;
        let high = call.float_or("scale_max", limits.1, 0.0)?;
        // Equal limits, as by default, mean: as the values need.
        let (min, max) = if low < high {
            (finite(low), finite(high))
        } else {
            (None, None)
        };
        let size = call.point_or("size", size, Vec2::ZERO)?;
        self.with(|recorder| {
            recorder.widget(label, |label| Kind::Plot {
                label,
                values,
                min,
                max,
                size,
            });
        })
    }
}

fn points(call: Call<'_>, points: Any<'_, '_>) -> PyResult<Vec<Vec2>> {
    let items = call.items("points", "a list of (x, y)", points)?;
    items
        .iter()
        .map(|item| call.point("points", item))
        .collect()
}

#[pymethods]
impl Layout {
    /// How far something is: `fraction` from 0 to 1, with `overlay` written upon it.
    #[pyo3(signature = (fraction, overlay = None, width = None, height = None))]
    fn progress_bar(
        &self,
        fraction: Any<'_, '_>,
        overlay: Option<Any<'_, '_>>,
        width: Option<Any<'_, '_>>,
        height: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("progress_bar");
        let py = fraction.py();
        let fraction = call.pixels("fraction", fraction)?;
        call.check_fraction(py, fraction);
        let fraction = fraction.clamp(0.0, 1.0);
        let overlay = call.text_or("overlay", overlay)?;
        let width = call.pixels_or("width", width, 0.0)?;
        let size = Vec2::new(width, call.pixels_or("height", height, 0.0)?);
        self.with(|recorder| {
            recorder.place(Kind::Progress {
                fraction,
                overlay,
                size,
            });
        })
    }

    /// A curve through `values`; with equal limits as high as the values need.
    #[pyo3(signature = (label, values, scale_min = None, scale_max = None, size = None))]
    fn plot_lines(
        &self,
        label: Any<'_, '_>,
        values: Any<'_, '_>,
        scale_min: Option<Any<'_, '_>>,
        scale_max: Option<Any<'_, '_>>,
        size: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let label = Call::new("plot_lines").text("label", label)?;
        let call = Call::labelled("plot_lines", &label);
        self.plot(call, &label, values, (scale_min, scale_max), size)
    }

    /// An image: a texture's number, or a path; `tint` multiplies its colours.
    #[pyo3(signature = (texture_id, size, tint = None))]
    fn image(
        &self,
        texture_id: Any<'_, '_>,
        size: Any<'_, '_>,
        tint: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("image");
        let picture = picture(call, "texture_id", texture_id)?;
        let size = call.point("size", size)?;
        let tint = tint.map(|tint| call.color("tint", tint)).transpose()?;
        let (uv0, uv1) = (Vec2::ZERO, Vec2::new(1.0, 1.0));
        self.with(|recorder| {
            recorder.place(Kind::Image {
                picture,
                size,
                uv0,
                uv1,
                tint,
            });
        })
    }

    /// The part of an image from `uv0` to `uv1`, each from 0 to 1.
    #[pyo3(signature = (texture_id, size, uv0, uv1, tint = None))]
    fn image_uv(
        &self,
        texture_id: Any<'_, '_>,
        size: Any<'_, '_>,
        uv0: Any<'_, '_>,
        uv1: Any<'_, '_>,
        tint: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("image_uv");
        let picture = picture(call, "texture_id", texture_id)?;
        let size = call.point("size", size)?;
        let (uv0, uv1) = (call.point("uv0", uv0)?, call.point("uv1", uv1)?);
        let tint = tint.map(|tint| call.color("tint", tint)).transpose()?;
        self.with(|recorder| {
            recorder.place(Kind::Image {
                picture,
                size,
                uv0,
                uv1,
                tint,
            });
        })
    }

    /// A circle, over everything.
    #[pyo3(signature = (x, y, radius, color, segments = None, thickness = None))]
    fn draw_circle(
        &self,
        x: Any<'_, '_>,
        y: Any<'_, '_>,
        radius: Any<'_, '_>,
        color: Any<'_, '_>,
        segments: Option<Any<'_, '_>>,
        thickness: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_circle");
        let thickness = call.pixels_or("thickness", thickness, 1.0)?;
        let circle = circle(call, (x, y, radius), segments, false, thickness)?;
        self.shape(circle, call.color("color", color)?, Layer::Foreground)
    }

    /// A filled circle, over everything.
    #[pyo3(signature = (x, y, radius, color, segments = None))]
    fn draw_circle_filled(
        &self,
        x: Any<'_, '_>,
        y: Any<'_, '_>,
        radius: Any<'_, '_>,
        color: Any<'_, '_>,
        segments: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_circle_filled");
        let circle = circle(call, (x, y, radius), segments, true, 1.0)?;
        self.shape(circle, call.color("color", color)?, Layer::Foreground)
    }

    /// A polygon's outline, or a line through several points.
    #[pyo3(signature = (points, color, closed = None, thickness = None))]
    fn draw_polyline(
        &self,
        points: Any<'_, '_>,
        color: Any<'_, '_>,
        closed: Option<Any<'_, '_>>,
        thickness: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("draw_polyline");
        let points = self::points(call, points)?;
        let closed = call.flag_or("closed", closed, false)?;
        let thickness = call.pixels_or("thickness", thickness, 1.0)?;
        let shape = Shape::Path {
            points,
            closed,
            filled: false,
            thickness,
        };
        self.shape(shape, call.color("color", color)?, Layer::Foreground)
    }

    /// A filled polygon.
    fn draw_poly_filled(&self, points: Any<'_, '_>, color: Any<'_, '_>) -> PyResult<()> {
        let call = Call::new("draw_poly_filled");
        let points = self::points(call, points)?;
        let shape = Shape::Path {
            points,
            closed: true,
            filled: true,
            thickness: 1.0,
        };
        self.shape(shape, call.color("color", color)?, Layer::Foreground)
    }
}

fn circle(
    call: Call<'_>,
    (x, y, radius): (Any<'_, '_>, Any<'_, '_>, Any<'_, '_>),
    segments: Option<Any<'_, '_>>,
    filled: bool,
    thickness: f32,
) -> PyResult<Shape> {
    let segments = call.int_or("segments", segments, 32)?;
    Ok(Shape::Circle {
        centre: Vec2::new(call.pixels("x", x)?, call.pixels("y", y)?),
        radius: call.pixels("radius", radius)?,
        segments: u32::try_from(segments.clamp(3, 4096)).unwrap_or(32),
        filled,
        thickness,
    })
}
