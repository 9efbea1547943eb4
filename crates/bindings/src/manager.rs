//! `PluginManager`: the runtime's manager with the names and signatures of the Python contract.

use crate::loading::Loading;
use crate::observer::Callbacks;
use crate::running::running;
use crate::subscription::{Only, Subscription};
use crate::{convert, errors, gate, instance};
use lichtfeld_runtime::convert::to_python;
use lichtfeld_runtime::{Error, Manager, State, Status, current};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::sync::Arc;

/// Finds, loads, reloads and unloads plugins. There is one: `PluginManager.instance()`.
#[pyclass(module = "lfs_plugins.manager", frozen)]
pub(crate) struct PluginManager {
    pub(crate) inner: Arc<Manager>,
}

/// Returns True for a success, and False for a failure of the plugin, which `get_error` returns. Any
/// other error is raised.
fn outcome(py: Python<'_>, result: Result<(), Error>, callbacks: Callbacks) -> PyResult<bool> {
    if let Some(interrupt) = callbacks.interrupted {
        return Err(interrupt);
    }
    match result {
        Ok(()) => Ok(true),
        Err(Error::Failed { .. }) => Ok(false),
        Err(error) => Err(errors::to_python(py, &error)),
    }
}

impl PluginManager {
    /// Whether the application has ended this manager and forgotten it. While it ends, the plugins
    /// still use it.
    fn is_over(&self) -> bool {
        self.inner.is_ending() && !current().is_some_and(|now| Arc::ptr_eq(&now, &self.inner))
    }

    fn require_readable(&self, py: Python<'_>) -> PyResult<()> {
        gate::read(py, &self.inner, || ())
    }

    fn status(&self, py: Python<'_>, name: &str) -> PyResult<Option<Status>> {
        if self.is_over() {
            return Ok(None);
        }
        gate::read(py, &self.inner, || self.inner.status(name))
    }
}

#[pymethods]
impl PluginManager {
    /// Returns the manager of this interpreter, which is made at the first call: the same object until
    /// `lichtfeld.plugins.shutdown()`. The first call after that makes a new manager, and the object
    /// of the old one answers every question as a manager without plugins.
    #[staticmethod]
    pub(crate) fn instance(py: Python<'_>) -> PyResult<Py<Self>> {
        let inner = running(py)?;
        let is_current = |known: &Bound<'_, Self>| Arc::ptr_eq(&known.get().inner, &inner);
        instance::same_or(py, &is_current, || {
            let inner = Arc::clone(&inner);
            Py::new(py, Self { inner })
        })
    }

