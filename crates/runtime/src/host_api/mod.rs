//! What the application offers to plugins as `lichtfeld`: shared with plugins in either place.
//!
//! `shared.py` is the application's side, `modules.py` the side of a worker. How values, calls and
//! references cross is in `worker/`.

use crate::bundled_modules::{READ_TOGETHER, SHARED};
use crate::calling_plugin;
use crate::current_manager::{current, require_current};
use crate::missing_module::is_worker;
use crate::ui_thread::{self, NotDone};
use lichtfeld_engine::registrations::ledger::{EntryId, Owner};
use lichtfeld_engine::{Level, Manager};
use parking_lot::Mutex;
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyTuple};
use std::sync::Arc;

/// How something is offered to plugins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sharing {
    /// A function runs on the application's UI thread, and its caller waits.
    pub ui_thread: bool,
    /// Calls of methods of a class are recorded in workers and sent together.
    pub recorded: bool,
}

impl Sharing {
    /// A function that runs on the UI thread.
    #[must_use]
    pub fn on_ui_thread() -> Self {
        Self {
            ui_thread: true,
            ..Self::default()
        }
    }

    /// A class whose calls are recorded.
    #[must_use]
    pub fn recorded() -> Self {
        Self {
            recorded: true,
            ..Self::default()
        }
    }
}

/// Offers something to plugins as `lichtfeld.<name>`, wherever they run: as `lichtfeld.plugins.share`
/// does, for an application in Rust. The module `lichtfeld` must have been imported.
///
/// # Errors
/// `ValueError` for a name that is not public or belongs to the plugin system, `TypeError` for an
/// option that does not suit.
pub fn offer(name: &str, value: &Bound<'_, PyAny>, sharing: Sharing) -> PyResult<()> {
    let py = value.py();
    let call = wrap_pyfunction!(call_on_ui_thread, py)?;
    SHARED.get(py)?.call_method1(
        "share",
        (name, value, sharing.ui_thread, sharing.recorded, call),
    )?;
    Ok(())
}

/// Offers something to plugins as `lichtfeld.<name>`, wherever they run.
///
/// A module, a class, a function, an object or a constant. With `ui_thread` a function runs on the
/// application's UI thread, and its caller waits. With `recorded` the calls of methods of a class
/// (a draw context) are recorded in workers and sent together; such methods return None there.
/// Attributes that the application sets on `lichtfeld` itself are offered too, without these options.
///
/// Raises ValueError for a name that is not public or belongs to the plugin system, TypeError for an
/// option that does not suit, RuntimeError in a process of a plugin.
#[pyfunction]
#[pyo3(signature = (name, value, *, ui_thread=false, recorded=false))]
fn share(name: &str, value: &Bound<'_, PyAny>, ui_thread: bool, recorded: bool) -> PyResult<()> {
    refuse_in_worker("share")?;
    let sharing = Sharing {
        ui_thread,
        recorded,
    };
    offer(name, value, sharing)
}

/// Keeps `lichtfeld.<name>` from plugins in processes of their own. Returns whether it was there.
///
/// Plugins in the application's process are not affected: they may import what they like.
#[pyfunction]
fn unshare(py: Python<'_>, name: &str) -> PyResult<bool> {
    refuse_in_worker("unshare")?;
    SHARED
        .get(py)?
        .call_method1("unshare", (name,))?
        .is_truthy()
}

fn refuse_in_worker(function: &str) -> PyResult<()> {
    if is_worker() {
        return Err(PyRuntimeError::new_err(format!(
            "lichtfeld.plugins.{function} is for the application; a plugin offers functions as \
             capabilities"
        )));
    }
    Ok(())
}

/// Lets attributes of the application's objects be read together: `with lichtfeld.plugins.batch():`.
///
/// In a process of its own a plugin asks the application for each attribute. Inside the statement it
/// asks once for those that were read together before. What was read counts until the statement ends
/// or the plugin calls or sets something. In the application's process nothing changes.
#[pyfunction]
fn batch(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    READ_TOGETHER.get(py)?.call_method0("batch")
}

/// Returns attributes of an object as they are now: `snapshot(node, "name visible")` has `.name` and
/// `.visible`. For a list of objects, a list. Costs one question in a process of its own.
///
/// Raises AttributeError for one that does not exist.
#[pyfunction]
fn snapshot<'py>(
    py: Python<'py>,
    value: &Bound<'py, PyAny>,
    names: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    READ_TOGETHER
        .get(py)?
        .call_method1("snapshot", (value, names))
}

