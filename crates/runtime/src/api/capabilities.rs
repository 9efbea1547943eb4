//! Capabilities as Python has them: `lichtfeld.plugins.register_capability`, `invoke` and the rest.

use crate::api::registering::{refused, register, unanswered};
use crate::bundled_modules::CAPABILITIES;
use crate::calling_plugin;
use crate::capability_source::{PyCapability, PythonCapability};
use crate::convert::{from_python, to_python};
use crate::current_manager::{asked, current, require_current};
use lichtfeld_engine::Manager;
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_engine::{Capability, CapabilityInfo, Offer};
use lichtfeld_manifest::PluginName;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule};
use std::sync::Arc;

/// The limit for the length of a name, in bytes.
const MAX_NAME: usize = 200;

fn key_of(plugin_name: &str) -> Option<String> {
    let name = PluginName::new(plugin_name).ok()?;
    Some(name.normalized().to_owned())
}

/// Returns the owner of a registration: the plugin that defines the handler, else the calling plugin,
/// else (the host registers for a plugin) the active version of the plugin with this name.
fn owner_of(
    manager: &Manager,
    handler: &Bound<'_, PyAny>,
    plugin_name: Option<&str>,
) -> PyResult<Option<Owner>> {
    if let Some(owner) = calling_plugin::of_object(handler)? {
        return Ok(Some(owner));
    }
    Ok(plugin_name
        .and_then(key_of)
        .and_then(|key| manager.ledger().active(&key)))
}

/// Offers a capability: `handler(args, context)` is called with a dict and a `PluginContext`, and
/// returns a dict. A handler may also take `args` alone.
///
/// With `requires_gui` the handler runs on the UI thread: that of the application, or the main thread
/// of the plugin's own process; the caller waits. Without it, and in a program without a UI thread,
/// it runs on the thread of the caller.
///
/// `schema` says which arguments there are (a `CapabilitySchema`, or a JSON Schema as a dict); calls
/// with others are refused before the handler is called. The capability belongs to the plugin whose
/// code registers it, and is taken back when that is unloaded; `plugin_name` is for a host that
/// registers for a plugin. Registering the same name again replaces it.
///
/// Raises PluginError (LR020) where another plugin offers the name, TypeError or ValueError for an
/// argument that cannot be used.
#[pyfunction]
#[pyo3(signature = (name, handler, description="", schema=None, plugin_name=None, requires_gui=true))]
fn register_capability<'py>(
    py: Python<'py>,
    name: &str,
    handler: &Bound<'py, PyAny>,
    description: &str,
    schema: Option<&Bound<'py, PyAny>>,
    plugin_name: Option<String>,
    requires_gui: bool,
) -> PyResult<()> {
    if name.is_empty()
        || name.len() > MAX_NAME
        || name.contains(|c: char| c.is_whitespace() || c.is_control())
    {
        return Err(PyValueError::new_err(format!(
            "{name:?} cannot be a capability's name: use something like 'my_plugin.align'"
        )));
    }
    if !handler.is_callable() {
        return Err(PyTypeError::new_err(format!(
            "the handler of a capability must be callable, not {handler}; give the function \
             itself, not its result"
        )));
    }
    let manager = require_current()?;
    let schema = support(py)?.call_method1("checked_schema", (schema,))?;
    let plain_schema = from_python(&schema)?;
    let owner = owner_of(&manager, handler, plugin_name.as_deref())?;
    let plugin = owner.as_ref().map(|owner| owner.key.clone());
    let source = PyCapability::new(name.to_owned(), plugin, &schema, requires_gui, handler)?;
    let mut info = CapabilityInfo::new(name, description);
    info.schema = plain_schema;
    info.plugin_name = match &owner {
        Some(owner) => Some(manager.shown_name(&owner.key)),
        None => plugin_name,
    };
    info.requires_gui = requires_gui;
    let offer = Offer::Capability { info: info.clone() };
    let capability = Capability::new(info, owner, Arc::new(source));
    py.detach(|| register(&manager, manager.capabilities(), capability, &offer))
        .map_err(|error| refused(py, &error))
}

