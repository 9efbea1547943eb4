//! The Python modules of this crate, compiled into the library and run once in an interpreter.
//!
//! Their files are named `<lichtfeld>/...`, which is how their frames are cut from tracebacks.
//!
//! Compiling them takes a worker ten milliseconds, reading compiled code half a millisecond. A host
//! has compiled them for itself, so it sends the compiled code to its workers.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyModule};

/// One of the modules.
pub(crate) struct Support {
    module: PyOnceLock<Py<PyModule>>,
    compiled: PyOnceLock<Py<PyAny>>,
    code: &'static str,
    file: &'static str,
    name: &'static str,
    /// The bundled modules that it imports.
    needs: &'static [&'static Support],
}

macro_rules! support {
    ($file:literal, $name:literal $(, $needs:expr)*) => {
        Support {
            module: PyOnceLock::new(),
            compiled: PyOnceLock::new(),
            code: include_str!($file),
            file: concat!("<lichtfeld>/", $file),
            name: $name,
            needs: &[$($needs),*],
        }
    };
}

/// Runs the modules of plugins, and finds whose code is running.
pub(crate) static PLUGIN_LOADER: Support = support!("plugin_loader.py", "_lichtfeld_plugin_loader");
/// The native modules of plugins that this process has loaded.
pub(crate) static NATIVE_FILES: Support = support!("native_files.py", "_lichtfeld_native_files");
/// Caches of the standard library that keep classes of plugins alive.
static LIBRARY_CACHES: Support = support!("library_caches.py", "_lichtfeld_library_caches");
/// What plugins add to `sys.path`.
static PLUGIN_PATHS: Support =
    support!("plugin_paths.py", "_lichtfeld_plugin_paths", &NATIVE_FILES);
/// Packages whose parts lie in the environments of several plugins.
static NAMESPACES: Support = support!("namespaces.py", "_lichtfeld_namespaces");
/// The environments of plugins on `sys.path`.
pub(crate) static SITE_ENVIRONMENT: Support = support!(
    "site_environment.py",
    "_lichtfeld_site_environment",
    &BARE_NAMES,
    &NAMESPACES,
    &NATIVE_FILES
);
/// Which environment variables plugins have set.
pub(crate) static PLUGIN_ENVIRONMENT: Support =
    support!("plugin_environment.py", "_lichtfeld_plugin_environment");
/// Settings of the whole process.
pub(crate) static PROCESS_SETTINGS: Support = support!(
    "process_settings.py",
    "_lichtfeld_process_settings",
    &PLUGIN_ENVIRONMENT
);
/// What plugins change in the whole process.
pub(crate) static PROCESS_CHANGES: Support = support!(
    "process_changes.py",
    "_lichtfeld_process_changes",
    &PLUGIN_LOADER,
    &PROCESS_SETTINGS
);
/// Who gets what by the bare name of a plugin.
pub(crate) static BARE_NAMES: Support = support!("bare_names.py", "_lichtfeld_bare_names");
/// One version of a plugin's code.
pub(crate) static CODE_VERSION: Support = support!(
    "code_version.py",
    "_lichtfeld_code_version",
    &PLUGIN_LOADER,
    &PLUGIN_PATHS,
    &BARE_NAMES,
    &LIBRARY_CACHES,
    &PROCESS_CHANGES
);
/// Modules that plugins find by their own entries on `sys.path`, and those of editable libraries.
static FRESH_SOURCES: Support = support!(
    "fresh_sources.py",
    "_lichtfeld_fresh_sources",
    &CODE_VERSION,
    &SITE_ENVIRONMENT
);
/// Finds the modules of plugins for Python's import system.
pub(crate) static IMPORTER: Support = support!(
    "importer.py",
    "_lichtfeld_importer",
    &CODE_VERSION,
    &FRESH_SOURCES,
    &NAMESPACES
);
/// The threads, executors and processes that plugins have started.
pub(crate) static STARTED: Support = support!("started_by_plugins.py", "_lichtfeld_started");
/// The Python of the processes that plugins start.
pub(crate) static CHILD_PYTHON: Support = support!("child_python.py", "_lichtfeld_child_python");
/// The text that plugins print and log.
pub(crate) static OUTPUT: Support = support!("output.py", "_lichtfeld_output");
/// The meaning of an exception.
pub(crate) static FAILURE: Support = support!("failure.py", "_lichtfeld_failure");
/// The arguments and answers of capabilities.
pub(crate) static CAPABILITIES: Support = support!("capabilities.py", "_lichtfeld_capabilities");
/// The end of the process.
pub(crate) static EXIT_HOOK: Support = support!("exit_hook.py", "_lichtfeld_exit_hook");
/// Ends functions that take too long.
pub(crate) static TIME_LIMIT: Support = support!("time_limit.py", "_lichtfeld_time_limit");
/// Where a drawing is, and the exception for one that takes too long.
pub(crate) static DRAW_LIMIT: Support =
    support!("draw_limit.py", "_lichtfeld_draw_limit", &PLUGIN_LOADER);
