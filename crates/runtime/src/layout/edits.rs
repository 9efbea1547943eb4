//! Questions about editing: when the user begins and ends, for undo.

use crate::layout::handle::Layout;
use lichtfeld_panel::Recorder;
use pyo3::prelude::*;

#[pymethods]
impl Layout {
    /// Whether the user has just begun to edit the last widget, or has clicked it: the moment to note
    /// the value before.
    fn is_item_activated(&self) -> PyResult<bool> {
        self.with(Recorder::is_activated)
    }

    /// Whether the user has just ended to edit the last widget, or has clicked it.
    fn is_item_deactivated(&self) -> PyResult<bool> {
        self.with(Recorder::is_deactivated)
    }

    /// Whether the user has just ended to edit the last widget, and has changed it: the moment for a
    /// step of undo. A slider that is dragged changes many times and ends once.
    fn is_item_deactivated_after_edit(&self) -> PyResult<bool> {
        self.with(Recorder::is_deactivated_after_edit)
    }
}
