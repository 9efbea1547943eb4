//! `lichtfeld.ui`: panels as a host without a window uses them, and the UI thread.

use crate::bundled_modules::TYPES;
use crate::convert::{from_python, to_python};
use crate::current_manager::require_current;
use lichtfeld_engine::registrations::panels::{Panel, Panels};
use lichtfeld_panel::{Frame, Input, InputValue, Value, render_text as render};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyModule;
use std::sync::Arc;
use std::time::Instant;

fn panel(id: &str) -> PyResult<Arc<Panel>> {
    find(require_current()?.panels(), "panel", id)
}

fn find(among: &Panels, what: &str, id: &str) -> PyResult<Arc<Panel>> {
    among.find(id).ok_or_else(|| {
        PyKeyError::new_err(format!(
            "no {what} is called '{id}'; there are: {}",
            ids(among).join(", ")
        ))
    })
}

fn ids(among: &Panels) -> Vec<String> {
    let visible = among.visible();
    visible
        .iter()
        .map(|panel| panel.info().id.clone())
        .collect()
}

fn frame_of(frame: &Bound<'_, PyAny>) -> PyResult<Frame> {
    serde_json::from_value(from_python(frame)?)
        .map_err(|error| PyValueError::new_err(format!("this is not a frame: {error}")))
}

fn input_of(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let input = from_python(value).ok();
    input
        .and_then(|input| serde_json::from_value(input).ok())
        .ok_or_else(|| {
            PyTypeError::new_err(format!(
                "an input is \"click\", a truth value, a number, a text or a list of numbers, \
                 not {value}"
            ))
        })
}

/// Returns the ids of the panels that are shown, in their order.
#[pyfunction]
fn panels(py: Python<'_>) -> PyResult<Vec<String>> {
    let manager = require_current()?;
    Ok(py.detach(|| ids(manager.panels())))
}

/// Returns the ids of the menus that are shown, in their order: of one location, or of all.
#[pyfunction]
#[pyo3(signature = (location=None))]
fn menus(py: Python<'_>, location: Option<&str>) -> PyResult<Vec<String>> {
    let manager = require_current()?;
    let mut visible = py.detach(|| manager.menus().visible());
    visible.retain(|menu| location.is_none_or(|location| menu.info().space == location));
    Ok(visible.iter().map(|menu| menu.info().id.clone()).collect())
}

/// Draws a menu now. Returns its frame as plain data, as `draw_panel` does.
#[pyfunction]
fn draw_menu<'py>(py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    let menu = find(require_current()?.menus(), "menu", id)?;
    let frame = py.detach(|| menu.draw());
    to_python(py, frame.as_ref())
}

/// Returns whether to show a panel now, by its `poll`; False if that raises. Of a panel in a process of
/// its own that does not answer in time, the answer before counts.
#[pyfunction]
fn poll_panel(py: Python<'_>, id: &str) -> PyResult<bool> {
    let panel = panel(id)?;
    Ok(py.detach(|| panel.poll()))
}

/// Returns whether to show a menu now, as `poll_panel` does.
#[pyfunction]
fn poll_menu(py: Python<'_>, id: &str) -> PyResult<bool> {
    let menu = find(require_current()?.menus(), "menu", id)?;
    Ok(py.detach(|| menu.poll()))
}

/// Returns the ids of the panels to draw now: on input, on request, or by their interval. For the
/// host, on the thread that draws: panels whose interval is over are asked by `on_update`.
#[pyfunction]
fn due(py: Python<'_>) -> PyResult<Vec<String>> {
    let manager = require_current()?;
    let due = py.detach(|| manager.panels().due(Instant::now()));
    Ok(due.iter().map(|panel| panel.info().id.clone()).collect())
}

/// Notifies the panels that the host's scene has changed, by their `on_scene_changed`; those that
/// return True are drawn again. For the host, on the thread that draws.
#[pyfunction]
fn scene_changed(py: Python<'_>) -> PyResult<()> {
    let manager = require_current()?;
    py.detach(|| manager.panels().scene_changed());
    Ok(())
}

/// Returns statistics of drawing, the panel with the longest drawing first: for each panel a dict
/// with id, plugin, draws, slow (longer than 16 ms), mean_ms, worst_ms, last_ms.
#[pyfunction]
fn stats<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    let manager = require_current()?;
    let stats = py.detach(|| manager.panels().stats());
    to_python(py, &stats)
}

/// Returns a description of a panel, a dict with id, label, space, parent, order, size, plugin.
#[pyfunction]
fn panel_info<'py>(py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    to_python(py, panel(id)?.info())
}

