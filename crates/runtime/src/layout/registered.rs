//! What is registered elsewhere, inside of a panel: operators as buttons, menus, other panels.
//!
//! What is not registered (its plugin is not loaded) is shown switched off, with the reason as its
//! tooltip: the panel around it goes on.

use crate::api::ops;
use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::outcome::is_click;
use crate::layout::titles;
use crate::missing_module::is_worker;
use lichtfeld_engine::Manager;
use lichtfeld_engine::registrations::panel_table::Panels;
use lichtfeld_engine::registrations::panels::Panel;
use lichtfeld_panel::{ButtonStyle, Kind, PopupForm, Rgba, ScopeKind, Text, TextStyle, Vec2};
use pyo3::prelude::*;
use std::sync::Arc;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// Returns the text if there is one, else the title of the operator or panel, else its id.
pub(super) fn title(text: &str, label: Option<&str>, id: &str) -> String {
    let shown = [text, label.unwrap_or_default(), id];
    let shown = shown.iter().find(|text| !text.is_empty());
    format!("{}###{id}", shown.unwrap_or(&id))
}

fn find(
    py: Python<'_>,
    id: &str,
    among: impl FnOnce(&Manager) -> &Arc<Panels> + Send,
) -> Option<Arc<Panel>> {
    let manager = crate::current_manager::current()?;
    py.detach(|| among(&manager).find(id))
}

impl Layout {
    /// Draws a button, disabled if there is a reason.
    fn button_or_reason(
        &self,
        label: &str,
        reason: Option<&str>,
        kind: impl FnOnce(Text) -> Kind,
    ) -> PyResult<bool> {
        self.with(|recorder| {
            recorder.begin_disabled(reason.is_some(), None);
            let clicked = is_click(recorder.widget(label, kind));
            if let Some(reason) = reason {
                recorder.tooltip(reason);
            }
            recorder.end(ScopeKind::Disabled, None);
            clicked
        })
    }

    /// Draws a panel or a menu here. If it raises, the error is shown instead.
    fn draw_inside(&self, py: Python<'_>, panel: &Panel) -> PyResult<()> {
        let recorder = self.drawing.lend()?;
        let (recorder, drawn) = py.detach(|| panel.source().draw_inside(panel.info(), recorder));
        if let Some(recorder) = recorder {
            self.drawing.take_back(recorder);
        }
        match drawn {
            Err(text) => self.with(|recorder| {
                recorder.place(Kind::Text {
                    text: Text::new(text),
                    style: TextStyle::Wrapped,
                    color: Some(Rgba::new(0.9, 0.3, 0.3, 1.0)),
                });
            }),
            Ok(()) => Ok(()),
        }
    }
}

pub(super) fn plain(label: Text) -> Kind {
    Kind::Button {
        label,
        style: ButtonStyle::Plain,
        size: Vec2::ZERO,
        picture: None,
        selected: false,
        tint: None,
    }
}

#[pymethods]
impl Layout {
    /// A button that invokes an operator; switched off while its `poll` says no or it is at work.
    /// Returns whether it was clicked; what the operator raises is in its plugin's log.
    #[pyo3(signature = (operator_id, text = None, icon = None))]
    fn operator_(
        &self,
        py: Python<'_>,
        operator_id: Any<'_, '_>,
        text: Option<Any<'_, '_>>,
        icon: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let id = Call::new("operator_").text("operator_id", operator_id)?;
        let call = Call::labelled("operator_", &id);
        let text = call.text_or("text", text)?;
        let icon = call.text_or("icon", icon)?;
        self.with(|recorder| recorder.set_next_icon(&icon))?;
        let operator = crate::current_manager::current()
            .and_then(|manager| py.detach(|| manager.operators().find(&id)));
        if operator.is_none() && is_worker() {
            return self.operator_elsewhere(py, &id, &text);
        }
        let shown = py.detach(|| titles::of_operator(operator.as_deref(), &id));
        let label = title(&text, Some(&shown.text), &id);
        let clicked = self.button_or_reason(&label, shown.reason.as_deref(), plain)?;
        if shown.reason.is_none() && !shown.tooltip.is_empty() {
            self.with(|recorder| recorder.tooltip(&shown.tooltip))?;
        }
        if clicked {
            // The operator has logged it, and it is no error of this panel.
            let _ = ops::invoke(py, &id, None);
        }
        Ok(clicked)
    }

    /// A registered menu, to be unfolded here. Returns whether it is open.
    #[pyo3(signature = (menu_id, text = None, icon = None))]
    fn menu(
        &self,
        py: Python<'_>,
        menu_id: Any<'_, '_>,
        text: Option<Any<'_, '_>>,
        icon: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let id = Call::new("menu").text("menu_id", menu_id)?;
        let call = Call::labelled("menu", &id);
        let text = call.text_or("text", text)?;
        let icon = call.text_or("icon", icon)?;
        self.with(|recorder| recorder.set_next_icon(&icon))?;
        let found = find(py, &id, |manager| manager.menus());
        if found.is_none() && is_worker() {
            return self.menu_elsewhere(py, &id, &text);
        }
        let shown = titles::of_panel(found.as_deref(), "menu", &id);
        let Some(menu) = found else {
            let entry = |label| Kind::MenuItem {
                label,
                shortcut: Text::default(),
                selected: false,
            };
            self.button_or_reason(&title(&text, None, &id), shown.reason.as_deref(), entry)?;
            return Ok(false);
        };
        let label = title(&text, Some(&shown.text), &id);
        let at = self.caller(py);
        let is_open = self.with(|recorder| {
            let menu = |label, open| Kind::Menu { label, open };
            recorder.fold(&label, false, Some(ScopeKind::Menu), at, menu)
        })?;
        if is_open {
            self.draw_inside(py, &menu)?;
            self.end(py, ScopeKind::Menu)?;
        }
        Ok(is_open)
    }

    /// A button that opens a registered panel in a popup. Returns whether it is open.
    #[pyo3(signature = (panel_id, text = None, icon = None))]
    fn popover(
        &self,
        py: Python<'_>,
        panel_id: Any<'_, '_>,
        text: Option<Any<'_, '_>>,
        icon: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let id = Call::new("popover").text("panel_id", panel_id)?;
        let call = Call::labelled("popover", &id);
        let text = call.text_or("text", text)?;
        let icon = call.text_or("icon", icon)?;
        self.with(|recorder| recorder.set_next_icon(&icon))?;
        let panel = find(py, &id, |manager| manager.panels());
        if panel.is_none() && is_worker() {
            return self.popover_elsewhere(py, &id, &text);
        }
        let shown = titles::of_panel(panel.as_deref(), "panel", &id);
        let label = title(&text, Some(&shown.text), &id);
        if self.button_or_reason(&label, shown.reason.as_deref(), plain)? {
            self.with(|recorder| recorder.open_popup(&label))?;
        }
        let Some(panel) = panel else {
            return Ok(false);
        };
        let at = self.caller(py);
        let is_open = self.with(|recorder| recorder.begin_popup(&label, PopupForm::Plain, at))?;
        if is_open {
            self.draw_inside(py, &panel)?;
            self.end(py, ScopeKind::Popup)?;
        }
        Ok(is_open)
    }
}
