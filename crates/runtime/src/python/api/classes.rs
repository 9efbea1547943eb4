//! `register_class` and `unregister_class`: a plugin's panels become the host's.

use super::super::owner;
use super::super::panel_source::PyPanel;
use super::super::support::TYPES;
use crate::host::Level;
use crate::ledger::{EntryId, Owner};
use crate::manager::Manager;
use crate::panels::{PanelInfo, Registered};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The ledger's entry of each registered class, to strike it out when the plugin unregisters.
static ENTRIES: Mutex<Option<Entries>> = Mutex::new(None);

/// By panel id and owner.
type Entries = HashMap<(String, Option<Owner>), EntryId>;

fn entries<T>(look: impl FnOnce(&mut Entries) -> T) -> T {
    let mut entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
    look(entries.get_or_insert_default())
}

fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    match value.getattr_opt(name)? {
        Some(found) if !found.is_none() => {
            let found = found.getattr_opt("value")?.unwrap_or(found);
            let text = found.str()?.to_string_lossy().into_owned();
            Ok(Some(text).filter(|text| !text.is_empty()))
        }
        _ => Ok(None),
    }
}

/// What the class says of itself; `panel_label` and the like are the older names.
fn describe(class: &Bound<'_, PyType>, owner: Option<&Owner>) -> PyResult<PanelInfo> {
    let either = |new: &str, old: &str| -> PyResult<Option<String>> {
        Ok(match text(class, new)? {
            Some(found) => Some(found),
            None => text(class, old)?,
        })
    };
    let id = match either("id", "panel_id")? {
        Some(id) => id,
        None => format!("{}.{}", class.module()?, class.qualname()?),
    };
    let order = match class.getattr_opt("panel_order")? {
        Some(order) => order,
        None => class.getattr("order")?,
    };
    let order = order.extract().map_err(|_| {
        PyTypeError::new_err(format!("{id}: order must be a whole number, not {order}"))
    })?;
    let by_interval = text(class, "update_policy")?.as_deref() == Some("interval");
    let template = text(class, "template")?.is_some();
    Ok(PanelInfo {
        label: either("panel_label", "label")?
            .map_or_else(|| class.name().map(|name| name.to_string()), Ok)?,
        space: either("panel_space", "space")?.unwrap_or_else(|| "MAIN_PANEL_TAB".to_owned()),
        parent: text(class, "parent")?.unwrap_or_default(),
        order,
        size: class
            .getattr_opt("size")?
            .and_then(|size| size.extract().ok()),
        interval_ms: if by_interval && template {
            class
                .getattr_opt("update_interval_ms")?
                .and_then(|interval| interval.extract().ok())
        } else {
            None
        },
        plugin: owner.map(|owner| owner.key.clone()),
        id,
    })
}

fn base<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
    Ok(TYPES.get(py)?.getattr(name)?.cast_into::<PyType>()?)
}

/// The class as a class, or a `TypeError` that says what is missing.
fn class_of<'py>(given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyType>> {
    given.cast::<PyType>().cloned().map_err(|_| {
        let hint = given.get_type().name().map_or_else(
            |_| String::new(),
            |name| format!("; give the class itself: register_class({name})"),
        );
        PyTypeError::new_err(format!("register_class takes a class, not {given}{hint}"))
    })
}

/// Shows a panel class to the host. Its one instance is made here.
///
/// Registering the same id again replaces the panel and says so in the log. When the plugin is
/// unloaded without having unregistered it, the panel is removed with it.
///
/// Raises TypeError for something that is not a panel, and says what is missing.
#[pyfunction]
pub fn register_class(cls: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = cls.py();
    let class = class_of(cls)?;
    let is_panel = class.is_subclass(base(py, "Panel")?.as_any())?;
    let is_other = class.is_subclass(base(py, "Operator")?.as_any())?
        || class.is_subclass(base(py, "Menu")?.as_any())?;
    if !is_panel && !is_other && !class.hasattr("draw")? {
        return Err(PyTypeError::new_err(format!(
            "{} cannot be registered: it is no Panel, Operator or Menu, and has no draw(layout); \
             write `class {}(lfs_plugins.types.Panel)`",
            class.qualname()?,
            class.name()?
        )));
    }
    let owner = owner::of_object(class.as_any())?;
    let manager = super::manager()?;
    let info = describe(&class, owner.as_ref())?;
    let instance = class.call0()?;
    let id = info.id.clone();
    let source = Arc::new(PyPanel::new(instance.unbind()));
    let registered = py.detach(|| {
        let registered = manager.panels().register(info, owner.clone(), source);
        if let Some(owner) = &owner {
            let entry = record(&manager, owner.clone(), id.clone());
            if let Some(old) =
                entries(|known| known.insert((id.clone(), Some(owner.clone())), entry))
            {
                manager.ledger().forget(old);
            }
        }
        registered
    });
    if registered == Registered::Replaced {
        let key = owner.as_ref().map(|owner| owner.key.as_str());
        py.detach(|| {
            manager.log(
                key,
                Level::Warn,
                &format!("panel '{id}' was registered again and replaced"),
            );
        });
    }
    Ok(())
}

fn record(manager: &Arc<Manager>, owner: Owner, id: String) -> EntryId {
    let panels = Arc::clone(manager.panels());
    let what = format!("panel '{id}'");
    manager.ledger().record(owner.clone(), what, move || {
        panels.unregister(&id, Some(&owner));
        entries(|known| known.remove(&(id, Some(owner))));
    })
}

/// Takes a panel class away from the host. One that was not registered is no mistake.
#[pyfunction]
pub fn unregister_class(cls: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = cls.py();
    let class = class_of(cls)?;
    let owner = owner::of_object(class.as_any())?;
    let id = describe(&class, owner.as_ref())?.id;
    let manager = super::manager()?;
    py.detach(|| {
        manager.panels().unregister(&id, owner.as_ref());
        if let Some(entry) = entries(|known| known.remove(&(id, owner))) {
            manager.ledger().forget(entry);
        }
    });
    Ok(())
}