/// Draws a panel now. Returns its frame as plain data (see the frame's schema).
#[pyfunction]
fn draw_panel<'py>(py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    let panel = panel(id)?;
    let frame = py.detach(|| panel.draw());
    to_python(py, frame.as_ref())
}

/// Returns a frame as text, with lines of `width` characters.
#[pyfunction]
#[pyo3(signature = (frame, width=60))]
fn render_text(frame: &Bound<'_, PyAny>, width: usize) -> PyResult<String> {
    Ok(render(&frame_of(frame)?, width))
}

/// Does what a user would do with a widget of a panel or a menu, found by its label: `"click"`, or a
/// value for a value widget. The plugin sees it at the next drawing.
///
/// Raises KeyError, which names all widgets, if no widget has the label.
#[pyfunction]
#[pyo3(signature = (panel_id, label, value=None))]
fn send_input(
    py: Python<'_>,
    panel_id: &str,
    label: &str,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let manager = require_current()?;
    let panel = match manager.menus().find(panel_id) {
        Some(menu) => menu,
        None => panel(panel_id)?,
    };
    let value = match value {
        None => InputValue::CLICK,
        Some(value) if value.extract::<&str>().is_ok_and(|text| text == "click") => {
            InputValue::CLICK
        }
        Some(value) => InputValue::Set(input_of(value)?),
    };
    let frame = match py.detach(|| panel.last()) {
        Some(frame) => frame,
        None => py.detach(|| panel.draw()),
    };
    let widget = frame.labelled(label).ok_or_else(|| {
        let known: Vec<&str> = frame
            .widgets
            .iter()
            .filter_map(|widget| widget.kind.label())
            .collect();
        PyKeyError::new_err(format!(
            "panel '{panel_id}' has no widget '{label}'; there are: {}",
            known.join(", ")
        ))
    })?;
    let input = Input::new(widget.id, value);
    py.detach(|| panel.push_input(input));
    Ok(())
}

/// Requests a drawing of all panels, from any thread.
#[pyfunction]
fn request_redraw(py: Python<'_>) -> PyResult<()> {
    let manager = require_current()?;
    py.detach(|| {
        manager.panels().request_redraw();
        manager.menus().request_redraw();
        manager.host().request_redraw();
    });
    Ok(())
}

/// The module `lichtfeld.ui`.
///
/// # Errors
/// If Python refuses it.
pub fn module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let module = PyModule::new(py, "lichtfeld.ui")?;
    module.setattr("__doc__", "Panels, and the thread that draws them.")?;
    let types = TYPES.get(py)?;
    for name in [
        "Panel",
        "Operator",
        "Menu",
        "Event",
        "OperatorResult",
        "PanelSpace",
        "PanelHeightMode",
    ] {
        module.add(name, types.getattr(name)?)?;
    }
    module.add_function(wrap_pyfunction!(panels, &module)?)?;
    module.add_function(wrap_pyfunction!(panel_info, &module)?)?;
    module.add_function(wrap_pyfunction!(draw_panel, &module)?)?;
    module.add_function(wrap_pyfunction!(render_text, &module)?)?;
    module.add_function(wrap_pyfunction!(send_input, &module)?)?;
    module.add_function(wrap_pyfunction!(request_redraw, &module)?)?;
    module.add_function(wrap_pyfunction!(menus, &module)?)?;
    module.add_function(wrap_pyfunction!(draw_menu, &module)?)?;
    module.add_function(wrap_pyfunction!(poll_panel, &module)?)?;
    module.add_function(wrap_pyfunction!(poll_menu, &module)?)?;
    module.add_function(wrap_pyfunction!(due, &module)?)?;
    module.add_function(wrap_pyfunction!(stats, &module)?)?;
    module.add_function(wrap_pyfunction!(scene_changed, &module)?)?;
    module.add_function(wrap_pyfunction!(
        crate::api::schedule::schedule_on_ui_thread,
        &module
    )?)?;
    let ops = crate::api::ops::module(py)?;
    py.import("sys")?
        .getattr("modules")?
        .set_item("lichtfeld.ui.ops", &ops)?;
    module.add("ops", ops)?;
    // Older plugins' name for it.
    module.add(
        "register_panel",
        wrap_pyfunction!(crate::api::classes::register_class, &module)?,
    )?;
    module.add(
        "unregister_panel",
        wrap_pyfunction!(crate::api::classes::unregister_class, &module)?,
    )?;
    crate::host_api::_own(&module)?;
    Ok(module)
}
