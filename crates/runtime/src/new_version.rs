//! One version of a plugin's code before its import: what this process needs for it.

use crate::bundled_modules::{CODE_VERSION, IMPORTER, SITE_ENVIRONMENT};
use crate::child_python;
use crate::import_hook;
use camino::Utf8Path;
use lichtfeld_engine::Services;
use lichtfeld_engine::execution::backend::CodeVersion;
use lichtfeld_engine::model::level::Level;
use lichtfeld_manifest::PluginName;
use pyo3::intern;
use pyo3::prelude::*;

/// Logs that a package in a new environment has got the bare name of an active plugin.
fn note_displaced(services: &Services, module: &str, directory: &Utf8Path) {
    let message = format!(
        "`import {module}` in packages gives the package of that name in {directory}; the \
         application and other plugins still get the plugin"
    );
    let name = PluginName::new(module).ok();
    let key = name.as_ref().map(PluginName::normalized);
    services.log(key, Level::Warn, &message);
}

/// Prepares Python for a version of a plugin's code: the finder, the import hook, and its environment
/// on `sys.path`. Returns its `CodeVersion` of Python.
///
/// # Errors
/// What Python raises.
pub(super) fn new_version<'py>(
    py: Python<'py>,
    services: &Services,
    code_version: &CodeVersion,
) -> PyResult<Bound<'py, PyAny>> {
    let importer = IMPORTER.get(py)?;
    importer.call_method0(intern!(py, "ensure_package"))?;
    importer.call_method0(intern!(py, "install"))?;
    import_hook::install(py)?;
    let directories: Vec<&str> = code_version
        .site_packages
        .iter()
        .map(|directory| directory.as_str())
        .collect();
    let environment = SITE_ENVIRONMENT.get(py)?.call_method1(
        intern!(py, "use"),
        (
            &code_version.key,
            directories,
            &code_version.packages,
            &code_version.of_others,
        ),
    )?;
    let code = CODE_VERSION.get(py)?.call_method1(
        intern!(py, "CodeVersion"),
        (
            &code_version.name,
            &code_version.key,
            &code_version.module,
            code_version.root.as_str(),
            code_version.entry.as_str(),
            code_version.revision,
            code_version.bytecode.as_str(),
            code_version
                .site_packages
                .iter()
                .map(|directory| directory.as_str())
                .collect::<Vec<_>>(),
        ),
    )?;
    code.setattr(intern!(py, "environment"), &environment)?;
    let taken = environment.getattr(intern!(py, "taken"))?;
    for (module, directory) in taken.extract::<Vec<(String, String)>>()? {
        note_displaced(services, &module, Utf8Path::new(&directory));
    }
    child_python::note(&code, code_version)?;
    Ok(code)
}
