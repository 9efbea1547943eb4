//! What can be imported from `sys.path` before anything of a plugin.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{Distribution, distributions_in};
use pyo3::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The endings of modules that are files.
const SUFFIXES: [&str; 3] = [".py", ".so", ".pyd"];

/// Returns the distributions on `sys.path`; of two with one name the first counts, as for imports.
///
/// # Errors
/// If `sys.path` is not a list of strings.
pub fn distributions(py: Python<'_>) -> PyResult<Vec<Distribution>> {
    let mut found = BTreeMap::new();
    for directory in directories(py)? {
        for distribution in distributions_in(&directory).unwrap_or_default() {
            found
                .entry(distribution.name.clone())
                .or_insert(distribution);
        }
    }
    Ok(found.into_values().collect())
}

/// Returns the modules on `sys.path` that belong neither to a distribution nor to the standard
/// library: those of the application itself.
///
/// # Errors
/// If `sys.path` is not a list of strings.
pub(crate) fn loose_modules(py: Python<'_>) -> PyResult<Vec<String>> {
    let standard = standard_library(py)?;
    let mut loose = BTreeSet::new();
    for directory in directories(py)? {
        if standard.contains(&directory) {
            continue;
        }
        let known = distributions_in(&directory).unwrap_or_default();
        let known: BTreeSet<&str> = known
            .iter()
            .flat_map(|distribution| &distribution.importable)
            .filter_map(|importable| importable.name.split('.').next())
            .collect();
        let found = modules_in(&directory);
        loose.extend(found.into_iter().filter(|name| !known.contains(&**name)));
    }
    Ok(loose.into_iter().collect())
}

/// The directories on `sys.path`. The empty entry, the working directory, is nobody's.
fn directories(py: Python<'_>) -> PyResult<Vec<Utf8PathBuf>> {
    let path: Vec<Bound<'_, PyAny>> = py.import("sys")?.getattr("path")?.extract()?;
    Ok(path
        .into_iter()
        .filter_map(|entry| entry.extract::<String>().ok())
        .filter(|entry| !entry.is_empty())
        .map(Utf8PathBuf::from)
        .collect())
}

/// Names in the standard library are imported from there in every environment.
fn standard_library(py: Python<'_>) -> PyResult<BTreeSet<Utf8PathBuf>> {
    let paths = py.import("sysconfig")?.call_method0("get_paths")?;
    let mut found = BTreeSet::new();
    for name in ["stdlib", "platstdlib"] {
        let directory = Utf8PathBuf::from(paths.get_item(name)?.extract::<String>()?);
        found.insert(directory.join("lib-dynload"));
        found.insert(directory);
    }
    Ok(found)
}

/// The modules and packages in a directory. What cannot be read is imported by nobody.
fn modules_in(directory: &Utf8Path) -> Vec<String> {
    let entries = directory.read_dir_utf8().into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let module = name.split('.').next().unwrap_or(name);
            let is_module = SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
                || !name.contains('.') && entry.path().join("__init__.py").is_file();
            (is_module && !module.is_empty()).then(|| module.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lichtfeld_system::files::write_atomic;
    use std::fs;

    #[test]
    fn modules_packages_and_nothing_else_are_found() {
        let scratch = tempfile::tempdir().unwrap();
        let directory = Utf8Path::from_path(scratch.path()).unwrap();
        for file in [
            "app.py",
            "_fast.cpython-312-x86_64-linux-gnu.so",
            "notes.txt",
            ".py",
        ] {
            write_atomic(directory.join(file), b"").unwrap();
        }
        for package in ["tools", "data"] {
            fs::create_dir(directory.join(package)).unwrap();
        }
        write_atomic(directory.join("tools/__init__.py"), b"").unwrap();
        let mut found = modules_in(directory);
        found.sort();
        assert_eq!(found, ["_fast", "app", "tools"]);
        assert_eq!(modules_in(&directory.join("nowhere")), Vec::<String>::new());
    }
}