/// Returns the descriptions of one capability, or of all.
fn known(py: Python<'_>, name: Option<&str>) -> PyResult<Vec<CapabilityInfo>> {
    let Some(manager) = asked()? else {
        return Ok(Vec::new());
    };
    py.detach(|| manager.known_capabilities(name))
        .map_err(|silent| unanswered(py, &silent))
}

/// Unregisters a capability: a plugin its own, the host any. Returns False if there is none of this
/// name.
#[pyfunction]
fn unregister_capability(py: Python<'_>, name: &str) -> PyResult<bool> {
    let Some(manager) = current() else {
        return Ok(false);
    };
    let caller = calling_plugin::of_caller(py)?;
    Ok(py.detach(|| {
        let capabilities = manager.capabilities();
        match caller {
            Some(owner) => capabilities.unregister(name, Some(&owner)),
            None => capabilities
                .find(name)
                .is_some_and(|known| capabilities.unregister(name, known.owner())),
        }
    }))
}

/// Unregisters all capabilities of a plugin. Returns their number. A plugin can only name itself.
#[pyfunction]
fn unregister_all(py: Python<'_>, plugin_name: &str) -> PyResult<usize> {
    let manager = require_current()?;
    let caller = calling_plugin::of_caller(py)?;
    let wanted = key_of(plugin_name);
    Ok(py.detach(|| {
        let capabilities = manager.capabilities();
        let is_meant = |known: &Capability| match known.owner() {
            Some(owner) => {
                Some(&owner.key) == wanted.as_ref()
                    && caller.as_ref().is_none_or(|caller| caller == owner)
            }
            None => caller.is_none() && known.info().plugin_name.as_deref() == Some(plugin_name),
        };
        let meant = capabilities.visible();
        let meant = meant.iter().filter(|known| is_meant(known));
        meant
            .filter(|known| capabilities.unregister(&known.info().name, known.owner()))
            .count()
    }))
}

/// Calls a capability with a dict of arguments: on the UI thread if it requires the window, else on
/// this thread. Returns its answer, a dict with `success`. If that is False, the dict has `error`,
/// `error_type` and `traceback`: for an unknown name, for arguments that its schema refuses, for
/// capabilities that call each other in a circle, for a UI thread that does not begin it within
/// `set_limits(ui_thread=30)` seconds, and for whatever the handler raises, which is also in its
/// plugin's log.
#[pyfunction]
#[pyo3(signature = (name, args=None))]
fn invoke<'py>(
    py: Python<'py>,
    name: &str,
    args: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let manager = require_current()?;
    let none = py.None();
    let given = args.unwrap_or_else(|| none.bind(py));
    if let Some(answer) = _invoke_here(py, name, given)? {
        return Ok(answer);
    }
    if let Some(answer) = invoke_in_application(py, name, given)? {
        return Ok(answer);
    }
    let near = py.detach(|| manager.nearest_capability(name));
    let near = near.map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
    let message = format!("no capability is called '{name}'{near}");
    support(py)?.call_method1("failed", ("CapabilityNotFoundError", message))
}

/// Calls a capability that is registered in this process: as `invoke`, but returns None for an unknown
/// name.
#[pyfunction]
fn _invoke_here<'py>(
    py: Python<'py>,
    name: &str,
    args: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let manager = require_current()?;
    let Some(known) = py.detach(|| manager.capabilities().find(name)) else {
        return Ok(None);
    };
    if let Some(python) = known.interface::<Arc<dyn PythonCapability>>() {
        return python.call(py, args).map(Some);
    }
    let args = plain(Some(args))?;
    let answer = py.detach(|| known.source().invoke(&args));
    to_python(py, &answer).map(Some)
}

/// Calls a capability of the application, in a process of a plugin.
#[cfg(unix)]
fn invoke_in_application<'py>(
    py: Python<'py>,
    name: &str,
    args: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if !crate::missing_module::is_worker() {
        return Ok(None);
    }
    let answer = crate::bundled_modules::HOST_MODULES
        .get(py)?
        .call_method1("capability", (name, args))?;
    Ok((!answer.is_none()).then_some(answer))
}

