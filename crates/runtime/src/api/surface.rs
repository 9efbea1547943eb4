//! What a host draws a panel on.

use crate::api::shown::either;
use lichtfeld_panel::{TextMetrics, Vec2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicBool, Ordering};

fn vector(name: &str, (x, y): (f32, f32)) -> PyResult<Vec2> {
    if x.is_finite() && y.is_finite() {
        return Ok(Vec2::new(x, y));
    }
    Err(PyValueError::new_err(format!(
        "{name}=({x}, {y}) is not two finite numbers"
    )))
}

fn extent(name: &str, size: (f32, f32)) -> PyResult<Vec2> {
    let vector = vector(name, size)?;
    if vector.x() >= 0.0 && vector.y() >= 0.0 {
        return Ok(vector);
    }
    Err(PyValueError::new_err(format!(
        "{name}=({}, {}) is negative",
        size.0, size.1
    )))
}

/// Returns the value of this name.
pub(crate) fn named<T: DeserializeOwned>(what: &str, name: &str) -> PyResult<T> {
    let read = serde_json::from_value(serde_json::Value::from(name));
    read.map_err(|error| PyValueError::new_err(format!("{what}: {error}")))
}

/// Measures by a function of Python.
fn metrics(measure: Bound<'_, PyAny>) -> PyResult<TextMetrics> {
    if !measure.is_callable() {
        return Err(PyTypeError::new_err(format!(
            "measure is a function of a text and the size of the font, not {measure}"
        )));
    }
    // The object lives as long as the metrics do, so its address is not that of another one.
    let identity = [measure.as_ptr().addr(), 0];
    let measure = measure.unbind();
    let has_failed = AtomicBool::new(false);
    Ok(TextMetrics::identified(identity, move |line, size| {
        Python::attach(|py| {
            let measured = measure.bind(py).call1((line, size));
            let measured = measured.and_then(|size| size.extract::<(f32, f32)>());
            measured.unwrap_or_else(|error| {
                // Once: it is called for each text.
                if !has_failed.swap(true, Ordering::Relaxed) {
                    error.write_unraisable(py, Some(measure.bind(py)));
                }
                let estimate = TextMetrics::default().size(line);
                (estimate.x(), estimate.y())
            })
        })
    }))
}

/// Tells a panel or a menu what it is drawn on; what is not given stays as it is. Lengths are in
/// pixels before scaling: `size` of its content, `position` of its upper left corner on the screen,
/// `viewport`, the size of the application's view, and `pointer`, from its upper left corner.
/// `scale` is the number of display pixels in one of these, `focused` whether the keyboard is for
/// this panel, `hovered` whether the pointer is over it.
///
/// `measure(text, size)` returns `(width, height)` of a line of text in the host's font, in pixels before
/// scaling; `size` is that of the font in pixels, 0 for the usual one. It is called on the thread that
/// draws, when a panel asks how large a text is. For a panel in a process of its own a table of the widths
/// of characters is made of it once. If it raises, the size is estimated.
///
/// `document` says how a panel that is made from a template is drawn: as "widgets", as "tree", which is
/// `document` of its frames, or as "both". `theme`, "dark" or "light", is that of its sheets.
///
/// If the panel would see a difference, it is due.
///
/// Raises KeyError for an unknown panel, ValueError for a negative size, for a scale that is not above
/// 0, and for numbers that are not finite, TypeError for a `measure` that cannot be called.
#[pyfunction]
#[pyo3(signature = (
    panel_id, *, size=None, position=None, viewport=None, pointer=None, scale=None, focused=None,
    hovered=None, measure=None, document=None, theme=None
))]
#[expect(
    clippy::too_many_arguments,
    reason = "each is a keyword of its own in Python"
)]
pub(super) fn set_surface(
    py: Python<'_>,
    panel_id: &str,
    size: Option<(f32, f32)>,
    position: Option<(f32, f32)>,
    viewport: Option<(f32, f32)>,
    pointer: Option<(f32, f32)>,
    scale: Option<f32>,
    focused: Option<bool>,
    hovered: Option<bool>,
    measure: Option<Bound<'_, PyAny>>,
    document: Option<&str>,
    theme: Option<&str>,
) -> PyResult<()> {
    let panel = either(panel_id)?;
    let mut surface = py.detach(|| panel.surface());
    if let Some(size) = size {
        surface.size = extent("size", size)?;
    }
    if let Some(position) = position {
        surface.position = vector("position", position)?;
    }
    if let Some(viewport) = viewport {
        surface.viewport = extent("viewport", viewport)?;
    }
    if let Some(pointer) = pointer {
        surface.pointer = vector("pointer", pointer)?;
    }
    if let Some(scale) = scale {
        if !(scale.is_finite() && scale > 0.0) {
            return Err(PyValueError::new_err(format!(
                "scale={scale} is not a finite number above 0"
            )));
        }
        surface.scale = scale;
    }
    surface.focused = focused.unwrap_or(surface.focused);
    surface.hovered = hovered.unwrap_or(surface.hovered);
    if let Some(name) = document {
        surface.document = named("document", name)?;
    }
    if let Some(name) = theme {
        surface.theme = named("theme", name)?;
    }
    let metrics = measure.map(metrics).transpose()?;
    py.detach(|| {
        panel.set_surface(surface);
        if let Some(metrics) = metrics {
            panel.set_text_metrics(metrics);
        }
    });
    Ok(())
}
