//! Dragging something from one widget to another.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{Kind, Payload, ScopeKind, Text};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

#[pymethods]
impl Layout {
    /// The last widget can be dragged. Always True: call `set_drag_drop_payload()`, draw what
    /// follows the pointer, and call `end_drag_drop_source()`.
    fn begin_drag_drop_source(&self, py: Python<'_>) -> PyResult<bool> {
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.begin(ScopeKind::DragSource, None, at, |_| Kind::DragPreview);
            true
        })
    }

    /// What the dragged widget carries: any text, for targets that accept this type.
    #[pyo3(signature = (r#type, data))]
    fn set_drag_drop_payload(&self, r#type: Any<'_, '_>, data: Any<'_, '_>) -> PyResult<()> {
        let call = Call::new("set_drag_drop_payload");
        let kind = Text::new(call.text("type", r#type)?);
        let data = Text::new(call.text("data", data)?);
        self.with(|recorder| recorder.carry(Payload::new(kind, data)))
    }

    /// Ends what `begin_drag_drop_source()` began.
    fn end_drag_drop_source(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::DragSource)
    }

    /// Something can be dropped on the last widget. Always True: call
    /// `accept_drag_drop_payload()` and `end_drag_drop_target()`.
    fn begin_drag_drop_target(&self, py: Python<'_>) -> PyResult<bool> {
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.push_scope(ScopeKind::DragTarget, at);
            true
        })
    }

    /// What was dropped on the last widget, once, if it is of this type; else None.
    #[pyo3(signature = (r#type))]
    fn accept_drag_drop_payload(&self, r#type: Any<'_, '_>) -> PyResult<Option<String>> {
        let kind = Call::new("accept_drag_drop_payload").text("type", r#type)?;
        let data = self.with(|recorder| recorder.accept_drop(&kind))?;
        Ok(data.map(String::from))
    }

    /// Ends what `begin_drag_drop_target()` began.
    fn end_drag_drop_target(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::DragTarget)
    }
}