/// Groups of properties, which operators are.
pub(crate) static PROPERTY_GROUP: Support =
    support!("property_group.py", "_lichtfeld_property_group");
/// `Panel`, `Operator`, `Menu`.
pub(crate) static TYPES: Support = support!("types.py", "_lichtfeld_types", &PROPERTY_GROUP);
/// What `poll` and operators receive as `context`.
pub(crate) static CONTEXT: Support = support!("context.py", "_lichtfeld_context");
/// Results of widgets that are tested as if they were one value.
pub(crate) static TESTED_PAIRS: Support =
    support!("layout/tested_pairs.py", "_lichtfeld_tested_pairs");

/// What the application offers to plugins.
pub(crate) static SHARED: Support = support!(
    "host_api/shared.py",
    "_lichtfeld_shared",
    &BESIDE_PLUGINS,
    &OPERATORS
);
/// Modules of the application below `lfs_plugins`.
static BESIDE_PLUGINS: Support =
    support!("host_api/beside_plugins.py", "_lichtfeld_beside_plugins");
/// Operators of the application, in a worker.
static OPERATORS: Support = support!("host_api/operators.py", "_lichtfeld_operators");
/// The application's `lichtfeld` in a worker.
#[cfg(unix)]
pub(crate) static HOST_MODULES: Support = support!(
    "host_api/modules.py",
    "_lichtfeld_host_modules",
    &MARKS,
    &OPERATORS
);
/// What stands in an answer in the place of a value.
static MARKS: Support = support!("worker/marks.py", "_lichtfeld_marks");
/// Attributes that are read together.
pub(crate) static READ_TOGETHER: Support = support!(
    "worker/read_together.py",
    "_lichtfeld_read_together",
    &MARKS
);
/// References to objects of the other process.
#[cfg(unix)]
static REFERENCE: Support = support!(
    "worker/reference.py",
    "_lichtfeld_reference",
    &READ_TOGETHER
);
/// Objects whose calls are recorded.
#[cfg(unix)]
static RECORDER: Support = support!("worker/recorder.py", "_lichtfeld_recorder", &REFERENCE);
/// Classes that derive from classes of the application.
#[cfg(unix)]
static DERIVED: Support = support!("worker/derived.py", "_lichtfeld_derived");
/// Arrays in the memory of a GPU.
#[cfg(unix)]
static CUDA: Support = support!("worker/cuda.py", "_lichtfeld_cuda");
/// Enums of the application.
#[cfg(unix)]
static ENUMS: Support = support!("worker/enums.py", "_lichtfeld_enums");
/// What is answered to the other process.
#[cfg(unix)]
pub(crate) static ANSWERING: Support = support!(
    "worker/answering.py",
    "_lichtfeld_answering",
    &CUDA,
    &DERIVED,
    &ENUMS,
    &MARKS,
    &REFERENCE
);
/// Modules that stand for a plugin in a worker.
#[cfg(unix)]
static STANDIN: Support = support!(
    "worker/standin.py",
    "_lichtfeld_standin",
    &REFERENCE,
    &BARE_NAMES
);
/// Large buffers that cross without a copy.
#[cfg(unix)]
pub(crate) static SHARED_MEMORY: Support =
    support!("worker/shared_memory.py", "_lichtfeld_shared_memory");
/// Operators between a host and its workers.
#[cfg(unix)]
pub(crate) static OPERATOR: Support = support!("worker/operator.py", "_lichtfeld_operator");
/// What crosses between a host and its workers, as bytes.
#[cfg(unix)]
pub(crate) static CROSSING: Support = support!(
    "worker/crossing.py",
    "_lichtfeld_crossing",
    &DERIVED,
    &ENUMS,
    &REFERENCE,
    &SHARED_MEMORY
);
/// Exceptions between a host and its workers.
#[cfg(unix)]
pub(crate) static REMOTE_ERRORS: Support = support!(
    "worker/remote_errors.py",
    "_lichtfeld_remote_errors",
    &CROSSING,
    &STANDIN
);
/// Calls between a host and its workers.
#[cfg(unix)]
pub(crate) static REMOTE: Support = support!(
    "worker/remote.py",
    "_lichtfeld_remote",
    &ANSWERING,
    &RECORDER,
    &REMOTE_ERRORS
);

impl Support {
    /// Returns the module, and runs it at the first call.
    pub(crate) fn get<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyModule>> {
        self.module
            .get_or_try_init(py, || {
                for needed in self.needs {
                    needed.get(py)?;
                }
                self.run(py).map(Bound::unbind)
            })
            .map(|module| module.bind(py))
    }

