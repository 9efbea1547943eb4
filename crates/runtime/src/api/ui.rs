//! `lichtfeld.ui`: panels as a host without a window uses them, and the UI thread.

use crate::api::panel_management;
use crate::api::shown::{either, find, ids, panel, shown};
use crate::bundled_modules::TYPES;
use crate::convert::{frame_to_python, from_python, to_python};
use crate::current_manager::asked;
use lichtfeld_engine::Manager;
use lichtfeld_panel::{Frame, render_text as render};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyModule;
use std::time::Instant;

fn frame_of(frame: &Bound<'_, PyAny>) -> PyResult<Frame> {
    serde_json::from_value(from_python(frame)?)
        .map_err(|error| PyValueError::new_err(format!("this is not a frame: {error}")))
}

/// Returns the ids of the panels that are shown, in their order: those whose `poll` does not hide
/// them. On the UI thread each is asked; on other threads the last answer counts.
#[pyfunction]
fn panels(py: Python<'_>) -> PyResult<Vec<String>> {
    let Some(manager) = asked()? else {
        return Ok(Vec::new());
    };
    Ok(py.detach(|| ids(&shown(&manager, manager.panels()))))
}

/// Returns the ids of the menus that are shown, in their order: of one location, or of all. They are
/// asked by `poll`, as panels are.
#[pyfunction]
#[pyo3(signature = (location=None))]
fn menus(py: Python<'_>, location: Option<&str>) -> PyResult<Vec<String>> {
    let Some(manager) = asked()? else {
        return Ok(Vec::new());
    };
    let mut shown = py.detach(|| shown(&manager, manager.menus()));
    shown.retain(|menu| location.is_none_or(|location| menu.info().space == location));
    Ok(ids(&shown))
}

/// Draws a menu now. Returns its frame as plain data, as `draw_panel` does.
#[pyfunction]
fn draw_menu<'py>(py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    let menu = find(Manager::menus, "menu", id)?;
    let frame = py.detach(|| menu.draw());
    frame_to_python(py, &frame)
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
    let menu = find(Manager::menus, "menu", id)?;
    Ok(py.detach(|| menu.poll()))
}

/// Returns whether to show a panel or a menu now, by its `poll`; False if that raises. Of one in a
/// process of its own that does not answer in time, the answer before counts.
#[pyfunction]
fn poll(py: Python<'_>, id: &str) -> PyResult<bool> {
    let panel = either(id)?;
    Ok(py.detach(|| panel.poll()))
}

/// Returns the frame of the last drawing of a panel or a menu, or None before the first. Draws
/// nothing.
#[pyfunction]
fn last_frame<'py>(py: Python<'py>, id: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let panel = either(id)?;
    let last = py.detach(|| panel.last());
    last.map(|frame| frame_to_python(py, &frame)).transpose()
}

/// Returns the ids of the panels to draw now: on input, on request, or by their interval. For the
/// host, on the thread that draws: such panels are asked by `poll`, and left out if that hides them,
/// and by `on_update` if their interval is over.
#[pyfunction]
fn due(py: Python<'_>) -> PyResult<Vec<String>> {
    let Some(manager) = asked()? else {
        return Ok(Vec::new());
    };
    let due = py.detach(|| manager.panels().due(Instant::now()));
    Ok(ids(&due))
}

/// Returns in how many seconds the next panel is due if nothing happens until then: 0.0 if one is due
/// now, None for never. A hidden panel is to be asked again after its interval, or after 0.1 s.
#[pyfunction]
fn next_due(py: Python<'_>) -> PyResult<Option<f64>> {
    let Some(manager) = asked()? else {
        return Ok(None);
    };
    let now = Instant::now();
    let next = py.detach(|| manager.panels().next_due(now));
    Ok(next.map(|next| next.saturating_duration_since(now).as_secs_f64()))
}

/// Notifies the panels that the host's scene has changed, by their `on_scene_changed`; those that
/// return True are drawn again. For the host, on the thread that draws.
#[pyfunction]
fn scene_changed(py: Python<'_>) -> PyResult<()> {
    let Some(manager) = asked()? else {
        return Ok(());
    };
    py.detach(|| manager.panels().scene_changed());
    Ok(())
}

