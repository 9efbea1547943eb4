//! Making, installing, updating and removing plugins.

use crate::manager::PluginManager;
use crate::observer::Callbacks;
use crate::{errors, gate};
use lichtfeld_runtime::{
    AfterInstall, Error, PackageError, Template, Transport, Updated, validate, with_causes,
};
use pyo3::exceptions::{PyFileExistsError, PyValueError};
use pyo3::prelude::*;

/// Reads the name of a transport. Both bring the same files: the newest state, without history.
pub(crate) fn parse_transport(transport: &str) -> PyResult<Transport> {
    match transport {
        "archive" => Ok(Transport::Archive),
        "git" => Ok(Transport::Git),
        other => Err(PyValueError::new_err(format!(
            "transport must be 'archive' or 'git', not '{other}'"
        ))),
    }
}

pub(crate) fn raised<T>(
    py: Python<'_>,
    result: Result<T, Error>,
    callbacks: Callbacks,
) -> PyResult<T> {
    match callbacks.interrupted {
        Some(interrupt) => Err(interrupt),
        None => result.map_err(|error| errors::to_python(py, &error)),
    }
}

pub(crate) fn with_progress(on_progress: Option<Py<PyAny>>) -> Callbacks {
    Callbacks {
        on_progress,
        ..Callbacks::default()
    }
}

impl PluginManager {
    pub(crate) fn install_from(
        &self,
        py: Python<'_>,
        url: &str,
        mut callbacks: Callbacks,
        auto_load: bool,
        transport: &str,
    ) -> PyResult<String> {
        let transport = parse_transport(transport)?;
        let then = if auto_load {
            AfterInstall::Load
        } else {
            AfterInstall::DoNotLoad
        };
        let result = gate::free(py, || {
            self.inner.install(url, transport, then, &mut callbacks)
        })?;
        raised(py, result, callbacks)
    }

    pub(crate) fn update_named(
        &self,
        py: Python<'_>,
        name: &str,
        mut callbacks: Callbacks,
    ) -> PyResult<bool> {
        let result = gate::free(py, || self.inner.update(name, &mut callbacks))?;
        raised(py, result, callbacks).map(|updated| updated == Updated::Replaced)
    }
}

#[pymethods]
impl PluginManager {
    /// Installs a plugin and returns its name. `url` is a directory, a `.zip` file or its `https://` URL
    /// (`#sha256=<hash>` may follow), `owner/name` of GitHub, or a repository's URL, with a branch, tag
    /// or commit after a `#`. Repositories of GitHub and GitLab come as archives, without git, unless
    /// `transport` is `"git"`.
    ///
    /// `on_progress(message)` receives lines for a person. `should_cancel()` is asked about every 50 ms;
    /// if it returns true, the installation ends and leaves nothing behind. Both are called on the
    /// calling thread.
    ///
    /// Raises PluginError if it cannot be installed; then nothing has changed. If the plugin is
    /// installed and cannot be loaded, raises PluginLoadError or PluginDependencyError.
    #[pyo3(signature = (
        url, on_progress=None, auto_load=true, transport="archive", should_cancel=None
    ))]
    fn install(
        &self,
        py: Python<'_>,
        url: &str,
        on_progress: Option<Py<PyAny>>,
        auto_load: bool,
        transport: &str,
        should_cancel: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let callbacks = Callbacks {
            should_cancel,
            ..with_progress(on_progress)
        };
        self.install_from(py, url, callbacks, auto_load, transport)
    }

    /// Replaces an installed plugin by the newest state of its source, and reloads it if it is active.
    /// Returns True if there was something new. Settings, data, and files that the user has added or
    /// changed stay. The callbacks are those of `install`.
    ///
    /// Raises PluginError if that is not possible; then nothing has changed.
    #[pyo3(signature = (name, on_progress=None, should_cancel=None))]
    fn update(
        &self,
        py: Python<'_>,
        name: &str,
        on_progress: Option<Py<PyAny>>,
        should_cancel: Option<Py<PyAny>>,
    ) -> PyResult<bool> {
        let callbacks = Callbacks {
            should_cancel,
            ..with_progress(on_progress)
        };
        self.update_named(py, name, callbacks)
    }

    /// Unloads a plugin and removes it; its settings and data stay. Files that the user has added or
    /// changed are moved to `kept/<name>/`.
    fn uninstall(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        gate::call(py, || self.inner.uninstall(name))?;
        Ok(true)
    }

    /// Makes a new plugin in the plugins directory, and returns its path. `template` is panel,
    /// operator or minimal.
    ///
    /// Raises FileExistsError if a plugin of this name exists.
    #[pyo3(signature = (name, target_dir=None, template="panel"))]
    fn create<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        target_dir: Option<std::path::PathBuf>,
        template: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let template: Template = template
            .parse()
            .map_err(|error: PackageError| PyValueError::new_err(error.to_string()))?;
        let target = target_dir
            .map(|path| {
                camino::absolute_utf8(path)
                    .map_err(|error| PyValueError::new_err(format!("target_dir: {error}")))
            })
            .transpose()?;
        let made = gate::free(py, || self.inner.create(name, target.as_deref(), template))?;
        let made = made.map_err(|error| match &error {
            Error::Package(what) if matches!(**what, PackageError::Exists { .. }) => {
                PyFileExistsError::new_err(with_causes(&error))
            }
            _ => errors::to_python(py, &error),
        })?;
        py.import("pathlib")?
            .getattr("Path")?
            .call1((made.as_str(),))
    }
}

