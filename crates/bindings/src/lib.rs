//! The native Python module `lichtfeld.plugins`.
//!
//! It translates arguments, results and errors, and makes no decisions: those are in
//! `lichtfeld-runtime`. No function here holds the GIL while it waits (`gate`), and a panic reaches
//! Python as an exception. A Rust application can contain the module: [`embedding`].

mod convert;
pub mod embedding;
mod errors;
mod features;
mod functions;
mod gate;
mod handlers;
mod host;
mod instance;
mod loading;
mod manager;
mod observer;
mod own;
mod packages;
mod registry;
mod registry_url;
mod requests;
mod running;
mod subscription;
mod timeouts;
mod ui_thread;
mod workers;

use lichtfeld_runtime::{api, hooks, host_api, missing_module, one_interpreter};
use pyo3::prelude::*;

/// Plugins: found, installed, loaded, reloaded, isolated.
#[pymodule(name = "plugins", module = "lichtfeld", gil_used = true)]
pub fn plugins(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    // Before anything that keeps a Python object.
    one_interpreter::require(py)?;
    lichtfeld_cli::print_diagnostics();
    lichtfeld_runtime::make_with(running::running);
    module.add("API_VERSION", host::API_VERSION)?;
    module.add("FEATURES", features::FEATURES.to_vec())?;
    api::populate(module)?;
    api::capabilities::add_to_module(module)?;
    module.add_class::<manager::PluginManager>()?;
    module.add_class::<subscription::Subscription>()?;
    module.add_class::<loading::Loading>()?;
    functions::add_to_module(module)?;
    module.add_function(wrap_pyfunction!(missing_module::_is_worker, module)?)?;
    module.add_function(wrap_pyfunction!(hooks::carry_over, module)?)?;
    module.add_function(wrap_pyfunction!(workers::set_worker_limits, module)?)?;
    host_api::add_to_module(module)?;
    own::add_to_module(module)?;
    packages::add_to_module(module)?;
    registry::add_to_module(module)?;
    requests::add_to_module(module)?;
    // Native modules of the package; `lichtfeld/__init__.py` puts them into `sys.modules`.
    module.add("_log", api::log::module(py)?)?;
    module.add("_ui", api::ui::module(py)?)?;
    // For a plugin's own process.
    #[cfg(unix)]
    module.add_function(wrap_pyfunction!(
        lichtfeld_runtime::worker::shared_array,
        module
    )?)?;
    #[cfg(unix)]
    module.add_function(wrap_pyfunction!(
        lichtfeld_runtime::worker::shared_from_fd,
        module
    )?)?;
    #[cfg(unix)]
    module.add_function(wrap_pyfunction!(
        lichtfeld_runtime::worker::serve_worker,
        module
    )?)?;
    Ok(())
}
