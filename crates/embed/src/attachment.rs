//! Attaching to an application that has its own interpreter and, usually, its own module `lichtfeld`.

use crate::interpreter::{self, RuntimeFiles};
use camino::Utf8PathBuf;
use lichtfeld_runtime::Error;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::CStr;

const ATTACH: &CStr = pyo3::ffi::c_str!(include_str!("attach.py"));
const ATTACH_FILE: &CStr = c"<lichtfeld>/attach.py";
const ATTACH_NAME: &CStr = c"_lichtfeld_attach";

/// What of the application the plugin system is put onto. The default is its module `lichtfeld`, if it
/// is imported or can be imported; else the plugin system has a module of its own.
#[derive(Debug, Default)]
pub struct Attachment {
    /// The application's own module `lichtfeld`.
    pub module: Option<Py<PyAny>>,
    /// Directories of modules that the application has below `lfs_plugins`. Those on `sys.path` are
    /// found without being named.
    pub directories: Vec<Utf8PathBuf>,
}

impl Attachment {
    /// Attaches to the module behind a pointer of the C API, which may be null. The reference is
    /// borrowed: the module is kept with a reference of its own.
    ///
    /// # Safety
    /// The pointer is null or leads to a Python object that somebody keeps alive, and the interpreter
    /// of this process runs.
    #[must_use]
    pub unsafe fn to_pointer(module: *mut std::ffi::c_void) -> Self {
        if module.is_null() {
            return Self::default();
        }
        // SAFETY: the caller says that it is an object.
        let module = Python::attach(|py| unsafe {
            Bound::from_borrowed_ptr(py, module.cast::<ffi::PyObject>()).unbind()
        });
        Self {
            module: Some(module),
            directories: Vec::new(),
        }
    }

    /// Puts the plugin system onto the module.
    pub(crate) fn attach(&self) -> Result<(), Error> {
        Python::attach(|py| match self.run(py) {
            Ok(None) => Ok(()),
            Ok(Some(file)) => Err(Error::SecondRuntime { file }),
            Err(error) => Err(Error::io(
                "cannot put the plugin system onto the module `lichtfeld`",
                error.to_string(),
            )),
        })
    }

    fn run(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let RuntimeFiles {
            importer,
            files,
            make_native,
        } = interpreter::runtime_files(py)?;
        let module = self.module.as_ref().map(|module| module.bind(py));
        let directories: Vec<&str> = self.directories.iter().map(|one| one.as_str()).collect();
        PyModule::from_code(py, ATTACH, ATTACH_FILE, ATTACH_NAME)?
            .call_method1(
                "attach",
                (importer, files, make_native, module, directories),
            )?
            .extract()
    }
}

/// Returns whether an interpreter runs in the library of Python that this program uses.
#[must_use]
pub(crate) fn interpreter_runs() -> bool {
    // SAFETY: it reads a flag, and may be called at any time.
    unsafe { ffi::Py_IsInitialized() != 0 }
}

/// Runs `work` without the GIL, also if this thread holds it. Does not attach to the interpreter.
pub fn without_gil<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // Without an interpreter the check says yes.
    // SAFETY: it reads the state of this thread, and the interpreter runs.
    if interpreter_runs() && unsafe { ffi::PyGILState_Check() } == 1 {
        Python::attach(|py| py.detach(work))
    } else {
        work()
    }
}
