//! What others have registered, inside of a panel that is drawn in a process of its own.
//!
//! This process does not know what there is, and does not wait for an answer while it draws: the
//! application fills in title and content when it gets the frame.

use crate::layout::handle::Layout;
use crate::layout::outcome::is_click;
use crate::layout::registered::{plain, title};
use lichtfeld_panel::{Kind, PopupForm, Registered, ScopeKind};
use pyo3::prelude::*;

impl Layout {
    /// Notes a menu of others. Returns whether it is open.
    pub(super) fn menu_elsewhere(&self, py: Python<'_>, id: &str, text: &str) -> PyResult<bool> {
        let (label, at) = (title(text, None, id), self.caller(py));
        let is_open = self.with(|recorder| {
            let menu = |label, open| Kind::Menu { label, open };
            let is_open = recorder.fold(&label, false, Some(ScopeKind::Menu), at, menu);
            recorder.elsewhere(Registered::Menu, id, !text.is_empty());
            is_open
        })?;
        if is_open {
            self.end(py, ScopeKind::Menu)?;
        }
        Ok(is_open)
    }

    /// Notes a button that opens a panel of others. Returns whether the panel is open.
    pub(super) fn popover_elsewhere(&self, py: Python<'_>, id: &str, text: &str) -> PyResult<bool> {
        let (label, at) = (title(text, None, id), self.caller(py));
        let is_open = self.with(|recorder| {
            let clicked = is_click(recorder.widget(&label, plain));
            recorder.elsewhere(Registered::Panel, id, !text.is_empty());
            if clicked {
                recorder.open_popup(&label);
            }
            let is_open = recorder.begin_popup(&label, PopupForm::Plain, at);
            if is_open {
                recorder.elsewhere(Registered::Panel, id, !text.is_empty());
            }
            is_open
        })?;
        if is_open {
            self.end(py, ScopeKind::Popup)?;
        }
        Ok(is_open)
    }

    /// Notes a button for an operator of others. Returns whether it was clicked.
    pub(super) fn operator_elsewhere(
        &self,
        py: Python<'_>,
        id: &str,
        text: &str,
    ) -> PyResult<bool> {
        let label = title(text, None, id);
        let clicked = self.with(|recorder| {
            let clicked = is_click(recorder.widget(&label, plain));
            recorder.elsewhere(Registered::Operator, id, !text.is_empty());
            clicked
        })?;
        if clicked {
            // Whoever has the operator has logged it, and it is no error of this panel.
            let ops = py.import("lichtfeld.ui.ops")?;
            let _ = ops.call_method1("invoke", (id,));
        }
        Ok(clicked)
    }
}