/// What the application wants to know of a plugin's function, until it calls `forget`.
#[pyclass(frozen, module = "lichtfeld.plugins", name = "Belonging")]
struct Belonging {
    /// The name of the plugin.
    #[pyo3(get)]
    plugin: String,
    /// Called once: by the ledger when the plugin is unloaded, or when its process ends.
    callback: Callback,
    entry: EntryId,
    /// A weak reference to the process of the plugin, if it has one: that refers to this.
    peer: Option<Py<PyAny>>,
}

type Callback = Arc<Mutex<Option<Py<PyAny>>>>;

#[pymethods]
impl Belonging {
    /// Does not call the callback any more, since the application has forgotten the function.
    fn forget(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let this = slf.get();
        let callback = this.callback.lock().take();
        drop(callback);
        this.leave_ledger(py);
        let peer = this.peer.as_ref().map(|peer| peer.bind(py).call0());
        match peer.transpose()?.filter(|peer| !peer.is_none()) {
            Some(peer) => peer.call_method1("forget_end", (slf,)).map(drop),
            None => Ok(()),
        }
    }

    /// Called when the process of the plugin has ended by itself.
    fn _ended(&self, py: Python<'_>) {
        self.leave_ledger(py);
        call_once(py, &self.callback);
    }

    fn __repr__(&self) -> String {
        format!("<Belonging to plugin '{}'>", self.plugin)
    }
}

impl Belonging {
    fn leave_ledger(&self, py: Python<'_>) {
        if let Some(manager) = current() {
            let entry = self.entry;
            py.detach(|| manager.ledger().forget(entry));
        }
    }
}

fn call_once(py: Python<'_>, callback: &Callback) {
    let callback = callback.lock().take();
    if let Some(callback) = callback
        && let Err(error) = callback.call0(py)
    {
        error.write_unraisable(py, Some(callback.bind(py)));
    }
}

/// Calls `callback()` when the plugin that `function` belongs to is unloaded or reloaded, or its
/// process ends, on the thread that does or notices this: for the application, to forget what plugins
/// have given to it.
///
/// Returns an object with `plugin`, the name, and `forget()`, which takes the request back; None if
/// `function` belongs to no plugin, in which case nothing is called.
#[pyfunction]
fn when_unloaded<'py>(
    function: &Bound<'py, PyAny>,
    callback: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if !callback.is_callable() {
        return Err(PyTypeError::new_err("callback is a function"));
    }
    let manager = require_current()?;
    let name = function.getattr_opt("__qualname__").ok().flatten();
    let name = name.map_or_else(|| "a function".to_owned(), |name| name.to_string());
    let what = format!("{name}, which the application calls");
    belonging_to_plugin(&manager, function, callback, what, false)
}

/// As `when_unloaded`, for the Python packages of this project. `what` names it in the report of an
/// unload; with `expected` it is none of what the plugin forgot. Without a manager there are no
/// plugins, and None is returned.
#[pyfunction]
fn _belonging<'py>(
    function: &Bound<'py, PyAny>,
    callback: &Bound<'py, PyAny>,
    what: String,
    expected: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    match current() {
        Some(manager) => belonging_to_plugin(&manager, function, callback, what, expected),
        None => Ok(None),
    }
}

/// Writes an error into the log of a plugin, or into the host's for None or without a manager.
#[pyfunction]
#[pyo3(signature = (plugin, text))]
fn _log_failure(py: Python<'_>, plugin: Option<&str>, text: &str) {
    match current() {
        Some(manager) => py.detach(|| manager.log(plugin, Level::Error, text)),
        None => PyRuntimeError::new_err(text.to_owned()).write_unraisable(py, None),
    }
}

fn belonging_to_plugin<'py>(
    manager: &Manager,
    function: &Bound<'py, PyAny>,
    callback: &Bound<'py, PyAny>,
    what: String,
    expected: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = function.py();
    let (owner, peer) = owner_of(function)?;
    let Some(owner) = owner else {
        return Ok(None);
    };
    let plugin = owner.key.clone();
    let callback: Callback = Arc::new(Mutex::new(Some(callback.clone().unbind())));
    let entry = {
        let callback = Arc::clone(&callback);
        let release = move || Python::attach(|py| call_once(py, &callback));
        py.detach(|| match expected {
            true => manager.ledger().record_expected(owner, what, release),
            false => manager.ledger().record(owner, what, release),
        })
    };
    let weak = |peer| py.import("weakref")?.call_method1("ref", (peer,));
    let belonging = Belonging {
        plugin,
        callback,
        entry,
        peer: peer.as_ref().map(weak).transpose()?.map(Bound::unbind),
    };
    let belonging = Bound::new(py, belonging)?.into_any();
    if let Some(peer) = peer {
        peer.call_method1("note_end", (&belonging,))?;
    }
    Ok(Some(belonging))
}

