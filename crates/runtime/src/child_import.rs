//! A plugin's code in a process that the plugin has started with `multiprocessing`.
//!
//! Such a child receives functions by name, `lfs_plugins.<module>.<function>`, and imports their
//! modules. No manager runs there and nothing is activated: the same importer as in the application
//! imports the modules from the plugin's directory.

use crate::bundled_modules::IMPORTER;
use crate::import_hook;
use lichtfeld_engine::model::home::Home;
use lichtfeld_manifest::discover;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyTuple};

/// The arguments of `CodeVersion` in `code_version.py`: name, key, module, root, entry, revision, bytecode.
type Found = (String, String, String, String, String, u64, String);

/// Makes `import lfs_plugins.<module>` work for the plugins of a home, without a manager.
///
/// # Errors
/// If the importer cannot be run.
pub fn install(py: Python<'_>, home: Home) -> PyResult<()> {
    let find = PyCFunction::new_closure(
        py,
        None,
        None,
        move |arguments: &Bound<'_, PyTuple>, _| -> PyResult<Option<Found>> {
            let module: String = arguments.get_item(0)?.extract()?;
            Ok(arguments.py().detach(|| find(&home, &module)))
        },
    )?;
    IMPORTER
        .get(py)?
        .call_method1("import_on_demand", (find,))?;
    import_hook::install(py)
}

fn find(home: &Home, module: &str) -> Option<Found> {
    let found = discover(home.plugins()).ok()?;
    let plugin = found
        .plugins
        .into_iter()
        .find(|plugin| plugin.manifest.name().module_name().as_str() == module)?;
    let name = plugin.manifest.name();
    let entry = plugin.manifest.entry_point().resolve(&plugin.dir).ok()?;
    Some((
        name.as_str().to_owned(),
        name.normalized().to_owned(),
        module.to_owned(),
        plugin.dir.into_string(),
        entry.into_string(),
        0,
        home.bytecode(name.normalized()).into_string(),
    ))
}
