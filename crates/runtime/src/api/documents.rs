//! `lichtfeld.ui.mount` and `unmount`: documents of the host for panels with a `template`.

use crate::api::shown::panel;
use crate::documents;
use pyo3::prelude::*;

/// Gives a panel a document that the host has made of its `template`: calls `on_bind_model(context)`,
/// unless context is None, and `on_mount(document)`. From then on `on_update`, `on_scene_changed` and
/// `on_unmount` get the document. A panel in a worker gets a reference to it. For the host, on the
/// thread that draws, before the panel is drawn.
///
/// Raises what one of the two raises; the panel has no document then. KeyError if there is no such
/// panel.
#[pyfunction]
#[pyo3(signature = (id, document, context=None))]
pub(super) fn mount(
    py: Python<'_>,
    id: &str,
    document: &Bound<'_, PyAny>,
    context: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let context = context.unwrap_or_else(|| py.None().into_bound(py));
    documents::mount(&*panel(id)?, document, &context)
}

/// Takes the document of a panel away: calls `on_unmount(document)`. Does nothing if it has none. For
/// the host, on the thread that draws.
#[pyfunction]
pub(super) fn unmount(py: Python<'_>, id: &str) -> PyResult<()> {
    documents::unmount(py, &*panel(id)?)
}

/// Tells one panel that the scene has changed, for the process that has the scene. Returns whether the
/// panel wants to be drawn.
#[pyfunction]
#[pyo3(name = "_tell_scene_changed")]
pub(super) fn tell_scene_changed(py: Python<'_>, id: &str) -> PyResult<bool> {
    let panel = panel(id)?;
    Ok(py.detach(|| panel.source().scene_changed()))
}
