//! `builtins.__import__` while plugins run: `import helpers` in a plugin finds the plugin's own
//! module first.
//!
//! The caller is known by the globals that every import passes on. Plugins therefore keep the real
//! `builtins`: a name that anybody adds to it is visible to them at once. The hook is native code: it
//! adds no frame to tracebacks, and `stacklevel` of warnings counts as without it.

use crate::bundled_modules::{BARE_NAMES, CODE_VERSION, PLUGIN_LOADER, PROCESS_CHANGES};
use crate::python_frame;
use parking_lot::Mutex;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyList, PyString, PyTuple};

/// Packages of the standard library that start threads and processes.
const STARTERS: [&str; 2] = ["concurrent", "multiprocessing"];

/// The hook, and what it has replaced.
struct Installed {
    hook: Py<PyAny>,
    original: Py<PyAny>,
}

/// Held only to read and to write; no Python code runs meanwhile.
static INSTALLED: Mutex<Option<Installed>> = Mutex::new(None);

/// Installs the hook around the present `__import__`. Cheap if it is there already.
///
/// If other code has replaced it meanwhile, another hook is installed around that code. The one that
/// it may still call then has nothing to do: what it is asked for is resolved already.
///
/// # Errors
/// If the bundled modules cannot be run.
pub(super) fn install(py: Python<'_>) -> PyResult<()> {
    let builtins = py.import(intern!(py, "builtins"))?;
    let now = builtins.getattr(intern!(py, "__import__"))?;
    if INSTALLED
        .lock()
        .as_ref()
        .is_some_and(|known| now.is(&known.hook))
    {
        return Ok(());
    }
    let sys = py.import(intern!(py, "sys"))?;
    let used = Used {
        original: now.clone().unbind(),
        loader: PLUGIN_LOADER.get(py)?.getattr("PluginLoader")?.unbind(),
        modules: sys.getattr("modules")?.unbind(),
        displaced: BARE_NAMES
            .get(py)?
            .getattr("displaced")?
            .cast_into()?
            .unbind(),
    };
    let hook = PyCFunction::new_closure(
        py,
        Some(c"__import__"),
        Some(c"Imports a module; for the code of a plugin, the plugin's own module first."),
        move |arguments, named| import(&used, arguments, named).map(Bound::unbind),
    )?;
    builtins.setattr(intern!(py, "__import__"), &hook)?;
    let installed = Installed {
        hook: hook.into_any().unbind(),
        original: now.unbind(),
    };
    let before = INSTALLED.lock().replace(installed);
    drop(before);
    Ok(())
}

/// Restores `__import__`, unless other code has replaced it since.
///
/// # Errors
/// If `builtins` cannot be changed.
pub(super) fn uninstall(py: Python<'_>) -> PyResult<()> {
    let Some(installed) = INSTALLED.lock().take() else {
        return Ok(());
    };
    let builtins = py.import(intern!(py, "builtins"))?;
    let name = intern!(py, "__import__");
    if builtins.getattr(name)?.is(&installed.hook) {
        builtins.setattr(name, &installed.original)?;
    }
    Ok(())
}

/// What the hook uses: it must not import anything itself.
struct Used {
    /// The `__import__` that it has replaced.
    original: Py<PyAny>,
    /// The class `PluginLoader`.
    loader: Py<PyAny>,
    /// `sys.modules`.
    modules: Py<PyAny>,
    /// The plugins whose bare name a package has (see `bare_names.py`).
    displaced: Py<PyDict>,
}

/// What `__import__` was called with.
struct Asked<'a, 'py> {
    arguments: &'a Bound<'py, PyTuple>,
    named: Option<&'a Bound<'py, PyDict>>,
}

impl<'py> Asked<'_, 'py> {
    /// Returns an argument by position or by name, or `None` if it was left out.
    fn get(&self, position: usize, name: &str) -> Option<Bound<'py, PyAny>> {
        match self.arguments.get_item(position) {
            Ok(given) => Some(given),
            Err(_) => self.named?.get_item(name).ok().flatten(),
        }
    }

    fn is_absolute(&self) -> bool {
        self.get(4, "level")
            .is_none_or(|level| level.extract::<i64>().is_ok_and(|level| level == 0))
    }

    /// Returns whether this is C code's `PyImport_Import`. It passes the globals of the Python code
    /// that runs, which has not asked for anything: `datetime` imports `_strptime` in this way.
    fn is_from_c(&self) -> bool {
        let Some(items) = self.get(3, "fromlist") else {
            return false;
        };
        let (globals, locals) = (self.get(1, "globals"), self.get(2, "locals"));
        items.cast::<PyList>().is_ok_and(|items| items.is_empty())
            && matches!((globals, locals), (Some(globals), Some(locals)) if globals.is(&locals))
    }
}