    fn run<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyModule>> {
        // Other bundled modules import it by its name.
        let modules = py.import("sys")?.getattr(intern!(py, "modules"))?;
        // Two threads may come here at once; they run it in the same module.
        let module = match modules.get_item(self.name) {
            Ok(known) => known.cast_into::<PyModule>()?,
            Err(_) => PyModule::new(py, self.name)?,
        };
        module.setattr(intern!(py, "__file__"), self.file)?;
        modules.set_item(self.name, &module)?;
        let run = py
            .import("builtins")?
            .call_method1(intern!(py, "exec"), (self.compiled(py)?, module.dict()));
        if run.is_err() {
            modules.del_item(self.name)?;
        }
        run.map(|_| module)
    }

    /// Returns its code, from the host or compiled here.
    fn compiled<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let compile = || {
            if let Some(from_host) = FROM_HOST.get(py)
                && let Some(code) = from_host.bind(py).get_item(self.name)?
            {
                return Ok(code.unbind());
            }
            let options = PyDict::new(py);
            options.set_item("dont_inherit", true)?;
            // As in a worker, whatever the host was started with.
            options.set_item("optimize", 0)?;
            let compile = py.import("builtins")?.getattr(intern!(py, "compile"))?;
            compile
                .call((self.code, self.file, "exec"), Some(&options))
                .map(Bound::unbind)
        };
        let compiled = self.compiled.get_or_try_init(py, compile)?;
        Ok(compiled.bind(py))
    }
}

/// The code from the host, by the names of the modules.
static FROM_HOST: PyOnceLock<Py<PyDict>> = PyOnceLock::new();

/// The modules that a worker needs after its first message.
#[cfg(unix)]
static OF_WORKERS: [&Support; 31] = [
    &PLUGIN_ENVIRONMENT,
    &PLUGIN_LOADER,
    &PROCESS_SETTINGS,
    &PROCESS_CHANGES,
    &LIBRARY_CACHES,
    &NATIVE_FILES,
    &PLUGIN_PATHS,
    &NAMESPACES,
    &BARE_NAMES,
    &SITE_ENVIRONMENT,
    &CODE_VERSION,
    &FRESH_SOURCES,
    &IMPORTER,
    &STARTED,
    &SHARED,
    &BESIDE_PLUGINS,
    &OPERATORS,
    &HOST_MODULES,
    &MARKS,
    &READ_TOGETHER,
    &REFERENCE,
    &RECORDER,
    &CUDA,
    &DERIVED,
    &ENUMS,
    &ANSWERING,
    &STANDIN,
    &SHARED_MEMORY,
    &CROSSING,
    &REMOTE_ERRORS,
    &REMOTE,
];

/// The format of compiled code; interpreters with another one cannot read it.
#[cfg(unix)]
fn magic(py: Python<'_>) -> PyResult<Vec<u8>> {
    py.import("_frozen_importlib_external")?
        .getattr("MAGIC_NUMBER")?
        .extract()
}

/// The code for a worker, as [`take_compiled`] reads it.
///
/// # Errors
/// If it cannot be compiled.
#[cfg(unix)]
pub(crate) fn give_compiled(py: Python<'_>) -> PyResult<Vec<u8>> {
    let codes = PyDict::new(py);
    for support in OF_WORKERS {
        codes.set_item(support.name, support.compiled(py)?)?;
    }
    let dumped = py.import("marshal")?.call_method1("dumps", (codes,))?;
    let mut given = magic(py)?;
    given.extend_from_slice(dumped.cast::<PyBytes>()?.as_bytes());
    Ok(given)
}

/// Uses the code that the host has compiled, if this is the same version of Python.
///
/// # Errors
/// If it cannot be read.
#[cfg(unix)]
pub(crate) fn take_compiled(py: Python<'_>, given: &[u8]) -> PyResult<()> {
    let Some(dumped) = given.strip_prefix(magic(py)?.as_slice()) else {
        return Ok(());
    };
    let codes = py
        .import("marshal")?
        .call_method1("loads", (PyBytes::new(py, dumped),))?;
    // There is one host.
    let _ = FROM_HOST.set(py, codes.cast_into::<PyDict>()?.unbind());
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn compiled_code_is_used_by_the_same_version_of_python_alone() {
        Python::initialize();
        Python::attach(|py| {
            let given = give_compiled(py).unwrap();
            let mut foreign = given.clone();
            foreign[0] ^= 1;
            take_compiled(py, &foreign).unwrap();
            take_compiled(py, &[]).unwrap();
            assert!(FROM_HOST.get(py).is_none());
            assert!(
                take_compiled(py, &given[..given.len() - 1]).is_err(),
                "torn"
            );
            assert!(FROM_HOST.get(py).is_none());
            take_compiled(py, &given).unwrap();
            let codes = FROM_HOST.get(py).unwrap().bind(py);
            for support in OF_WORKERS {
                let code = codes.get_item(support.name).unwrap().unwrap();
                let file: String = code.getattr("co_filename").unwrap().extract().unwrap();
                assert_eq!(file, support.file);
            }
        });
    }
}