/// Returns the plugin of a function or an object, and the other process if it is from there.
pub(crate) fn owner_of<'py>(
    value: &Bound<'py, PyAny>,
) -> PyResult<(Option<Owner>, Option<Bound<'py, PyAny>>)> {
    let peer = SHARED
        .get(value.py())?
        .call_method1("other_process", (value,))?;
    if peer.is_none() {
        return Ok((calling_plugin::of_object(value)?, None));
    }
    let (key, revision) = peer.getattr("owner")?.extract()?;
    Ok((Some(Owner { key, revision }), Some(peer)))
}

/// Calls a function on the UI thread, and waits for its result.
#[pyfunction]
fn call_on_ui_thread(
    py: Python<'_>,
    function: Py<PyAny>,
    args: Py<PyTuple>,
    kwargs: Py<PyDict>,
) -> PyResult<Py<PyAny>> {
    let manager = current().filter(|manager| !manager.host().is_ui_thread());
    let Some(manager) = manager else {
        return function.call(py, args.bind(py), Some(kwargs.bind(py)));
    };
    let result = Arc::new(Mutex::new(None));
    let sent = Arc::clone(&result);
    let work = move || {
        Python::attach(|py| {
            let called = function.call(py, args.bind(py), Some(kwargs.bind(py)));
            *sent.lock() = Some(called);
            drop((function, args, kwargs));
        });
    };
    let limit = manager.timeouts().ui_thread;
    let done = py.detach(|| ui_thread::run_and_wait(&manager, limit, Box::new(work)));
    let result = result.lock().take();
    match (done, result) {
        (Ok(()), Some(result)) => result,
        (Ok(()), None) => Err(not_called(py, NotDone::Refused)),
        (Err(reason), _) => Err(not_called(py, reason)),
    }
}

fn not_called(py: Python<'_>, reason: NotDone) -> PyErr {
    let class = match reason {
        NotDone::NoTurn(_) => "PluginTimeoutError",
        NotDone::Ending | NotDone::Refused => "PluginError",
    };
    let raised = py
        .import("lfs_plugins.errors")
        .and_then(|errors| errors.getattr(class))
        .and_then(|class| class.call1((reason.to_string(),)))
        .and_then(|error| {
            error.setattr("code", reason.code())?;
            error.setattr("hint", reason.hint())?;
            Ok(error)
        });
    raised.map_or_else(
        // An application without the Python packages of this project.
        |_| PyRuntimeError::new_err(reason.to_string()),
        PyErr::from_value,
    )
}

/// Adds the functions to `lichtfeld.plugins`.
///
/// # Errors
/// If Python refuses one.
pub fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Belonging>()?;
    module.add_function(wrap_pyfunction!(_own, module)?)?;
    module.add_function(wrap_pyfunction!(_own_names, module)?)?;
    module.add_function(wrap_pyfunction!(share, module)?)?;
    module.add_function(wrap_pyfunction!(unshare, module)?)?;
    module.add_function(wrap_pyfunction!(batch, module)?)?;
    module.add_function(wrap_pyfunction!(snapshot, module)?)?;
    module.add_function(wrap_pyfunction!(_belonging, module)?)?;
    module.add_function(wrap_pyfunction!(_log_failure, module)?)?;
    module.add_function(wrap_pyfunction!(when_unloaded, module)?)
}

/// Remembers what a module of the plugin system contains by itself: workers have it as well.
#[pyfunction]
pub(crate) fn _own(module: &Bound<'_, PyModule>) -> PyResult<()> {
    SHARED
        .get(module.py())?
        .call_method1("own", (module,))
        .map(drop)
}

/// Remembers which names of the application's own module `name` belong to the plugin system.
#[pyfunction]
fn _own_names(name: &str, module: &Bound<'_, PyModule>, names: Vec<String>) -> PyResult<()> {
    SHARED
        .get(module.py())?
        .call_method1("own_names", (name, module, names))
        .map(drop)
}
