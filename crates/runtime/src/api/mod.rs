//! What plugins see as `lichtfeld`: classes to register, the log, the user interface.
//!
//! The functions here use the current manager. The native module `lichtfeld.plugins` has them, in the
//! wheel and in a Rust application that contains it (`lichtfeld-embed`).

pub mod capabilities;
pub mod classes;
mod documents;
mod elements;
pub(crate) mod inputs;
pub mod log;
pub(crate) mod ops;
mod panel_management;
mod registering;
mod requests;
mod schedule;
mod shown;
pub(crate) mod surface;
pub mod ui;

use crate::bundled_modules::TYPES;
use pyo3::prelude::*;
use pyo3::types::PyModule;

/// The names of the classes and enums that plugins derive from.
pub const TYPE_NAMES: [&str; 8] = [
    "Panel",
    "Operator",
    "Menu",
    "Event",
    "PanelSpace",
    "PanelHeightMode",
    "PanelOption",
    "PollDependency",
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
    panel_management::add_to_module(module)?;
    requests::add_to_module(module)?;
    module.add("PropertyGroup", types.getattr("PropertyGroup")?)?;
    module.add_function(wrap_pyfunction!(classes::register_class, module)?)?;
    module.add_function(wrap_pyfunction!(classes::unregister_class, module)?)?;
    module.add_class::<crate::panel_session::PanelSession>()?;
    module.add_class::<crate::textures::DynamicTexture>()?;
    crate::layout::add_to_module(module)
}
