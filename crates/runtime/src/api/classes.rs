//! `register_class` and `unregister_class`: a plugin's panels, operators and menus become the host's.

use crate::api::registering::{refused, register};
use crate::author_notes;
use crate::bundled_modules::TYPES;
use crate::calling_plugin;
use crate::current_manager::{current, require_current};
use crate::operator_source::PyOperator;
use crate::panel_source::{PyPanel, overrides};
use lichtfeld_engine::{
    Level, Manager, Offer, Operator, OperatorInfo, Owner, Panel, PanelInfo, Panels,
};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::sync::Arc;

/// What can be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Registrable {
    Panel,
    Operator,
    Menu,
}

impl Registrable {
    /// The name of the class that plugins derive from.
    fn class(self) -> &'static str {
        match self {
            Self::Panel => "Panel",
            Self::Operator => "Operator",
            Self::Menu => "Menu",
        }
    }

    /// What a class is, or a `TypeError` that says what is missing.
    fn of(class: &Bound<'_, PyType>) -> PyResult<Self> {
        let py = class.py();
        for (kind, name) in [(Self::Operator, "Operator"), (Self::Menu, "Menu")] {
            if class.is_subclass(base(py, name)?.as_any())? {
                return Ok(kind);
            }
        }
        let is_panel = class.is_subclass(base(py, "Panel")?.as_any())?;
        let draws = class
            .getattr_opt("draw")?
            .is_some_and(|draw| draw.is_callable());
        if is_panel || draws {
            return Ok(Self::Panel);
        }
        let (qualname, name) = (class.qualname()?, class.name()?);
        let executes = class.hasattr("execute")?;
        Err(PyTypeError::new_err(if executes {
            format!(
                "{qualname} cannot be registered: it has execute() but is no Operator; write \
                 `class {name}(lfs_plugins.types.Operator)`"
            )
        } else {
            format!(
                "{qualname} cannot be registered: it is no Panel, Operator or Menu, and has no \
                 draw(layout); write `class {name}(lfs_plugins.types.Panel)`"
            )
        }))
    }

    /// Where panels and menus are; none for an operator.
    fn panels(self, manager: &Manager) -> Option<&Arc<Panels>> {
        match self {
            Self::Panel => Some(manager.panels()),
            Self::Menu => Some(manager.menus()),
            Self::Operator => None,
        }
    }

    fn unregister(self, manager: &Manager, id: &str, owner: Option<&Owner>) -> bool {
        match self.panels(manager) {
            Some(panels) => panels.unregister(id, owner),
            None => manager.operators().unregister(id, owner),
        }
    }
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

fn either(class: &Bound<'_, PyType>, new: &str, old: &str) -> PyResult<Option<String>> {
    Ok(match text(class.as_any(), new)? {
        Some(found) => Some(found),
        None => text(class.as_any(), old)?,
    })
}

/// The id that the class names, or one made from its module and its name.
fn id_of(class: &Bound<'_, PyType>) -> PyResult<String> {
    Ok(match either(class, "id", "panel_id")? {
        Some(id) => id,
        None => format!("{}.{}", class.module()?, class.qualname()?),
    })
}

/// The interval in milliseconds, where the class asks for one: `Panel` has one of its own, which
/// only counts for panels with a template or an `on_update`.
fn interval(class: &Bound<'_, PyType>, id: &str) -> PyResult<Option<u64>> {
    let is_by_interval = text(class.as_any(), "update_policy")?.as_deref() == Some("interval");
    let panel = base(class.py(), "Panel")?;
    let own = ["update_policy", "update_interval_ms", "on_update"]
        .iter()
        .map(|name| overrides(class, name))
        .collect::<PyResult<Vec<bool>>>()?;
    // The policy "interval" may be the very same text object as the one that is inherited.
    let asks = own.contains(&true) || class.getattr("__dict__")?.contains("update_policy")?;
    if !is_by_interval || !(asks || text(class.as_any(), "template")?.is_some()) {
        return Ok(None);
    }
    let interval = match class.getattr_opt("update_interval_ms")? {
        Some(interval) => interval,
        None => panel.getattr("update_interval_ms")?,
    };
    match interval.extract::<f64>() {
        Ok(ms) if ms > 0.0 && ms.is_finite() => Ok(Some((ms.ceil() as u64).max(1))),
        _ => Err(PyTypeError::new_err(format!(
            "{id}: update_interval_ms must be a number of milliseconds above 0, not {interval}"
        ))),
    }
}

/// What the class says of itself; `panel_label` and the like are the older names.
fn describe(
    class: &Bound<'_, PyType>,
    kind: Registrable,
    id: String,
    plugin: Option<String>,
) -> PyResult<PanelInfo> {
    let order = match class.getattr_opt("panel_order")? {
        Some(order) => Some(order),
        None => class.getattr_opt("order")?,
    };
    let order = order.map_or(Ok(100), |order| {
        order.extract().map_err(|_| {
            PyTypeError::new_err(format!("{id}: order must be a whole number, not {order}"))
        })
    })?;
    let space = match kind {
        Registrable::Menu => text(class.as_any(), "location")?.unwrap_or_default(),
        _ => either(class, "panel_space", "space")?.unwrap_or_else(|| "MAIN_PANEL_TAB".to_owned()),
    };
    let label = either(class, "panel_label", "label")?
        .map_or_else(|| class.name().map(|name| name.to_string()), Ok)?;
    let interval_ms = match kind {
        Registrable::Panel => interval(class, &id)?,
        _ => None,
    };
    let mut info = PanelInfo::new(id, label, space);
    info.parent = text(class.as_any(), "parent")?.unwrap_or_default();
    info.order = order;
    info.size = class
        .getattr_opt("size")?
        .and_then(|size| size.extract().ok());
    info.interval_ms = interval_ms;
    info.polls = has_own_poll(class)?;
    info.plugin = plugin;
    Ok(info)
}