/// Installs a plugin and returns its name. See `PluginManager.install`.
#[pyfunction]
#[pyo3(signature = (url, auto_load=true, transport="archive"))]
fn install(py: Python<'_>, url: &str, auto_load: bool, transport: &str) -> PyResult<String> {
    PluginManager::instance(py)?.get().install_from(
        py,
        url,
        Callbacks::default(),
        auto_load,
        transport,
    )
}

/// Replaces an installed plugin by the newest state of its source. Returns True if there was something
/// new.
#[pyfunction]
fn update(py: Python<'_>, name: &str) -> PyResult<bool> {
    PluginManager::instance(py)?
        .get()
        .update_named(py, name, Callbacks::default())
}

/// Unloads a plugin and removes it; its settings and data stay.
#[pyfunction]
fn uninstall(py: Python<'_>, name: &str) -> PyResult<bool> {
    PluginManager::instance(py)?.get().uninstall(py, name)
}

/// Makes a new plugin in the plugins directory, and returns its path as a text. `template` is panel,
/// operator or minimal.
///
/// Raises FileExistsError if a plugin of this name exists.
#[pyfunction]
#[pyo3(signature = (name, template="panel"))]
fn create(py: Python<'_>, name: &str, template: &str) -> PyResult<String> {
    let made = PluginManager::instance(py)?
        .get()
        .create(py, name, None, template)?;
    Ok(made.str()?.to_string_lossy().into_owned())
}

/// Returns the reasons why a directory is not a plugin, a line each.
#[pyfunction]
fn _validate(py: Python<'_>, path: std::path::PathBuf) -> PyResult<Vec<String>> {
    let path = camino::absolute_utf8(path)
        .map_err(|error| PyValueError::new_err(format!("path: {error}")))?;
    gate::free(py, || validate(&path))
}

/// Returns whether a version satisfies specifiers (PEP 440); for `lfs_plugins.compat`.
#[pyfunction]
fn _satisfies(version: &str, specifiers: &str) -> PyResult<bool> {
    let satisfied = lichtfeld_runtime::satisfies(version, specifiers);
    satisfied.map_err(|error| PyValueError::new_err(error.to_string()))
}

pub(crate) fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(install, module)?)?;
    module.add_function(wrap_pyfunction!(update, module)?)?;
    module.add_function(wrap_pyfunction!(uninstall, module)?)?;
    module.add_function(wrap_pyfunction!(create, module)?)?;
    module.add_function(wrap_pyfunction!(_satisfies, module)?)?;
    module.add_function(wrap_pyfunction!(_validate, module)?)
}
