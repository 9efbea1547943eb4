//! Changes of panels after they were registered, and the names of `lichtfeld` that are Python code.
//!
//! The public functions are in `lfs_plugins._panels`; those here are called by them.

use crate::bundled_modules::CONTEXT;
use crate::convert::to_python;
use crate::current_manager::asked;
use lichtfeld_engine::PanelChange;
use pyo3::exceptions::PyAttributeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyModule};

/// Returns what is known of a panel, a dict, or None if there is no such panel.
#[pyfunction]
fn _panel_state<'py>(py: Python<'py>, id: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let panel = asked()?.and_then(|manager| manager.panels().find(id));
    let Some(panel) = panel else {
        return Ok(None);
    };
    let state = to_python(py, panel.info())?.cast_into::<PyDict>()?;
    state.set_item(intern!(py, "enabled"), panel.is_enabled())?;
    Ok(Some(state.into_any()))
}

/// Returns the ids of all panels of one space, or of all, shown or not.
#[pyfunction]
fn _panel_ids(space: Option<&str>) -> PyResult<Vec<String>> {
    let Some(manager) = asked()? else {
        return Ok(Vec::new());
    };
    let panels = manager.panels().visible();
    let infos = panels.iter().map(|panel| panel.info());
    let those = infos.filter(|info| space.is_none_or(|space| info.space == space));
    Ok(those.map(|info| info.id.clone()).collect())
}

/// Changes a panel. Returns whether there is one with this id.
#[pyfunction]
#[pyo3(signature = (id, *, label=None, order=None, space=None, parent=None, enabled=None))]
fn _change_panel(
    py: Python<'_>,
    id: &str,
    label: Option<String>,
    order: Option<i64>,
    space: Option<String>,
    parent: Option<String>,
    enabled: Option<bool>,
) -> PyResult<bool> {
    let Some(manager) = asked()? else {
        return Ok(false);
    };
    let mut change = PanelChange::default();
    change.label = label;
    change.order = order;
    change.space = space;
    change.parent = parent;
    change.enabled = enabled;
    Ok(py.detach(|| {
        let changed = manager.panels().change(id, &change);
        if changed {
            manager.host().request_redraw();
        }
        changed
    }))
}

/// Returns a name of `lichtfeld` or `lichtfeld.ui` that is Python code of `lfs_plugins`, for the
/// `__getattr__` of that module. Raises AttributeError for any other.
#[pyfunction]
fn _late<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if name.starts_with("__") {
        let text = format!("module '{module}' has no attribute '{name}'");
        return Err(PyAttributeError::new_err(text));
    }
    py.import(intern!(py, "lfs_plugins._host_names"))?
        .call_method1(intern!(py, "get"), (module, name))
}

/// The module of `lfs_plugins.op_context`.
#[pyfunction]
fn _context(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    CONTEXT.get(py).cloned()
}

/// Lets a native module have the names of `lfs_plugins._host_names`.
///
/// # Errors
/// If Python refuses it.
pub(super) fn add_late_names(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let name = module.name()?.to_string();
    let of = name.clone();
    let get = PyCFunction::new_closure(py, None, None, move |arguments, _| {
        let (attribute,): (String,) = arguments.extract()?;
        _late(arguments.py(), &of, &attribute).map(Bound::unbind)
    })?;
    module.setattr(intern!(py, "__getattr__"), get)?;
    let own = module.dict().unbind();
    let names = PyCFunction::new_closure(py, None, None, move |arguments, _| {
        let py = arguments.py();
        py.import(intern!(py, "lfs_plugins._host_names"))?
            .call_method1(intern!(py, "names"), (&name, own.bind(py)))
            .map(Bound::unbind)
    })?;
    module.setattr(intern!(py, "__dir__"), names)
}

/// Adds the functions to `lichtfeld.plugins`.
///
/// # Errors
/// If Python refuses one.
pub(super) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_panel_state, module)?)?;
    module.add_function(wrap_pyfunction!(_panel_ids, module)?)?;
    module.add_function(wrap_pyfunction!(_change_panel, module)?)?;
    module.add_function(wrap_pyfunction!(_late, module)?)?;
    module.add_function(wrap_pyfunction!(_context, module)?)
}
