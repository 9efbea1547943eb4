//! A Python program as the host: its log is `logging`, it may decide when changed plugins are
//! reloaded, and it is notified when panels may have to be drawn.

use crate::handlers::{handler, replace};
use crate::{errors, features, requests, ui_thread};
use camino::Utf8PathBuf;
use lichtfeld_panel::Request;
use lichtfeld_runtime::{Host, HostFacts, Job, Level, OnChange, Version};
use parking_lot::RwLock;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The version of the plugin interface.
pub(crate) const API_VERSION: &str = "1.0";

/// Returns [`API_VERSION`], as manifests are checked against it.
pub(crate) fn plugin_api() -> Version {
    Version::new([1, 0])
}

static CHANGE_HANDLER: RwLock<Option<Py<PyAny>>> = RwLock::new(None);
static REDRAW_HANDLER: RwLock<Option<Py<PyAny>>> = RwLock::new(None);
static VERSION: RwLock<Option<Version>> = RwLock::new(None);
static PYTHON: RwLock<Option<Utf8PathBuf>> = RwLock::new(None);

/// Returns the version that manifests are checked against: 1.0.0 unless the host has set another.
pub(crate) fn version() -> Version {
    let set = VERSION.read().clone();
    set.unwrap_or_else(|| Version::new([1, 0, 0]))
}

pub(crate) fn set_version(version: Version) {
    *VERSION.write() = Some(version);
}

/// Returns the program of the interpreter, if the host has named it.
pub(crate) fn python() -> Option<Utf8PathBuf> {
    PYTHON.read().clone()
}

pub(crate) fn set_python(program: Utf8PathBuf) {
    *PYTHON.write() = Some(program);
}

/// Sets the function that is asked before a changed plugin is reloaded; `None` asks nothing.
pub(crate) fn set_change_handler(handler: Option<Py<PyAny>>) {
    replace(&CHANGE_HANDLER, handler);
}

/// Sets the function that is called when panels may have to be drawn; `None` calls nothing.
pub(crate) fn set_redraw_handler(handler: Option<Py<PyAny>>) {
    replace(&REDRAW_HANDLER, handler);
}

/// Whether this process is the command line.
static IS_COMMAND: AtomicBool = AtomicBool::new(false);

/// From now on the errors of plugins are not logged: the command line prints them itself.
pub(crate) fn is_command() {
    IS_COMMAND.store(true, Ordering::Relaxed);
}

/// A Python program.
pub(crate) struct PythonHost;

impl Host for PythonHost {
    fn facts(&self) -> HostFacts {
        let features = features::features();
        let features: Vec<&str> = features.iter().map(String::as_str).collect();
        lichtfeld_runtime::host_facts(version(), plugin_api(), &features)
    }

    fn log(&self, plugin: Option<&str>, level: Level, message: &str) {
        if plugin.is_some() && level == Level::Error && IS_COMMAND.load(Ordering::Relaxed) {
            return;
        }
        Python::attach(|py| {
            let name = plugin.map_or_else(
                || "lichtfeld.plugins".to_owned(),
                |plugin| format!("lichtfeld.plugins.{plugin}"),
            );
            let method = match level {
                Level::Debug => "debug",
                Level::Info => "info",
                Level::Warn => "warning",
                _ => "error",
            };
            // An error of the application's logging must not fail the plugin.
            let _ = py
                .import("logging")
                .and_then(|logging| logging.call_method1("getLogger", (name,)))
                .and_then(|logger| logger.call_method1(method, ("%s", message)));
        });
    }

    fn on_ui_thread(&self, job: Job) {
        ui_thread::run(job);
    }

    fn is_ui_thread(&self) -> bool {
        ui_thread::is_here()
    }

    fn request_redraw(&self) {
        // Most applications without a window have none: they need not wait for the GIL.
        if REDRAW_HANDLER.read().is_none() {
            return;
        }
        Python::attach(|py| {
            if let Some(handler) = handler(py, &REDRAW_HANDLER)
                && let Err(error) = handler.call0(py)
            {
                errors::report(py, error, handler.bind(py));
            }
        });
    }

    fn request(&self, request: &Arc<Request>) -> bool {
        requests::give(request)
    }

    fn request_withdrawn(&self, request: &Request) {
        requests::tell_withdrawn(request);
    }

    fn on_change(&self, plugin: &str, paths: &[Utf8PathBuf]) -> OnChange {
        ask_change_handler(plugin, paths)
    }
}

/// Asks the function of [`set_change_handler`]. Call this without the GIL.
pub(crate) fn ask_change_handler(plugin: &str, paths: &[Utf8PathBuf]) -> OnChange {
    // Applications whose Python code decides nothing need not wait for the GIL.
    if CHANGE_HANDLER.read().is_none() {
        return OnChange::Reload;
    }
    let answer = Python::attach(|py| {
        let handler = handler(py, &CHANGE_HANDLER)?;
        let paths: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
        let answer = handler
            .bind(py)
            .call1((plugin, paths))
            .and_then(|answer| Ok(answer.is_none() || answer.is_truthy()?));
        // A handler that fails must not stop reloads.
        answer
            .map_err(|error| errors::report(py, error, handler.bind(py)))
            .ok()
    });
    match answer {
        Some(false) => OnChange::Announce,
        Some(true) | None => OnChange::Reload,
    }
}
