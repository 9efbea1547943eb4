//! What to do about a module that a plugin imports and that does not exist.

use crate::current_manager::current;
use lichtfeld_engine::Role;
use lichtfeld_manifest::nearest;
use pyo3::prelude::*;

/// Returns whether this process is a worker.
pub(crate) fn is_worker() -> bool {
    current().is_some_and(|manager| manager.host().role() == Role::Worker)
}

/// Returns what to do about the missing `name`: the full name of a module (`is_module`), or of a name
/// in one. Returns `None` for a name that another package lacks.
pub(crate) fn hint(py: Python<'_>, name: &str, is_module: bool) -> Option<String> {
    let (top, rest) = name.split_once('.').unwrap_or((name, ""));
    match top {
        "lichtfeld" | "lfs_plugins" if !rest.is_empty() => {
            let (inside, missing) = name.rsplit_once('.')?;
            let known = if is_module {
                modules_in(py, inside)
            } else {
                names_in(py, inside)
            };
            let known = known.unwrap_or_default();
            Some(match nearest(missing, &known) {
                Some(near) => format!("did you mean `{inside}.{near}`?"),
                None if top == "lichtfeld" => of_application(name),
                None => of_plugins(name, rest),
            })
        }
        // A name that a package lacks is not a missing package.
        _ if !rest.is_empty() && py.import(top).is_ok() => None,
        _ => Some(of_packages(top)),
    }
}

/// Returns the names of the modules in a package, loaded or not.
fn modules_in(py: Python<'_>, package: &str) -> PyResult<Vec<String>> {
    let mut names = Vec::new();
    let prefix = format!("{package}.");
    // A copy: another thread may import meanwhile.
    let loaded = py.import("sys")?.getattr("modules")?.call_method0("copy")?;
    for name in loaded.try_iter()? {
        let name: String = name?.extract()?;
        if let Some(below) = name.strip_prefix(&prefix)
            && !below.contains('.')
        {
            names.push(below.to_owned());
        }
    }
    if let Some(path) = py.import(package)?.getattr_opt("__path__")? {
        let modules = py
            .import("pkgutil")?
            .call_method1("iter_modules", (path,))?;
        for found in modules.try_iter()? {
            names.push(found?.getattr("name")?.extract()?);
        }
    }
    names.retain(|name| !name.starts_with('_'));
    Ok(names)
}

/// Returns the public names of a module, and of the modules in it.
fn names_in(py: Python<'_>, module: &str) -> PyResult<Vec<String>> {
    let mut names: Vec<String> = py.import(module)?.dir()?.extract()?;
    names.retain(|name| !name.starts_with('_'));
    names.extend(modules_in(py, module)?);
    Ok(names)
}

fn of_application(name: &str) -> String {
    let (inside, missing) = name.rsplit_once('.').unwrap_or(("lichtfeld", name));
    let shared = if is_worker() {
        ", or does not share it with plugins in a process of their own"
    } else {
        ""
    };
    format!(
        "`{name}` is part of the application, and this application does not have it{shared}; look \
         before you use it: `if hasattr({inside}, \"{missing}\")`"
    )
}

fn of_plugins(name: &str, rest: &str) -> String {
    let plugin = rest.split('.').next().unwrap_or(rest);
    if is_worker() {
        format!(
            "the plugin runs in a process of its own, which does not have the modules of other \
             plugins; if `{name}` belongs to the plugin '{plugin}', call it by a capability"
        )
    } else {
        format!(
            "`{name}` is neither a module of the plugin system nor one of a plugin that is loaded; \
             if it belongs to the plugin '{plugin}', load that first: \
             `lichtfeld.plugins.load(\"{plugin}\")`"
        )
    }
}

fn of_packages(top: &str) -> String {
    let why = if is_worker() {
        "the plugin runs in a process of its own, with its own packages and not those of the \
         application; "
    } else {
        ""
    };
    format!(
        "{why}if '{top}' is a package from an index, add it to [project].dependencies in \
         pyproject.toml; if it is a file of the plugin, check its name"
    )
}

/// Returns whether this process is that of a plugin, for messages.
#[pyfunction]
pub fn _is_worker() -> bool {
    is_worker()
}
