//! Where other processes find the packages `lichtfeld` and `lfs_plugins`.

use camino::Utf8PathBuf;
use lichtfeld_engine::error::causes::with_causes;
use lichtfeld_engine::{Level, Services, WorkerOptions};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyTuple};
use std::sync::atomic::{AtomicBool, Ordering};

/// Why there is no directory.
pub(crate) struct Missing {
    pub(crate) reason: String,
    pub(crate) hint: Option<String>,
}

/// Returns the directory that contains the packages: the one that the application names, else the one
/// from which this process has imported them. Call it without the GIL.
///
/// # Errors
/// Why there is none.
pub(crate) fn find(options: &WorkerOptions) -> Result<Utf8PathBuf, Missing> {
    if let Some(named) = &options.package {
        return Ok(named.clone());
    }
    if let Some(finder) = &options.package_finder {
        return finder.find().map_err(|error| Missing {
            reason: with_causes(&error),
            hint: error.hint(),
        });
    }
    Python::attach(imported_from).ok_or_else(|| Missing {
        reason: "`lichtfeld` was not imported from a directory".to_owned(),
        hint: Some("name their directory in Config::workers.package".to_owned()),
    })
}

fn imported_from(py: Python<'_>) -> Option<Utf8PathBuf> {
    let native = py.import("lichtfeld.plugins").ok()?;
    let file: String = native.getattr("__file__").ok()?.extract().ok()?;
    Some(Utf8PathBuf::from(file).parent()?.parent()?.to_path_buf())
}

/// Makes the function by which `child_python.py` finds the directory. Returns `None` if the processes
/// that plugins start inherit a path with the packages.
pub(crate) fn for_children<'py>(
    py: Python<'py>,
    services: &Services,
) -> PyResult<Option<Bound<'py, PyCFunction>>> {
    let workers = &services.workers;
    if workers.package.is_none() && workers.package_finder.is_none() {
        return Ok(None);
    }
    let services = services.clone();
    let is_logged = AtomicBool::new(false);
    let find = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, pyo3::types::PyDict>>| {
        let found = arguments.py().detach(|| find(&services.workers));
        if let Err(missing) = &found
            && !is_logged.swap(true, Ordering::Relaxed)
        {
            let reason = &missing.reason;
            let line = format!("processes that plugins start cannot import `lichtfeld`: {reason}");
            services.log(None, Level::Warn, &line);
        }
        found.ok().map(Utf8PathBuf::into_string)
    };
    PyCFunction::new_closure(py, None, None, find).map(Some)
}
