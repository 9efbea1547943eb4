//! Our own Python code, compiled into the library and run once in an interpreter.
//!
//! Its files are named `<lichtfeld>/...`, by which its frames are cut from tracebacks.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;
use std::ffi::CStr;

/// A module of ours.
pub(crate) struct Support {
    module: PyOnceLock<Py<PyModule>>,
    code: &'static CStr,
    file: &'static CStr,
    name: &'static CStr,
    /// Modules of ours that it imports.
    needs: &'static [&'static Support],
}

macro_rules! support {
    ($file:literal, $name:literal $(, $needs:expr)*) => {
        Support {
            module: PyOnceLock::new(),
            code: pyo3::ffi::c_str!(include_str!($file)),
            file: pyo3::ffi::c_str!(concat!("<lichtfeld>/", $file)),
            name: pyo3::ffi::c_str!($name),
            needs: &[$($needs),*],
        }
    };
}

/// The import machinery.
pub(crate) static IMPORTER: Support = support!("importer.py", "_lichtfeld_importer");
/// What plugins have started.
pub(crate) static BELONGINGS: Support = support!("belongings.py", "_lichtfeld_belongings");
/// What plugins print and log.
pub(crate) static OUTPUT: Support = support!("output.py", "_lichtfeld_output");
/// What an exception means.
pub(crate) static FAILURE: Support = support!("failure.py", "_lichtfeld_failure");
/// What capabilities are given and answer.
pub(crate) static CAPABILITIES: Support = support!("capabilities.py", "_lichtfeld_capabilities");
/// The end of the process.
pub(crate) static ENDING: Support = support!("ending.py", "_lichtfeld_ending");
/// Ends what takes too long.
pub(crate) static TIME_LIMIT: Support = support!("time_limit.py", "_lichtfeld_time_limit");
/// `Panel`, `Operator`, `Menu`.
pub(crate) static TYPES: Support = support!("types.py", "_lichtfeld_types");

/// What stands for things of the other process.
#[cfg(unix)]
static REFERENCE: Support = support!("worker/reference.py", "_lichtfeld_reference");
/// Modules that stand for a plugin in a worker.
#[cfg(unix)]
static STANDIN: Support = support!("worker/standin.py", "_lichtfeld_standin", &REFERENCE);
/// Large buffers that cross without a copy.
#[cfg(unix)]
pub(crate) static SHARED_MEMORY: Support =
    support!("worker/shared_memory.py", "_lichtfeld_shared_memory");
/// Operators between a host and its workers.
#[cfg(unix)]
pub(crate) static OPERATOR: Support = support!("worker/operator.py", "_lichtfeld_operator");
/// Calls between a host and its workers.
#[cfg(unix)]
pub(crate) static REMOTE: Support = support!(
    "worker/remote.py",
    "_lichtfeld_remote",
    &REFERENCE,
    &STANDIN,
    &SHARED_MEMORY
);

impl Support {
    /// The module, run now if it was not yet.
    pub(crate) fn get<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyModule>> {
        self.module
            .get_or_try_init(py, || {
                for needed in self.needs {
                    needed.get(py)?;
                }
                PyModule::from_code(py, self.code, self.file, self.name).map(Bound::unbind)
            })
            .map(|module| module.bind(py))
    }
}