fn import<'py>(
    used: &Used,
    arguments: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = arguments.py();
    let original = used.original.bind(py);
    let asked = Asked { arguments, named };
    if !asked.is_absolute() {
        return original.call(arguments, named);
    }
    let globals = asked.get(1, "globals");
    let Some(code_version) = code_version_of(py, used, globals.as_ref())? else {
        if !used.displaced.bind(py).is_empty()
            && let Some(resolved) = for_host(&asked, globals.as_ref())?
        {
            return import_resolved(used, &asked, resolved);
        }
        return original.call(arguments, named);
    };
    let Some(name) = asked.get(0, "name") else {
        return original.call(arguments, named);
    };
    if asked.is_from_c() {
        return original.call(arguments, named);
    }
    let Ok(name) = name.cast_into::<PyString>() else {
        return original.call(arguments, named);
    };
    let resolved = code_version.call_method1(intern!(py, "resolve"), (&name,))?;
    if resolved.is_none() {
        let is_new = !used.modules.bind(py).contains(&name)?;
        let module = if is_new {
            import_library(py, || original.call(arguments, named))?
        } else {
            original.call(arguments, named)?
        };
        started(&name)?;
        return Ok(module);
    }
    // Found in the directory that the plugin has put on `sys.path`, and not in another plugin's.
    if resolved.is(&name) {
        let (args, kwargs) = (arguments, named);
        return code_version.call_method1(
            intern!(py, "import_from_own_path"),
            (&name, original, args, kwargs),
        );
    }
    import_resolved(used, &asked, resolved)
}

/// Returns what an import in code that is no plugin's means, or `None` if it is no plugin.
fn for_host<'py>(
    asked: &Asked<'_, 'py>,
    globals: Option<&Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let globals = globals.and_then(|globals| globals.cast::<PyDict>().ok());
    let (Some(name), Some(globals)) = (asked.get(0, "name"), globals) else {
        return Ok(None);
    };
    if asked.is_from_c() || !name.is_instance_of::<PyString>() {
        return Ok(None);
    }
    let py = name.py();
    let resolved = BARE_NAMES
        .get(py)?
        .call_method1(intern!(py, "for_host"), (name, globals))?;
    Ok((!resolved.is_none()).then_some(resolved))
}

/// Imports a plugin's module. `resolved` is the pair of the full names of its first part and of all
/// of it.
fn import_resolved<'py>(
    used: &Used,
    asked: &Asked<'_, 'py>,
    resolved: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = resolved.py();
    let (top, full): (Bound<'py, PyAny>, Bound<'py, PyAny>) = resolved
        .extract()
        .map_err(|_| PyTypeError::new_err("resolve() returned something else"))?;
    let items = asked.get(3, "fromlist");
    let wants_items = match &items {
        Some(items) => items.is_truthy()?,
        None => false,
    };
    let (globals, locals) = (asked.get(1, "globals"), asked.get(2, "locals"));
    let original = used.original.bind(py);
    let module = original.call1((full, globals, locals, items, 0))?;
    if wants_items {
        return Ok(module);
    }
    used.modules.bind(py).get_item(top)
}

/// Returns the code version that the importing code belongs to, or `None` if it is not a plugin's.
fn code_version_of<'py>(
    py: Python<'py>,
    used: &Used,
    globals: Option<&Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let own = globals
        .and_then(|globals| globals.cast::<PyDict>().ok())
        .map(|globals| globals.get_item(intern!(py, "__loader__")))
        .transpose()?
        .flatten()
        .filter(|found| !found.is_none());
    if let Some(own) = own {
        return if own.get_type().is(&used.loader) {
            own.getattr(intern!(py, "code_version")).map(Some)
        } else {
            Ok(None)
        };
    }
    // `__import__(name)`, or code run by `exec` in a dict: it imports as the code that runs it.
    let Some(frame) = python_frame::current(py) else {
        return Ok(None); // no Python code runs
    };
    let found = PLUGIN_LOADER
        .get(py)?
        .call_method1(intern!(py, "importer_of"), (frame,))?;
    Ok((!found.is_none()).then_some(found))
}

/// Imports a library that was not imported before. What it sets in the process is not the plugin's.
fn import_library<'py>(
    py: Python<'py>,
    import: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let changes = PROCESS_CHANGES.get(py)?;
    let before = changes.call_method0(intern!(py, "begin_library"))?;
    let imported = import();
    changes.call_method1(intern!(py, "end_library"), (before,))?;
    imported
}

/// Called after a plugin has imported a module from elsewhere.
fn started(name: &Bound<'_, PyString>) -> PyResult<()> {
    let py = name.py();
    // A name with a lone surrogate is not one of them.
    let Ok(text) = name.to_cow() else {
        return Ok(());
    };
    let top = text.split('.').next().unwrap_or_default();
    if STARTERS.contains(&top) {
        CODE_VERSION
            .get(py)?
            .call_method1(intern!(py, "starts_something"), (top,))?;
    }
    Ok(())
}
