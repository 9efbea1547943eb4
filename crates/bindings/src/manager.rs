//! `PluginManager`: the runtime's manager with the names and signatures of the Python contract.

use crate::loading::Loading;
use crate::observer::Callbacks;
use crate::running::running;
use crate::subscription::{Only, Subscription};
use crate::{convert, errors, gate};
use lichtfeld_runtime::convert::to_python;
use lichtfeld_runtime::{Error, Manager, State};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// Finds, loads, reloads and unloads plugins. There is one: `PluginManager.instance()`.
#[pyclass(module = "lfs_plugins.manager", frozen)]
pub(crate) struct PluginManager {
    pub(crate) inner: Arc<Manager>,
}

/// True for a success, False for a failure of the plugin that is kept with it; anything else is
/// raised, as the contract of `load` says.
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

#[pymethods]
impl PluginManager {
    /// The manager of this interpreter; made at the first call.
    #[staticmethod]
    pub(crate) fn instance(py: Python<'_>) -> PyResult<Self> {
        running(py).map(|inner| Self { inner })
    }

    /// The directory in which plugins are looked for.
    #[getter]
    fn plugins_dir<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pathlib")?
            .getattr("Path")?
            .call1((self.inner.home().plugins().as_str(),))
    }

    /// The plugins there are, by name, without running any of their code.
    fn discover<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let infos = gate::call(py, || self.inner.discover())?;
        infos.iter().map(|info| convert::info(py, info)).collect()
    }

    /// Loads a plugin: makes its environment if need be, imports it, calls its `on_load`.
    ///
    /// `on_progress(message)` hears of lines for a person, `on_stage(phase, detail)` of the steps
    /// environment, dependencies, import, activation, complete; `should_cancel()` may end it.
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

    /// Loads a plugin on a thread of its own and gives a `Loading` at once: what a window does. What
    /// `load` would raise, for an unknown name too, is raised by its `result()`.
    fn load_async(&self, py: Python<'_>, name: &str) -> PyResult<Loading> {
        gate::free(py, || Loading(self.inner.load_async(name)))
    }

    /// Unloads a plugin. Returns True if it was loaded.
    ///
    /// Raises PluginError for an unknown name.
    fn unload(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        gate::call(py, || {
            let was = self.inner.state(name) == Some(State::Active);
            self.inner.unload(name).map(|()| was)
        })
    }

    /// Replaces a plugin's code by what is on disk now. Returns False if that failed: then the
    /// version before it goes on.
    fn reload(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        let mut callbacks = Callbacks::default();
        let result = gate::free(py, || self.inner.reload(name, &mut callbacks))?;
        outcome(py, result, callbacks)
    }

    /// Makes plugins known, so that `get_info` and `get_state` answer before anything is loaded:
    /// names, or what `discover` gave. Runs none of their code.
    ///
    /// Raises PluginError for one that is not in the plugins directory.
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

    /// Loads every plugin that is to start; by name, whether it is active now.
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
        gate::free(py, || self.inner.unload_all())
    }

    /// The names of the active plugins in the order in which they were loaded.
    fn list_loaded(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        gate::free(py, || self.inner.list_loaded())
    }

    /// The facts of a plugin; None for an unknown name.
    fn get_info<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.inner
            .info(name)
            .map(|info| convert::info(py, &info))
            .transpose()
    }

    /// The state of a plugin; None for an unknown name.
    fn get_state<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.inner
            .state(name)
            .map(|state| convert::state(py, state))
            .transpose()
    }

    /// What went wrong last, with file and line; None if nothing did, or for an unknown name. Set
    /// beside ACTIVE when a reload was refused.
    fn get_error(&self, name: &str) -> Option<String> {
        self.inner
            .status(name)?
            .failure
            .map(|failure| failure.to_string())
    }

    /// The traceback of what went wrong last, from the plugin's own first frame on.
    fn get_traceback(&self, name: &str) -> Option<String> {
        self.inner.status(name)?.failure?.traceback
    }

    /// The active plugins: `(name, PluginInstance)`.
    fn get_active_plugins_snapshot<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
        let modules = py.import("sys")?.getattr("modules")?;
        let mut active = Vec::new();
        for name in gate::free(py, || self.inner.list_loaded())? {
            let Some(status) = self.inner.status(&name) else {
                continue;
            };
            let module = modules.call_method1("get", (self.inner.module_of(&name),))?;
            let module = Some(module).filter(|module| !module.is_none());
            active.push((name, convert::instance(py, &status, module)?));
        }
        Ok(active)
    }

    /// How the last load of a plugin went: environment (none, built, reused), place (shared,
    /// worker), milliseconds by step, distributions, error and hint. None for an unknown name.
    fn load_report<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.inner
            .status(name)
            .map(|status| convert::report(py, &status))
            .transpose()
    }

    /// What the last unload of a plugin found: what it forgot to unregister, threads and child
    /// processes still running, modules still referenced. None if there was none.
    fn unload_report<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(report) = self.inner.unload_report(name) else {
            return Ok(None);
        };
        let dict = PyDict::new(py);
        dict.set_item("freed", report.freed)?;
        dict.set_item("threads", report.threads)?;
        dict.set_item("processes", report.processes)?;
        dict.set_item("modules", report.modules)?;
        dict.set_item("error", report.error)?;
        Ok(Some(dict))
    }

    /// Where the plugins (all that are to start, or those named) would run if they were loaded now:
    /// a list of dicts with `name`, `place` ("shared", "worker" or None), `reason`, `conflicts`.
    #[pyo3(signature = (names=None))]
    fn plan<'py>(
        &self,
        py: Python<'py>,
        names: Option<Vec<String>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let names = names.unwrap_or_default();
        let plan = gate::call(py, || self.inner.plan(&names))?;
        to_python(py, &plan.placements)
    }

    /// Switches a plugin on and remembers it; lifts a quarantine. Does not load it.
    fn enable(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        gate::call(py, || self.inner.enable(name))
    }

    /// Unloads a plugin, switches it off and remembers it.
    fn disable(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        gate::call(py, || self.inner.disable(name))
    }

    /// Watches the plugins' files and reloads what is saved. `poll_interval` is of old: events are
    /// used, and it is only heeded where a file system gives none.
    #[pyo3(signature = (poll_interval=1.0))]
    fn start_watcher(&self, py: Python<'_>, poll_interval: f64) -> PyResult<()> {
        let poll = std::time::Duration::try_from_secs_f64(poll_interval)
            .map_err(|error| PyTypeError::new_err(format!("poll_interval: {error}")))?;
        gate::call(py, || self.inner.start_watcher(poll))
    }

    /// Ends the watching. Doing so twice is no mistake.
    fn stop_watcher(&self, py: Python<'_>) -> PyResult<()> {
        gate::free(py, || self.inner.stop_watcher())
    }

    /// Calls `cb(change)` for every change of a state, in order; gives a handle that ends it when
    /// called.
    fn on_event(&self, py: Python<'_>, cb: Py<PyAny>) -> PyResult<Subscription> {
        Subscription::new(py, &self.inner, cb, None)
    }

    /// Calls `cb(info)` for every plugin that becomes active.
    fn on_plugin_loaded(&self, py: Python<'_>, cb: Py<PyAny>) -> PyResult<Subscription> {
        Subscription::new(py, &self.inner, cb, Some(Only::Loaded))
    }

    /// Calls `cb(info)` for every plugin that is unloaded.
    fn on_plugin_unloaded(&self, py: Python<'_>, cb: Py<PyAny>) -> PyResult<Subscription> {
        Subscription::new(py, &self.inner, cb, Some(Only::Unloaded))
    }

    fn __repr__(&self) -> String {
        format!("<PluginManager {}>", self.inner.home().plugins())
    }
}