/// Returns statistics of drawing, the panel with the longest drawing first: for each panel a dict
/// with id, plugin, draws, slow (longer than 16 ms), mean_ms, worst_ms, last_ms.
#[pyfunction]
fn stats<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    let manager = asked()?;
    let stats = py.detach(|| manager.map_or_else(Vec::new, |manager| manager.panels().stats()));
    to_python(py, &stats)
}

/// Returns a description of a panel, a dict with id, label, space, parent, order, size, plugin,
/// and for hosts with documents template, style, height_mode, options, retained.
#[pyfunction]
fn panel_info<'py>(py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    to_python(py, panel(id)?.info())
}

/// Draws a panel now. Returns its frame as plain data (see the frame's schema).
#[pyfunction]
fn draw_panel<'py>(py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    let panel = panel(id)?;
    let frame = py.detach(|| panel.draw());
    frame_to_python(py, &frame)
}

/// Returns a frame as text, with lines of `width` characters.
#[pyfunction]
#[pyo3(signature = (frame, width=60))]
fn render_text(frame: &Bound<'_, PyAny>, width: usize) -> PyResult<String> {
    Ok(render(&frame_of(frame)?, width))
}

/// Requests a drawing of all panels, from any thread.
#[pyfunction]
fn request_redraw(py: Python<'_>) -> PyResult<()> {
    match asked()? {
        Some(_) => crate::redraw::request(py),
        None => Ok(()),
    }
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
        "PanelOption",
        "PollDependency",
    ] {
        module.add(name, types.getattr(name)?)?;
    }
    module.add_function(wrap_pyfunction!(panels, &module)?)?;
    module.add_function(wrap_pyfunction!(panel_info, &module)?)?;
    module.add_function(wrap_pyfunction!(draw_panel, &module)?)?;
    module.add_function(wrap_pyfunction!(render_text, &module)?)?;
    module.add_function(wrap_pyfunction!(last_frame, &module)?)?;
    module.add_function(wrap_pyfunction!(poll, &module)?)?;
    module.add_function(wrap_pyfunction!(crate::api::inputs::send_input, &module)?)?;
    module.add_function(wrap_pyfunction!(crate::api::inputs::push_input, &module)?)?;
    module.add_function(wrap_pyfunction!(crate::api::surface::set_surface, &module)?)?;
    module.add_function(wrap_pyfunction!(
        crate::api::elements::find_elements,
        &module
    )?)?;
    module.add_function(wrap_pyfunction!(crate::api::documents::mount, &module)?)?;
    module.add_function(wrap_pyfunction!(crate::api::documents::unmount, &module)?)?;
    module.add_function(wrap_pyfunction!(
        crate::api::documents::tell_scene_changed,
        &module
    )?)?;
    module.add_function(wrap_pyfunction!(request_redraw, &module)?)?;
    module.add_function(wrap_pyfunction!(menus, &module)?)?;
    module.add_function(wrap_pyfunction!(draw_menu, &module)?)?;
    module.add_function(wrap_pyfunction!(poll_panel, &module)?)?;
    module.add_function(wrap_pyfunction!(poll_menu, &module)?)?;
    module.add_function(wrap_pyfunction!(due, &module)?)?;
    module.add_function(wrap_pyfunction!(next_due, &module)?)?;
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
    let rml = crate::retained::module(py)?;
    py.import("sys")?
        .getattr("modules")?
        .set_item("lichtfeld.ui.rml", &rml)?;
    module.add("rml", rml)?;
    // Older plugins' name for it.
    module.add(
        "register_panel",
        wrap_pyfunction!(crate::api::classes::register_class, &module)?,
    )?;
    module.add(
        "unregister_panel",
        wrap_pyfunction!(crate::api::classes::unregister_class, &module)?,
    )?;
    panel_management::add_late_names(&module)?;
    crate::textures::add_to_module(&module)?;
    crate::host_api::_own(&module)?;
    Ok(module)
}
