//! The panels and menus that a host shows, by their ids.

use crate::current_manager::asked;
use lichtfeld_engine::Manager;
use lichtfeld_engine::registrations::panel_table::Panels;
use lichtfeld_engine::registrations::panels::Panel;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use std::sync::Arc;

/// Returns the panel with this id.
///
/// # Errors
/// `KeyError`, which names all panels.
pub(super) fn panel(id: &str) -> PyResult<Arc<Panel>> {
    find(Manager::panels, "panel", id)
}

/// Returns the panel, or the menu, with this id.
///
/// # Errors
/// `KeyError`, which names all of them.
pub(super) fn find(
    among: fn(&Manager) -> &Arc<Panels>,
    what: &str,
    id: &str,
) -> PyResult<Arc<Panel>> {
    let known = asked()?.map(|manager| Arc::clone(among(&manager)));
    let found = known.as_ref().and_then(|known| known.find(id));
    found.ok_or_else(|| {
        let known = known.map(|known| ids(&known.visible()).join(", "));
        let known = known.unwrap_or_default();
        PyKeyError::new_err(format!("no {what} is called '{id}'; there are: {known}"))
    })
}

/// Returns the menu with this id, else the panel.
///
/// # Errors
/// `KeyError`, which names all panels.
pub(super) fn either(id: &str) -> PyResult<Arc<Panel>> {
    let menu = asked()?.and_then(|manager| manager.menus().find(id));
    menu.map_or_else(|| panel(id), Ok)
}

/// Returns their ids.
pub(super) fn ids(panels: &[Arc<Panel>]) -> Vec<String> {
    panels.iter().map(|panel| panel.info().id.clone()).collect()
}

/// Returns the panels to show. A plugin's `poll` runs on the UI thread alone; on others its last
/// answer counts.
pub(super) fn shown(manager: &Manager, among: &Panels) -> Vec<Arc<Panel>> {
    if manager.host().is_ui_thread() {
        return among.shown();
    }
    let mut panels = among.visible();
    panels.retain(|panel| !panel.is_hidden());
    panels
}
