//! Requests of drawings, from any thread.

use crate::current_manager::current;
use pyo3::prelude::*;

/// Requests a drawing of all panels and menus, if there is a manager.
pub(crate) fn request(py: Python<'_>) -> PyResult<()> {
    if let Some(manager) = current() {
        py.detach(|| {
            manager.panels().request_redraw();
            manager.menus().request_redraw();
            manager.host().request_redraw();
        });
    }
    Ok(())
}
