//! The functions of `lichtfeld.plugins`: the methods of the current manager.

use crate::manager::PluginManager;
use crate::running::{running, running_without_gil};
use crate::{features, gate, host, instance, requests, timeouts, ui_thread};
use camino::Utf8PathBuf;
use lichtfeld_runtime::convert::{from_python, to_python};
use lichtfeld_runtime::{Home, child_import, current, end_manager, has_ended, hooks, set_current};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::path::PathBuf;

/// Operations make a manager if there is none; questions do not make one after `shutdown`, and then
/// return what is written behind them.
macro_rules! forward {
    (
        operations { $($(#[$doc:meta])* $function:ident($($argument:ident: $type:ty),*);)* }
        questions {
            $($(#[$asks:meta])* $question:ident($($about:ident: $kind:ty),*) or $empty:expr;)*
        }
    ) => {
        $(
            $(#[$doc])*
            #[pyfunction]
            fn $function<'py>(py: Python<'py>, $($argument: $type),*) -> PyResult<Bound<'py, PyAny>> {
                let manager = PluginManager::instance(py)?;
                manager.bind(py).call_method1(stringify!($function), ($($argument,)*))
            }
        )*
        $(
            $(#[$asks])*
            #[pyfunction]
            fn $question<'py>(py: Python<'py>, $($about: $kind),*) -> PyResult<Bound<'py, PyAny>> {
                if has_ended() {
                    return Ok($empty(py));
                }
                let manager = PluginManager::instance(py)?;
                manager.bind(py).call_method1(stringify!($question), ($($about,)*))
            }
        )*
        const FORWARDED: fn(&Bound<'_, PyModule>) -> PyResult<()> = |module| {
            $(module.add_function(wrap_pyfunction!($function, module)?)?;)*
            $(module.add_function(wrap_pyfunction!($question, module)?)?;)*
            Ok(())
        };
    };
}

fn nothing(py: Python<'_>) -> Bound<'_, PyAny> {
    py.None().into_bound(py)
}

fn no_items(py: Python<'_>) -> Bound<'_, PyAny> {
    PyList::empty(py).into_any()
}

forward! {
    operations {
        /// Loads a plugin. Returns True if it is active now. See `PluginManager.load`.
        load(name: &str);
        /// Loads a plugin on a thread of its own. Returns a `Loading` at once.
        load_async(name: &str);
        /// Unloads a plugin. Returns True if it was loaded, and False for an unknown name.
        unload(name: &str);
        /// Replaces a plugin's code by the files on disk. Returns False if the last version goes on.
        reload(name: &str);
        /// Loads every plugin that is to start. Returns by name whether it is active now.
        load_all();
        /// Watches the plugins' files and reloads what is saved.
        start_watcher();
        /// Stops the watcher.
        stop_watcher();
        /// Enables a plugin and remembers it.
        enable(name: &str);
        /// Unloads a plugin, disables it and remembers it.
        disable(name: &str);
    }
    questions {
        /// Returns all plugins, by name, without running any of their code.
        discover() or no_items;
        /// Returns the plugins whose manifest cannot be used, with the error. See
        /// `PluginManager.rejected`.
        rejected() or no_items;
        /// Returns the names of the active plugins in the order in which they were loaded.
        list_loaded() or no_items;
        /// Returns the state of a plugin, or None for an unknown name.
        get_state(name: &str) or nothing;
        /// Returns the last error of a plugin, or None.
        get_error(name: &str) or nothing;
        /// Returns the traceback of the last error, or None.
        get_traceback(name: &str) or nothing;
    }
}

/// Returns the version of the application, as plugins see it.
#[pyfunction]
fn host_version() -> String {
    host::version().to_string()
}

/// Sets the program of the interpreter whose library this process has loaded, for an application
/// that embeds Python. Call this before the manager is made. Without it the program is looked for
/// beside the library.
///
/// Raises RuntimeError if the manager runs, ValueError for a path that is not UTF-8. Whether it is
/// that interpreter is checked when the manager is made, which raises PluginError (LR122) if it is
/// not.
#[pyfunction]
fn set_python(program: PathBuf) -> PyResult<()> {
    let program =
        Utf8PathBuf::try_from(program).map_err(|error| PyValueError::new_err(error.to_string()))?;
    if current().is_some() {
        return Err(pyo3::exceptions::PyRuntimeError::new_err(
            "the plugin manager runs already; set the interpreter before",
        ));
    }
    host::set_python(program);
    Ok(())
}

/// Sets the version of the application. Call this before the manager is made.
///
/// Raises ValueError for a text that is not a version by PEP 440, RuntimeError if the manager runs.
#[pyfunction]
fn set_host_version(version: &str) -> PyResult<()> {
    let parsed = version
        .parse()
        .map_err(|error| PyValueError::new_err(format!("'{version}': {error}")))?;
    if current().is_some() {
        return Err(pyo3::exceptions::PyRuntimeError::new_err(
            "the plugin manager runs already; set the version before",
        ));
    }
    host::set_version(parsed);
    Ok(())
}

/// Lets the application decide when a changed plugin is reloaded.
///
/// `handler(name, paths)` is called on the watcher's thread when files of a plugin have changed. If
/// it returns False, nothing is reloaded, and the application calls `reload(name)` later: on its UI
/// thread, or when the user asks for it. If it returns anything else or raises, the plugin is
/// reloaded at once. A second handler replaces the first; None removes it.
///
/// An application in Rust, C or C++ decides first: the handler is asked about what that would reload.
#[pyfunction]
fn set_change_handler(handler: Option<Py<PyAny>>) {
    host::set_change_handler(handler);
}

/// Notifies the application that panels or menus may have to be drawn, so that it need not look again
/// and again.
///
/// `handler()` is called when a plugin or the application has requested a drawing, when saved files
/// have been dealt with, and when a plugin in a process of its own has drawn what was late. It is
/// called on any thread, often, and must return at once: it wakes the UI thread, which draws what
/// `lichtfeld.ui.due()` returns. Panels that are drawn on an interval are not announced; see
/// `lichtfeld.ui.next_due()`. An exception is logged. A second handler replaces the first; None removes
/// it, and `shutdown()` does so too.
///
/// Raises TypeError if `handler` cannot be called.
#[pyfunction]
fn set_redraw_handler(handler: Option<Bound<'_, PyAny>>) -> PyResult<()> {
    if let Some(handler) = &handler
        && !handler.is_callable()
    {
        return Err(PyTypeError::new_err(format!(
            "set_redraw_handler takes a function without arguments, not {handler}"
        )));
    }
    host::set_redraw_handler(handler.map(Bound::unbind));
    Ok(())
}

/// Ends loads and installations, unloads all plugins, stops the watcher and forgets the manager.
///
/// Afterwards questions answer as a manager without plugins does, and do not raise: `list_loaded`,
/// `discover`, `get_state`, `lichtfeld.ui.panels` and the like. The next operation (`load`,
/// `register_class`, `PluginManager.instance()` and the like) makes a new manager. Raises
/// PluginForkedError in a forked copy of the process.
#[pyfunction]
fn shutdown(py: Python<'_>) -> PyResult<()> {
    if let Some(manager) = current() {
        gate::change(py, &manager, || ())?;
    }
    gate::free(py, || {
        // `on_unload` still uses the manager, which is forgotten when all plugins are unloaded.
        if let Some(manager) = current() {
            end_manager(&manager);
            set_current(None);
            instance::forget();
        }
        host::set_change_handler(None);
        host::set_redraw_handler(None);
        requests::forget();
        Python::attach(|py| {
            ui_thread::set(py, None);
            hooks::uninstall(py);
        });
    })
}

/// Returns all settings of a plugin, as plain data.
#[pyfunction]
fn _settings_all<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let manager = running(py)?;
    let values = gate::call(py, || manager.settings().all(name))?;
    to_python(py, &values)
}

/// Sets the keys of `changes` and removes those of `removed`. Returns how many were removed.
#[pyfunction]
fn _settings_change(
    py: Python<'_>,
    name: &str,
    changes: &Bound<'_, PyAny>,
    removed: Vec<String>,
    clear: bool,
) -> PyResult<usize> {
    let manager = running(py)?;
    let serde_json::Value::Object(changes) = from_python(changes)? else {
        return Err(PyTypeError::new_err("settings are a dict by name"));
    };
    gate::call(py, || {
        manager.settings().change(name, |values| {
            let before = values.len();
            if clear {
                values.clear();
            }
            for key in &removed {
                values.remove(key);
            }
            let gone = before - values.len();
            values.extend(changes);
            gone
        })
    })
}

/// Lets a process that `multiprocessing` has started import plugins by name, without a manager.
#[pyfunction]
fn _import_on_demand(py: Python<'_>) -> PyResult<()> {
    // Without a home there is no plugin either, which the import reports.
    Home::from_env().map_or(Ok(()), |home| child_import::install(py, home))
}

/// Runs the command `lichtfeld-plugins` with `sys.argv`. Returns the exit status.
#[pyfunction]
fn _main(py: Python<'_>) -> PyResult<i32> {
    let arguments: Vec<String> = py.import("sys")?.getattr("argv")?.extract()?;
    crate::host::is_command();
    gate::free(py, || {
        let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
        let mut streams = lichtfeld_cli::Streams::of_process(&mut out, &mut err);
        lichtfeld_cli::run(&running_without_gil, arguments, &mut streams)
    })
}

pub(crate) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    FORWARDED(module)?;
    module.add_function(wrap_pyfunction!(host_version, module)?)?;
    module.add_function(wrap_pyfunction!(set_host_version, module)?)?;
    module.add_function(wrap_pyfunction!(features::set_features, module)?)?;
    module.add_function(wrap_pyfunction!(set_python, module)?)?;
    module.add_function(wrap_pyfunction!(set_change_handler, module)?)?;
    module.add_function(wrap_pyfunction!(set_redraw_handler, module)?)?;
    module.add_function(wrap_pyfunction!(ui_thread::set_ui_thread, module)?)?;
    module.add_function(wrap_pyfunction!(timeouts::set_limits, module)?)?;
    module.add_function(wrap_pyfunction!(shutdown, module)?)?;
    module.add_function(wrap_pyfunction!(_settings_all, module)?)?;
    module.add_function(wrap_pyfunction!(_settings_change, module)?)?;
    module.add_function(wrap_pyfunction!(_import_on_demand, module)?)?;
    module.add_function(wrap_pyfunction!(_main, module)?)?;
    Ok(())
}
