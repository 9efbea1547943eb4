//! Documents of a host: what the callbacks of a panel with a `template` get.
//!
//! A host that has documents makes one of a panel's template, and mounts it. It is an object of the
//! host, of any class. A panel in a worker gets a reference to it, as to all that the host shares.

use crate::layout;
use crate::panel_source::PyPanel;
#[cfg(unix)]
use crate::worker::panel::RemotePanel;
use lichtfeld_engine::Panel;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use std::fmt;

/// Gives a panel a document, in place of the one that it has: calls its `on_bind_model(context)`, unless
/// `context` is None, and its `on_mount(document)`. Its other callbacks get the document from then on.
/// Call this on the UI thread.
///
/// # Errors
/// What one of the two raises, which is in the plugin's log as well; the panel has no document then.
/// `TypeError` for a panel that Python does not draw.
pub fn mount(
    panel: &Panel,
    document: &Bound<'_, PyAny>,
    context: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let interface = panel.source().interface();
    if let Some(own) = interface.and_then(|any| any.downcast_ref::<PyPanel>()) {
        return own.mount(document, context);
    }
    #[cfg(unix)]
    if let Some(remote) = interface.and_then(|any| any.downcast_ref::<RemotePanel>()) {
        return remote.mount(document, context);
    }
    let id = &panel.info().id;
    let message = format!("panel '{id}' is not drawn by Python, and takes no document");
    Err(PyTypeError::new_err(message))
}

/// Takes the document of a panel away: calls its `on_unmount(document)`. Does nothing if it has none.
/// Call this on the UI thread.
///
/// # Errors
/// If the panel's worker does not answer.
pub fn unmount(py: Python<'_>, panel: &Panel) -> PyResult<()> {
    let interface = panel.source().interface();
    if let Some(own) = interface.and_then(|any| any.downcast_ref::<PyPanel>()) {
        own.unmount(py);
    }
    #[cfg(unix)]
    if let Some(remote) = interface.and_then(|any| any.downcast_ref::<RemotePanel>()) {
        return remote.unmount(py);
    }
    Ok(())
}

/// Why a panel did not take its document, for a host that has no exceptions of Python.
#[derive(Debug)]
pub struct Refused {
    /// The exception in one line.
    pub message: String,
    /// The traceback as Python prints it.
    pub traceback: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

impl Refused {
    /// Describes an exception.
    pub fn new(py: Python<'_>, id: &str, error: &PyErr) -> Self {
        Self {
            message: format!("panel '{id}' did not take its document: {error}"),
            traceback: layout::traceback_of(py, error),
        }
    }
}
