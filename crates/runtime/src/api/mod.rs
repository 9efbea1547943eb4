//! What plugins see as `lichtfeld`: classes to register, the log, the user interface.
//!
//! The functions here use the current manager. A host that ships Python packages (the wheel does)
//! adds these functions to them; [`install`] is for an embedder that ships no packages.

pub mod capabilities;
pub mod classes;
mod inputs;
pub mod log;
pub(crate) mod ops;
mod registering;
mod schedule;
mod shown;
mod surface;
pub mod ui;

use crate::bundled_modules::TYPES;
use crate::one_interpreter;
use pyo3::prelude::*;
use pyo3::types::PyModule;

/// The names of the classes and enums that plugins derive from.
pub const TYPE_NAMES: [&str; 6] = [
    "Panel",
    "Operator",
    "Menu",
    "Event",
    "PanelSpace",
    "PanelHeightMode",
];

/// Adds the plugin-facing functions and classes to a module of the host.
///
/// # Errors
/// If Python refuses an attribute.
pub fn populate(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let types = TYPES.get(py)?;
    for name in TYPE_NAMES {
        let class = types.getattr(name)?;
        class.setattr("__module__", "lfs_plugins.types")?;
        module.add(name, class)?;
    }
    module.add_function(wrap_pyfunction!(classes::register_class, module)?)?;
    module.add_function(wrap_pyfunction!(classes::unregister_class, module)?)?;
    crate::layout::add_to_module(module)
}

/// Makes `import lichtfeld` and `import lfs_plugins` work in an interpreter that has no such
/// packages installed: with `register_class`, `log`, `ui` and `lfs_plugins.types`.
///
/// # Errors
/// If Python refuses one of the modules.
pub fn install(py: Python<'_>, version: &str) -> PyResult<()> {
    one_interpreter::require(py)?;
    let modules = py.import("sys")?.getattr("modules")?;
    let lichtfeld = PyModule::new(py, "lichtfeld")?;
    lichtfeld.setattr("__path__", Vec::<String>::new())?;
    lichtfeld.add("__version__", version)?;
    populate(&lichtfeld)?;
    for part in [log::module(py)?, ui::module(py)?] {
        let name: String = part.name()?.extract()?;
        modules.set_item(&name, &part)?;
        lichtfeld.add(name.trim_start_matches("lichtfeld."), part)?;
    }
    modules.set_item("lichtfeld", &lichtfeld)?;

    let package = crate::bundled_modules::IMPORTER
        .get(py)?
        .call_method0("ensure_package")?;
    let types = PyModule::new(py, "lfs_plugins.types")?;
    for name in TYPE_NAMES {
        types.add(name, lichtfeld.getattr(name)?)?;
    }
    modules.set_item("lfs_plugins.types", &types)?;
    package.setattr("types", types)
}