    /// The directory of the plugins.
    #[getter]
    fn plugins_dir<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pathlib")?
            .getattr("Path")?
            .call1((self.inner.home().plugins().as_str(),))
    }

    /// Returns all plugins, by name, without running any of their code.
    fn discover<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        if self.is_over() {
            return Ok(Vec::new());
        }
        let infos = gate::call(py, || self.inner.discover())?;
        infos.iter().map(|info| convert::info(py, info)).collect()
    }

    /// Returns the plugins whose manifest cannot be used, by directory: dicts with `name`, `path`,
    /// `error`, `code`, `hint`, `file`, `line` and `column`. Their state is ERROR.
    fn rejected<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        if self.is_over() {
            return Ok(Vec::new());
        }
        let rejected = gate::call(py, || {
            self.inner.scan()?;
            Ok(self.inner.rejected())
        })?;
        rejected
            .iter()
            .map(|one| convert::rejected(py, one))
            .collect()
    }

    /// Loads a plugin: makes its environment if necessary, imports it, calls its `on_load`.
    ///
    /// `on_progress(message)` receives lines for a person, `on_stage(phase, detail)` the steps
    /// environment, dependencies, import, activation, complete; `should_cancel()` may end the load.
    ///
    /// Returns True if the plugin is active. Returns False, with `get_error` and `get_traceback`,
    /// if it failed. Raises PluginError for an unknown or disabled plugin, PluginVersionError,
    /// PluginLoadCancelled.
    #[pyo3(signature = (name, on_progress=None, on_stage=None, should_cancel=None))]
    fn load(
        &self,
        py: Python<'_>,
        name: &str,
        on_progress: Option<Py<PyAny>>,
        on_stage: Option<Py<PyAny>>,
        should_cancel: Option<Py<PyAny>>,
    ) -> PyResult<bool> {
        let mut callbacks = Callbacks {
            on_progress,
            on_stage,
            should_cancel,
            ..Callbacks::default()
        };
        let result = gate::free(py, || self.inner.load(name, &mut callbacks))?;
        outcome(py, result, callbacks)
    }

    /// Loads a plugin on a thread of its own, and returns a `Loading` at once. For applications with a
    /// window. Errors that `load` raises, also for an unknown name, are raised by its `result()`.
    fn load_async(&self, py: Python<'_>, name: &str) -> PyResult<Loading> {
        gate::change(py, &self.inner, || Loading(self.inner.load_async(name)))
    }

    /// Unloads a plugin. Returns True if it was loaded, and False for an unknown name.
    fn unload(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        gate::call(py, || {
            self.inner.require_own_process()?;
            let was = self.inner.state(name) == Some(State::Active);
            match self.inner.unload(name) {
                Ok(()) => Ok(was),
                Err(Error::UnknownPlugin { .. } | Error::BadName { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        })
    }

    /// Replaces a plugin's code by the files on disk. Returns False if that failed: then the last
    /// version goes on.
    fn reload(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        let mut callbacks = Callbacks::default();
        let result = gate::free(py, || self.inner.reload(name, &mut callbacks))?;
        outcome(py, result, callbacks)
    }

    /// Makes plugins known, so that `get_info` and `get_state` work before anything is loaded. Takes
    /// names, or the results of `discover`. Runs no code of the plugins.
    ///
    /// Raises PluginError for a plugin that is not in the plugins directory.
    fn pre_register(&self, py: Python<'_>, plugins: Vec<Bound<'_, PyAny>>) -> PyResult<()> {
        let name = |plugin: &Bound<'_, PyAny>| match plugin.extract::<String>() {
            Ok(name) => Ok(name),
            Err(_) => plugin.getattr("name")?.extract::<String>(),
        };
        let names = plugins.iter().map(name).collect::<PyResult<Vec<_>>>()?;
        gate::call(py, || {
            names
                .iter()
                .try_for_each(|name| self.inner.require(name).map(drop))
        })
    }

    /// Loads every plugin that is to start. Returns by name whether it is active now.
    fn load_all<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut callbacks = Callbacks::default();
        let results = gate::call(py, || self.inner.load_all(&mut callbacks))?;
        if let Some(interrupt) = callbacks.interrupted {
            return Err(interrupt);
        }
        let dict = PyDict::new(py);
        for (name, loaded) in results {
            dict.set_item(name, loaded)?;
        }
        Ok(dict)
    }

    /// Unloads all plugins in reverse order of loading.
    fn unload_all(&self, py: Python<'_>) -> PyResult<()> {
        gate::change(py, &self.inner, || self.inner.unload_all())
    }

    /// Returns the names of the active plugins in the order in which they were loaded.
    fn list_loaded(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        if self.is_over() {
            return Ok(Vec::new());
        }
        gate::read(py, &self.inner, || self.inner.list_loaded())
    }

    /// Returns the description of a plugin, or None for an unknown name.
    fn get_info<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.is_over() {
            return Ok(None);
        }
        gate::read(py, &self.inner, || self.inner.info(name))?
            .map(|info| convert::info(py, &info))
            .transpose()
    }

    /// Returns the state of a plugin, or None for an unknown name.
    fn get_state<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.is_over() {
            return Ok(None);
        }
        gate::read(py, &self.inner, || self.inner.state(name))?
            .map(|state| convert::state(py, state))
            .transpose()
    }

    /// Returns the last error with file and line, or None if there was none or the name is unknown.
    /// After a refused reload a plugin is ACTIVE and has an error.
    fn get_error(&self, py: Python<'_>, name: &str) -> PyResult<Option<String>> {
        let failure = self.status(py, name)?.and_then(|status| status.failure);
        Ok(failure.map(|failure| failure.to_string()))
    }

    /// Returns the traceback of the last error, from the plugin's own first frame on, or None.
    fn get_traceback(&self, py: Python<'_>, name: &str) -> PyResult<Option<String>> {
        let failure = self.status(py, name)?.and_then(|status| status.failure);
        Ok(failure.and_then(|failure| failure.traceback))
    }

    /// Returns the active plugins as `(name, PluginInstance)`.
    fn get_active_plugins_snapshot<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
        if self.is_over() {
            return Ok(Vec::new());
        }
        let modules = py.import("sys")?.getattr("modules")?;
        let mut active = Vec::new();
        for name in gate::read(py, &self.inner, || self.inner.list_loaded())? {
            let Some(status) = self.status(py, &name)? else {
                continue;
            };
            let module = modules.call_method1("get", (self.inner.module_of(&name),))?;
            let module = Some(module).filter(|module| !module.is_none());
            active.push((name, convert::instance(py, &status, module)?));
        }
        Ok(active)
    }

    /// Returns the report of the last load of a plugin: environment (none, built, reused), place
    /// (shared, worker), milliseconds by step, distributions, error and hint; and `own_writes`, the
    /// files in its directory that it writes itself and that no longer cause a reload. Returns None
    /// for an unknown name.
    fn load_report<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.status(py, name)?
            .map(|status| convert::report(py, &status))
            .transpose()
    }

    /// Returns the report of the last unload of a plugin: registrations that it had not taken back,
    /// threads and child processes that still run, modules that are still referenced, settings of the
    /// process that were restored. Returns None if the plugin was not unloaded yet.
    fn unload_report<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        // Not without the GIL: looking for modules collects garbage.
        self.require_readable(py)?;
        let Some(report) = self.inner.unload_report(name) else {
            return Ok(None);
        };
        let dict = PyDict::new(py);
        dict.set_item("freed", report.freed)?;
        dict.set_item("threads", report.threads)?;
        dict.set_item("processes", report.processes)?;
        dict.set_item("modules", report.modules)?;
        dict.set_item("restored", report.restored)?;
        dict.set_item("error", report.error)?;
        Ok(Some(dict))
    }

    /// Returns the last lines of a plugin's log, the oldest first, each with its time and level: at
    /// most `lines` of them, and at most 10,000. Reads the older files as well. Returns an empty list
    /// for an unknown name. Answers after `shutdown()` too.
    #[pyo3(signature = (name, lines=200))]
    fn log_tail(&self, py: Python<'_>, name: &str, lines: usize) -> PyResult<Vec<String>> {
        gate::free(py, || self.inner.log_tail(name, lines))
    }

    /// Returns where the plugins (all that are to start, or those named) would run if they were loaded
    /// now: a list of dicts with `name`, `place` ("shared", "worker" or None), `reason`, `conflicts`,
    /// `agreed` (the versions that it has because others have them), `to_share` (what would have to
    /// change for it to be shared, as sentences) and `disk` (bytes: `own` and `shared`).
    #[pyo3(signature = (names=None))]
    fn plan<'py>(
        &self,
        py: Python<'py>,
        names: Option<Vec<String>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if self.is_over() {
            return Ok(PyList::empty(py).into_any());
        }
        let names = names.unwrap_or_default();
        let plan = gate::call(py, || self.inner.plan(&names))?;
        to_python(py, &plan.placements)
    }

    /// Enables a plugin and remembers it; ends a quarantine. Does not load the plugin.
    fn enable(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        gate::call(py, || self.inner.enable(name))
    }

    /// Unloads a plugin, disables it and remembers it.
    fn disable(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        gate::call(py, || self.inner.disable(name))
    }

    /// Watches the plugins' files, and reloads plugins whose files are saved. `poll_interval` is used
    /// only for file systems that report no events.
    #[pyo3(signature = (poll_interval=1.0))]
    fn start_watcher(&self, py: Python<'_>, poll_interval: f64) -> PyResult<()> {
        let poll = std::time::Duration::try_from_secs_f64(poll_interval)
            .map_err(|error| PyTypeError::new_err(format!("poll_interval: {error}")))?;
        gate::call(py, || self.inner.start_watcher(poll))
    }

    /// Stops the watcher. It is no error if it does not run.
    fn stop_watcher(&self, py: Python<'_>) -> PyResult<()> {
        gate::change(py, &self.inner, || self.inner.stop_watcher())
    }

    /// Calls `cb(change)` for every change of a state, in order. Returns a handle; calling it ends the
    /// subscription.
    fn on_event(&self, py: Python<'_>, cb: Py<PyAny>) -> PyResult<Subscription> {
        Subscription::new(py, &self.inner, cb, None)
    }

    /// Calls `cb(info)` for every plugin that becomes active, and for every new version of one: after
    /// `reload`, and after a save while the watcher runs. The plugin may be loaded, reloaded or
    /// unloaded inside of `cb`; calls that follow from this come after `cb` has returned.
    fn on_plugin_loaded(&self, py: Python<'_>, cb: Py<PyAny>) -> PyResult<Subscription> {
        Subscription::new(py, &self.inner, cb, Some(Only::Loaded))
    }

    /// Calls `cb(info)` for every plugin that is unloaded. Inside of `cb` it may be loaded again.
    fn on_plugin_unloaded(&self, py: Python<'_>, cb: Py<PyAny>) -> PyResult<Subscription> {
        Subscription::new(py, &self.inner, cb, Some(Only::Unloaded))
    }

    fn __repr__(&self) -> String {
        format!("<PluginManager {}>", self.inner.home().plugins())
    }
}
