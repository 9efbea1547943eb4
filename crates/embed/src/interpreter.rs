//! The interpreter of this process, with the packages `lichtfeld` and `lfs_plugins` in it.

use lichtfeld_bindings::embedding::PYTHON_FILES;
use lichtfeld_runtime::Error;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyCFunction;
use std::ffi::CStr;
use std::sync::Once;

const IMPORTER: &CStr = pyo3::ffi::c_str!(include_str!("importer.py"));
/// Frames of files below `<lichtfeld>` are left out of the tracebacks of plugins.
const IMPORTER_FILE: &CStr = c"<lichtfeld>/importer.py";
const IMPORTER_NAME: &CStr = c"_lichtfeld_embedded";
const NATIVE: &CStr = c"lichtfeld.plugins";

static INITIALIZED: Once = Once::new();
/// `importer.py`, which runs once.
static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();

/// Starts the interpreter, unless the application has, and imports the packages from the program.
///
/// # Errors
/// [`Error::SecondRuntime`] if another copy of the packages is imported already; [`Error::Io`] with
/// what Python raises.
pub(crate) fn start() -> Result<(), Error> {
    INITIALIZED.call_once(initialize);
    Python::attach(|py| match install(py) {
        Ok(None) => Ok(()),
        Ok(Some(file)) => Err(Error::SecondRuntime { file }),
        Err(error) => Err(Error::io(
            "cannot import the packages of the plugin system",
            error.to_string(),
        )),
    })
}

fn initialize() {
    // SAFETY: it reads a flag, and may be called at any time.
    if unsafe { ffi::Py_IsInitialized() } == 0 {
        // The macro of pyo3 would name it `plugins`, which plugins may have as a name of their own.
        // SAFETY: the interpreter does not run, and the name lives as long as the process.
        unsafe {
            ffi::PyImport_AppendInittab(
                NATIVE.as_ptr(),
                Some(lichtfeld_bindings::plugins::__pyo3_init),
            );
        }
    }
    Python::initialize();
}

/// What the importer needs to make the packages importable.
pub(crate) struct RuntimeFiles<'py> {
    /// `importer.py`.
    pub(crate) importer: Bound<'py, PyModule>,
    /// The text of each file, by its path.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// Makes the native module.
    pub(crate) make_native: Bound<'py, PyCFunction>,
}

/// Returns the importer, which runs once, with the packages.
pub(crate) fn runtime_files(py: Python<'_>) -> PyResult<RuntimeFiles<'_>> {
    let run = || PyModule::from_code(py, IMPORTER, IMPORTER_FILE, IMPORTER_NAME).map(Bound::unbind);
    let importer = MODULE.get_or_try_init(py, run)?.bind(py).clone();
    let make_native = PyCFunction::new_closure(py, None, None, |arguments, _| {
        let py = arguments.py();
        let module = pyo3::wrap_pymodule!(lichtfeld_bindings::plugins)(py);
        module.bind(py).setattr("__name__", "lichtfeld.plugins")?;
        PyResult::Ok(module)
    })?;
    Ok(RuntimeFiles {
        importer,
        files: PYTHON_FILES,
        make_native,
    })
}

/// Returns the file of another copy of `lichtfeld`, if there is one.
fn install(py: Python<'_>) -> PyResult<Option<String>> {
    let RuntimeFiles {
        importer,
        files,
        make_native,
    } = runtime_files(py)?;
    let other: Option<String> = importer
        .call_method1("install", (files, make_native))?
        .extract()?;
    if other.is_none() {
        py.import("lichtfeld")?;
        py.import("lfs_plugins")?;
    }
    Ok(other)
}