/// So many options are read of a panel.
const MOST_OPTIONS: usize = 64;

/// What a panel says for a host that makes documents of templates.
fn describe_document(instance: &Bound<'_, PyAny>, info: &mut PanelInfo) -> PyResult<()> {
    info.template = text(instance, "template")?.unwrap_or_default();
    info.style = text(instance, "style")?.unwrap_or_default();
    info.height_mode = text(instance, "height_mode")?.unwrap_or_default();
    info.retained = !info.template.is_empty() && !overrides(&instance.get_type(), "draw")?;
    let Some(options) = instance.getattr_opt("options")? else {
        return Ok(());
    };
    // Anything else says nothing.
    for option in options.try_iter().into_iter().flatten().take(MOST_OPTIONS) {
        let option = option?;
        // An enum of the host may have numbers as values.
        let name = match option.extract::<String>() {
            Ok(text) => text,
            Err(_) => option
                .getattr_opt("name")?
                .unwrap_or(option)
                .str()?
                .to_string_lossy()
                .into_owned(),
        };
        info.options.push(name);
    }
    info.options.sort();
    Ok(())
}

/// Whether a panel or a menu has a `poll` of its own.
fn has_own_poll(class: &Bound<'_, PyType>) -> PyResult<bool> {
    let py = class.py();
    let inherited = [base(py, "Panel")?, base(py, "Menu")?];
    // Not by `getattr`, which makes a new method object of a class method each time.
    for ancestor in class.mro() {
        if ancestor
            .getattr(intern!(py, "__dict__"))?
            .contains(intern!(py, "poll"))?
        {
            return Ok(!inherited.iter().any(|class| class.is(&ancestor)));
        }
    }
    class.hasattr(intern!(py, "poll"))
}

fn describe_operator(
    class: &Bound<'_, PyType>,
    id: String,
    plugin: Option<String>,
) -> PyResult<OperatorInfo> {
    let properties = TYPES
        .get(class.py())?
        .call_method1("property_names", (class,))?;
    let label = text(class.as_any(), "label")?
        .map_or_else(|| class.name().map(|name| name.to_string()), Ok)?;
    let mut info = OperatorInfo::new(id, label);
    info.description = text(class.as_any(), "description")?.unwrap_or_default();
    info.properties = properties.extract()?;
    info.plugin = plugin;
    Ok(info)
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

/// Shows a Panel, Operator or Menu class to the host. The one instance of a panel or a menu is made
/// here; an operator has one for each invocation.
///
/// A plugin that registers an id again replaces its own class, which the log says. When the plugin is unloaded
/// without having unregistered it, it is removed with the plugin.
///
/// Raises TypeError for something that is none of them, and says what is missing; PluginError (LR020)
/// if another plugin, or the application, has registered the id.
#[pyfunction]
pub fn register_class(cls: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = cls.py();
    let class = class_of(cls)?;
    let kind = Registrable::of(&class)?;
    let owner = calling_plugin::of_object(class.as_any())?;
    let manager = require_current()?;
    let id = id_of(&class)?;
    let name = owner.as_ref().map(|owner| manager.shown_name(&owner.key));
    if let Some(owner) = &owner {
        for note in author_notes::of_class(&class, kind.class())? {
            py.detach(|| manager.log(Some(&owner.key), Level::Warn, &note));
        }
    }
    let registered = match kind.panels(&manager) {
        Some(panels) => {
            let mut info = describe(&class, kind, id, name)?;
            let instance = class.call0()?;
            if kind == Registrable::Panel {
                describe_document(&instance, &mut info)?;
            }
            info.polls |= instance
                .getattr_opt(intern!(py, "__dict__"))?
                .is_some_and(|own| own.contains(intern!(py, "poll")).unwrap_or_default());
            let source = Arc::new(PyPanel::new(&instance, &info, owner.as_ref())?);
            let offer = match kind {
                Registrable::Menu => Offer::Menu { info: info.clone() },
                _ => Offer::Panel { info: info.clone() },
            };
            py.detach(|| register(&manager, panels, Panel::new(info, owner, source), &offer))
        }
        None => {
            let info = describe_operator(&class, id.clone(), name)?;
            let class = class.into_any().unbind();
            let key = owner.as_ref().map(|owner| owner.key.clone());
            let source = Arc::new(PyOperator::new(id, key, class));
            let offer = Offer::Operator { info: info.clone() };
            let operator = Operator::new(info, owner, source);
            py.detach(|| register(&manager, manager.operators(), operator, &offer))
        }
    };
    registered.map_err(|error| refused(py, &error))
}

/// Takes a class away from the host. One that was not registered is no mistake.
#[pyfunction]
pub fn unregister_class(cls: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = cls.py();
    let class = class_of(cls)?;
    let kind = Registrable::of(&class)?;
    let owner = calling_plugin::of_object(class.as_any())?;
    let id = id_of(&class)?;
    let Some(manager) = current() else {
        return Ok(());
    };
    py.detach(|| {
        kind.unregister(&manager, &id, owner.as_ref());
    });
    Ok(())
}
