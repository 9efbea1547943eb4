//! Popups, menus, tooltips.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::outcome::is_click;
use lichtfeld_panel::{Kind, PopupForm, ScopeKind, Text};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

impl Layout {
    fn menu_entry(
        &self,
        label: &str,
        shortcut: Text,
        is_enabled: bool,
        selected: bool,
    ) -> PyResult<bool> {
        self.with(|recorder| {
            recorder.begin_disabled(!is_enabled, None);
            let input = recorder.widget(label, |label| Kind::MenuItem {
                label,
                shortcut,
                selected,
            });
            recorder.end(ScopeKind::Disabled, None);
            is_click(input)
        })
    }
}

#[pymethods]
impl Layout {
    /// Opens the popup of this name, which `begin_popup(id)` in the same `push_id` scope draws.
    fn open_popup(&self, id: Any<'_, '_>) -> PyResult<()> {
        let id = Call::new("open_popup").text("id", id)?;
        self.with(|recorder| recorder.open_popup(&id))
    }

    /// True while the popup is open: draw its content and call `end_popup()`.
    fn begin_popup(&self, py: Python<'_>, id: Any<'_, '_>) -> PyResult<bool> {
        let id = Call::new("begin_popup").text("id", id)?;
        let at = self.caller(py);
        self.with(|recorder| recorder.begin_popup(&id, PopupForm::Plain, at))
    }

    /// Ends a popup.
    fn end_popup(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Popup)
    }

    /// True while the popup is open, which blocks all else: draw its content and call
    /// `end_popup_modal()`.
    fn begin_popup_modal(&self, py: Python<'_>, title: Any<'_, '_>) -> PyResult<bool> {
        let title = Call::new("begin_popup_modal").text("title", title)?;
        let at = self.caller(py);
        self.with(|recorder| recorder.begin_popup(&title, PopupForm::Modal, at))
    }

    /// Ends a modal popup.
    fn end_popup_modal(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Modal)
    }

    /// True while the menu of the widget before is open: draw its entries and call
    /// `end_context_menu()`.
    #[pyo3(signature = (id = None))]
    fn begin_context_menu(&self, py: Python<'_>, id: Option<Any<'_, '_>>) -> PyResult<bool> {
        let id = Call::new("begin_context_menu").text_or("id", id)?;
        let at = self.caller(py);
        self.with(|recorder| recorder.begin_popup(&id, PopupForm::Context, at))
    }

    /// Ends a context menu.
    fn end_context_menu(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::ContextMenu)
    }

    /// Closes the popup that is being drawn.
    fn close_current_popup(&self, py: Python<'_>) -> PyResult<()> {
        let at = self.caller(py);
        self.with(|recorder| recorder.close_popup(at))
    }

    /// A bar of menus. Always True; ends with `end_menu_bar()`.
    fn begin_menu_bar(&self, py: Python<'_>) -> PyResult<bool> {
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.begin(ScopeKind::MenuBar, None, at, |_| Kind::MenuBar);
            true
        })
    }

    /// Ends a bar of menus.
    fn end_menu_bar(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::MenuBar)
    }

    /// True while the menu is open: draw its entries and call `end_menu()`.
    fn begin_menu(&self, py: Python<'_>, label: Any<'_, '_>) -> PyResult<bool> {
        let label = Call::new("begin_menu").text("label", label)?;
        let at = self.caller(py);
        self.with(|recorder| {
            let menu = |label, open| Kind::Menu { label, open };
            recorder.fold(&label, false, Some(ScopeKind::Menu), at, menu)
        })
    }

    /// Ends a menu.
    fn end_menu(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Menu)
    }

    /// An entry of a menu. Returns whether it was clicked.
    #[pyo3(signature = (label, enabled = None, selected = None))]
    fn menu_item(
        &self,
        label: Any<'_, '_>,
        enabled: Option<Any<'_, '_>>,
        selected: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("menu_item").text("label", label)?;
        let call = Call::labelled("menu_item", &label);
        let enabled = call.flag_or("enabled", enabled, true)?;
        let selected = call.flag_or("selected", selected, false)?;
        self.menu_entry(&label, Text::default(), enabled, selected)
    }

    /// An entry of a menu that can be ticked. Returns `(changed, selected)`.
    fn menu_item_toggle(
        &self,
        label: Any<'_, '_>,
        shortcut: Any<'_, '_>,
        selected: Any<'_, '_>,
    ) -> PyResult<(bool, bool)> {
        let label = Call::new("menu_item_toggle").text("label", label)?;
        let call = Call::labelled("menu_item_toggle", &label);
        let shortcut = Text::new(call.text("shortcut", shortcut)?);
        let selected = call.flag("selected", selected)?;
        let clicked = self.menu_entry(&label, shortcut, true, selected)?;
        Ok((clicked, selected != clicked))
    }

    /// An entry of a menu that shows its shortcut. Returns whether it was clicked.
    #[pyo3(signature = (label, shortcut, enabled = None))]
    fn menu_item_shortcut(
        &self,
        label: Any<'_, '_>,
        shortcut: Any<'_, '_>,
        enabled: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("menu_item_shortcut").text("label", label)?;
        let call = Call::labelled("menu_item_shortcut", &label);
        let shortcut = Text::new(call.text("shortcut", shortcut)?);
        let enabled = call.flag_or("enabled", enabled, true)?;
        self.menu_entry(&label, shortcut, enabled, false)
    }

    /// What the pointer shows over the last widget. Always True; ends with `end_tooltip()`.
    fn begin_tooltip(&self, py: Python<'_>) -> PyResult<bool> {
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.begin(ScopeKind::Tooltip, None, at, |_| Kind::Tooltip);
            true
        })
    }

    /// Ends a tooltip.
    fn end_tooltip(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Tooltip)
    }
}