#[cfg(not(unix))]
fn invoke_in_application<'py>(
    _py: Python<'py>,
    _name: &str,
    _args: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(None)
}

/// Returns the arguments as they cross to another process.
fn plain(args: Option<&Bound<'_, PyAny>>) -> PyResult<serde_json::Value> {
    let Some(args) = args.filter(|args| !args.is_none()) else {
        return Ok(serde_json::Value::Object(serde_json::Map::new()));
    };
    from_python(args)
}

fn describe<'py>(py: Python<'py>, known: &CapabilityInfo) -> PyResult<Bound<'py, PyDict>> {
    Ok(to_python(py, known)?.cast_into::<PyDict>()?)
}

/// Adds the handler, if that is a Python function of this process.
fn describe_with_handler<'py>(
    py: Python<'py>,
    known: &CapabilityInfo,
) -> PyResult<Bound<'py, PyDict>> {
    let described = describe(py, known)?;
    let manager = require_current()?;
    let here = py.detach(|| manager.capabilities().find(&known.name));
    let python = here.and_then(|here| here.interface::<Arc<dyn PythonCapability>>());
    described.set_item("handler", python.and_then(|python| python.handler(py)))?;
    Ok(described)
}

/// Returns whether a capability of this name exists now.
///
/// In a process of a plugin this asks the application. Raises PluginTimeoutError if the application
/// does not answer.
#[pyfunction]
fn has_capability(py: Python<'_>, name: &str) -> PyResult<bool> {
    Ok(!known(py, Some(name))?.is_empty())
}

/// Returns all capabilities, by name: dicts with name, description, schema, plugin_name and
/// requires_gui. Raises as `has_capability`.
#[pyfunction]
fn list_capabilities(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let known = known(py, None)?;
    known.iter().map(|info| describe(py, info)).collect()
}

#[pyfunction]
fn find<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyDict>>> {
    let found = known(py, Some(name))?;
    found
        .first()
        .map(|info| describe_with_handler(py, info))
        .transpose()
}

#[pyfunction]
fn all(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let known = known(py, None)?;
    let described = known.iter().map(|info| describe_with_handler(py, info));
    described.collect()
}

/// Returns the part that is written in Python. It runs at the first call: it imports `dataclasses`,
/// which costs every worker ten milliseconds.
///
/// # Errors
/// If it cannot be run.
pub(crate) fn support(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    let support = CAPABILITIES.get(py)?;
    if support.getattr(intern!(py, "native"))?.is_none() {
        let native = PyModule::new(py, "_lichtfeld_capabilities_native")?;
        native.add("register", wrap_pyfunction!(register_capability, &native)?)?;
        native.add(
            "unregister",
            wrap_pyfunction!(unregister_capability, &native)?,
        )?;
        native.add("invoke", wrap_pyfunction!(invoke, &native)?)?;
        native.add("unregister_all", wrap_pyfunction!(unregister_all, &native)?)?;
        native.add("find", wrap_pyfunction!(find, &native)?)?;
        native.add("all", wrap_pyfunction!(all, &native)?)?;
        support.setattr(intern!(py, "native"), native)?;
    }
    Ok(support)
}

/// Returns the module behind `lfs_plugins.capabilities`.
#[pyfunction]
fn _capabilities(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    support(py)
}

/// Adds the functions of `lichtfeld.plugins` to a module of the host; `_capabilities()` returns the
/// module behind `lfs_plugins.capabilities`.
///
/// # Errors
/// If Python refuses one of them.
pub fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_invoke_here, module)?)?;
    module.add_function(wrap_pyfunction!(register_capability, module)?)?;
    module.add_function(wrap_pyfunction!(unregister_capability, module)?)?;
    module.add_function(wrap_pyfunction!(invoke, module)?)?;
    module.add_function(wrap_pyfunction!(has_capability, module)?)?;
    module.add_function(wrap_pyfunction!(list_capabilities, module)?)?;
    module.add_function(wrap_pyfunction!(_capabilities, module)?)
}
