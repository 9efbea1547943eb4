//! The registry of plugins, for `lfs_plugins.registry` and the manager.

use crate::gate;
use crate::manager::PluginManager;
use crate::observer::Callbacks;
use crate::packages::{parse_transport, raised, with_progress};
use crate::registry_url;
use crate::running::running;
use lichtfeld_runtime::convert::to_python;
use lichtfeld_runtime::{
    AfterInstall, Compatibility, Error, Freshness, InstallRequest, Manager, RegistryPlugin,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Runs a request to the registry without the GIL; Ctrl-C ends it.
fn ask<T: Send>(
    py: Python<'_>,
    manager: &Manager,
    work: impl FnOnce(&Manager, &mut Callbacks) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let mut callbacks = with_progress(None);
    let result = gate::free(py, || work(manager, &mut callbacks))?;
    raised(py, result, callbacks)
}

/// Makes a list of `lfs_plugins.registry.RegistryPluginInfo`.
fn described<'py>(
    py: Python<'py>,
    manager: &Manager,
    plugins: &[RegistryPlugin],
) -> PyResult<Bound<'py, PyAny>> {
    let described: Vec<_> = plugins
        .iter()
        .map(|plugin| plugin.describe(manager.facts()))
        .collect();
    py.import("lfs_plugins.registry")?
        .getattr("_plugins")?
        .call1((to_python(py, &described)?,))
}

impl PluginManager {
    fn search_in<'py>(
        &self,
        py: Python<'py>,
        query: &str,
        compatible_only: bool,
        url: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let among = if compatible_only {
            Compatibility::Compatible
        } else {
            Compatibility::All
        };
        let found = ask(py, &self.inner, |manager, observer| {
            manager.search(query, among, url, observer)
        })?;
        described(py, &self.inner, &found)
    }

    fn install_registered(
        &self,
        py: Python<'_>,
        wanted: InstallRequest<'_>,
        on_progress: Option<Py<PyAny>>,
        then: AfterInstall,
    ) -> PyResult<String> {
        let mut callbacks = with_progress(on_progress);
        let result = gate::free(py, || {
            self.inner
                .install_from_registry(wanted, then, &mut callbacks)
        })?;
        raised(py, result, callbacks)
    }

    fn outdated<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = ask(py, &self.inner, |manager, observer| {
            manager.check_updates(observer)
        })?;
        let updates = PyDict::new(py);
        for plugin in found {
            updates.set_item(plugin.name, (plugin.current, plugin.available))?;
        }
        Ok(updates)
    }
}

fn then(auto_load: bool) -> AfterInstall {
    if auto_load {
        AfterInstall::Load
    } else {
        AfterInstall::DoNotLoad
    }
}

#[pymethods]
impl PluginManager {
    /// The registry of plugins, a `lfs_plugins.RegistryClient`. Its functions raise RegistryError if no
    /// registry is configured.
    #[getter]
    fn registry<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("lfs_plugins.registry")?
            .getattr("RegistryClient")?
            .call0()
    }

    /// Searches the registry. Returns a list of `RegistryPluginInfo`, the best match first. An empty
    /// query finds all plugins.
    ///
    /// Raises RegistryError, and RegistryOfflineError if the registry cannot be reached and no earlier
    /// index is stored.
    #[pyo3(signature = (query, compatible_only=true))]
    fn search<'py>(
        &self,
        py: Python<'py>,
        query: &str,
        compatible_only: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.search_in(py, query, compatible_only, None)
    }

    /// Installs a plugin by its id in the registry: `version`, or the newest that is compatible with
    /// this host. Returns its name.
    ///
    /// Raises what `install` and `search` raise; PluginNotFoundError, VersionNotFoundError, and
    /// PluginVersionError for a `version` that is not compatible.
    #[pyo3(signature = (plugin_id, version=None, on_progress=None, auto_load=true, transport="archive"))]
    fn install_from_registry(
        &self,
        py: Python<'_>,
        plugin_id: &str,
        version: Option<&str>,
        on_progress: Option<Py<PyAny>>,
        auto_load: bool,
        transport: &str,
    ) -> PyResult<String> {
        let version = version.filter(|version| !version.trim().is_empty());
        let wanted =
            InstallRequest::new(plugin_id, parse_transport(transport)?).with_version(version);
        self.install_registered(py, wanted, on_progress, then(auto_load))
    }

    /// Returns the installed plugins that have newer compatible versions in the registry: a dict of names
    /// to `(current, available)`.
    ///
    /// Raises what `search` raises.
    fn check_updates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.outdated(py)
    }
}

/// Searches the registry. See `PluginManager.search`.
#[pyfunction]
fn search<'py>(py: Python<'py>, query: &str) -> PyResult<Bound<'py, PyAny>> {
    PluginManager::instance(py)?
        .get()
        .search_in(py, query, true, None)
}

/// Installs a plugin by its id in the registry. See `PluginManager.install_from_registry`; an empty
/// version is the newest.
#[pyfunction]
#[pyo3(signature = (plugin_id, version="", auto_load=true, transport="archive"))]
fn install_from_registry(
    py: Python<'_>,
    plugin_id: &str,
    version: &str,
    auto_load: bool,
    transport: &str,
) -> PyResult<String> {
    PluginManager::instance(py)?.get().install_from_registry(
        py,
        plugin_id,
        Some(version),
        None,
        auto_load,
        transport,
    )
}

/// Returns the installed plugins that have newer versions in the registry. See
/// `PluginManager.check_updates`.
#[pyfunction]
fn check_updates(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    PluginManager::instance(py)?.get().outdated(py)
}

/// Searches the registry at `url`, or the host's own.
#[pyfunction]
#[pyo3(signature = (query, compatible_only, url))]
fn _registry_search<'py>(
    py: Python<'py>,
    query: &str,
    compatible_only: bool,
    url: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    PluginManager::instance(py)?
        .get()
        .search_in(py, query, compatible_only, url)
}

/// Returns a plugin by its id, in a list.
#[pyfunction]
#[pyo3(signature = (plugin_id, url))]
fn _registry_plugin<'py>(
    py: Python<'py>,
    plugin_id: &str,
    url: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let manager = running(py)?;
    let found = ask(py, &manager, |manager, observer| {
        manager.registry_plugin(plugin_id, url, observer)
    })?;
    described(py, &manager, &[found])
}

/// Downloads the newest index. Returns the number of its plugins.
#[pyfunction]
#[pyo3(signature = (url))]
fn _registry_refresh(py: Python<'_>, url: Option<&str>) -> PyResult<usize> {
    let manager = running(py)?;
    let index = ask(py, &manager, |manager, observer| {
        manager.registry_index(url, Freshness::Newest, observer)
    })?;
    Ok(index.plugins.len())
}

/// Returns the URL or the path of the host's own registry, or None.
#[pyfunction]
fn _registry_url(py: Python<'_>) -> PyResult<Option<String>> {
    Ok(running(py)?.registry_url().map(str::to_owned))
}

pub(crate) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(registry_url::set_registry, module)?)?;
    module.add_function(wrap_pyfunction!(search, module)?)?;
    module.add_function(wrap_pyfunction!(install_from_registry, module)?)?;
    module.add_function(wrap_pyfunction!(check_updates, module)?)?;
    module.add_function(wrap_pyfunction!(_registry_search, module)?)?;
    module.add_function(wrap_pyfunction!(_registry_plugin, module)?)?;
    module.add_function(wrap_pyfunction!(_registry_refresh, module)?)?;
    module.add_function(wrap_pyfunction!(_registry_url, module)?)
}
