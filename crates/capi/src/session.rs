//! The beginning and the end: `lfp_attach` and `lfp_end`.

use crate::error::{Problem, lfp_error};
use crate::gate::Gate;
use crate::guard::{guarded, guarded_or};
use crate::host::{CHost, Events, lfp_host};
use crate::operation::Operations;
use crate::own_file::own_file;
use lichtfeld_embed::runtime::current;
use lichtfeld_embed::{Application, Attachment, Error, Home, Manager};
use parking_lot::Mutex;
use std::ffi::c_void;
use std::sync::Arc;

/// The version of the ABI: the same number for all versions of the library that a program which was
/// compiled for one of them can use. New functions, and new fields at the ends of structs, do not
/// change it.
pub const LFP_ABI_VERSION: u32 = 1;

/// The plugin system, attached to the application.
struct Session {
    application: Application,
    gate: Arc<Gate>,
    operations: Arc<Operations>,
}

static SESSION: Mutex<Option<Session>> = Mutex::new(None);

/// Returns whether an interpreter runs in the library of Python that this library is linked with.
fn interpreter_runs() -> bool {
    // SAFETY: it reads a flag, and may be called at any time.
    unsafe { pyo3::ffi::Py_IsInitialized() != 0 }
}

/// Returns the manager, as long as it runs.
pub(crate) fn manager() -> Result<Arc<Manager>, Problem> {
    let session = SESSION.lock();
    let session = session.as_ref().ok_or(Error::NoManager)?;
    let manager = Arc::clone(session.application.manager());
    // `lichtfeld.plugins.shutdown()`, or the end of the interpreter, ends it as well.
    if !interpreter_runs() || !current().is_some_and(|now| Arc::ptr_eq(&now, &manager)) {
        return Err(Error::NoManager.into());
    }
    Ok(manager)
}

/// Returns the operations of this session, and its gate.
pub(crate) fn operations() -> Result<(Arc<Operations>, Arc<Gate>), Problem> {
    let session = SESSION.lock();
    let session = session.as_ref().ok_or(Error::NoManager)?;
    Ok((Arc::clone(&session.operations), Arc::clone(&session.gate)))
}

/// Returns the version of the ABI of the library that is loaded. A program compares it with
/// `LFP_ABI_VERSION` of its header. Any thread, at any time.
#[unsafe(no_mangle)]
pub extern "C" fn lfp_abi_version() -> u32 {
    LFP_ABI_VERSION
}

/// Puts the plugin system onto the application's module `lichtfeld`. No plugin is loaded yet.
///
/// `lichtfeld_module` is the module, a borrowed `PyObject *`: built-in, of nanobind, of pybind11. If
/// it is null, it is taken from `sys.modules`, else imported; if there is none, the plugin system has
/// a module of its own. The module gets `plugins`, `register_class`, `unregister_class`, `log` and
/// `ui`; names that it has are kept, also those in its own `log` and `ui`. `lichtfeld.plugins` is
/// always the plugin system's.
///
/// Call this after `Py_Initialize`, with or without the GIL, on the UI thread if `host.post` is set.
/// Returns null for success, else an error that the caller releases: LR123 if it is attached
/// already, LR125 if another copy of the plugin system is imported, LR122 if the interpreter's
/// program is not found, LR127, LR128.
///
/// # Safety
/// `host` is as documented, and the module is null or a module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_attach(
    host: *const lfp_host,
    lichtfeld_module: *mut c_void,
) -> *mut lfp_error {
    guarded(|| {
        // SAFETY: as the caller says.
        let (functions, facts) = unsafe {
            let functions = lfp_host::copied(host)?;
            let facts = functions.read()?;
            (functions, facts)
        };
        if !interpreter_runs() {
            return Err(Problem::NoPython);
        }
        // SAFETY: as the caller says; the interpreter runs.
        let mut attachment = unsafe { Attachment::to_pointer(lichtfeld_module) };
        attachment.directories.clone_from(&facts.module_directories);
        let gate = Arc::new(Gate::default());
        let host = CHost::new(functions, &facts, Arc::clone(&gate));
        let mut builder = Application::builder(host).attach(attachment);
        if let Some(directory) = &facts.plugins_directory {
            builder = builder.home(Home::with_plugins_dir(directory.clone()));
        }
        if let Some(python) = &facts.python {
            builder = builder.python(python.clone());
        }
        if let Some(file) = facts.native_module.clone().or_else(own_file) {
            builder = builder.native_module(file);
        }
        if let Some(uv) = facts.uv.clone() {
            builder = builder.configure(move |config| config.uv = Some(uv));
        }
        let application = match builder.start() {
            Ok(application) => application,
            Err(error) => {
                gate.close();
                return Err(error.into());
            }
        };
        let events = Arc::new(Events::new(functions, Arc::clone(&gate)));
        application.manager().events().subscribe(events);
        *SESSION.lock() = Some(Session {
            application,
            gate,
            operations: Arc::default(),
        });
        Ok(())
    })
}

/// Ends operations that are under way, unloads all plugins, ends their processes, and calls no
/// function of the application afterwards. Waits for those that run on other threads, at most ten
/// seconds. The interpreter goes on, and `lfp_attach` may be called again.
///
/// Call this before `Py_Finalize`, with or without the GIL, and before the user interface is unloaded.
/// Does nothing if nothing is attached. Lists, frames, errors and operations stay valid until they
/// are released; every other function returns LR124 from now on.
#[unsafe(no_mangle)]
pub extern "C" fn lfp_end() {
    guarded_or((), || {
        let Some(session) = SESSION.lock().take() else {
            return;
        };
        let Session {
            application,
            gate,
            operations,
        } = session;
        if application.manager().is_forked() {
            // Its threads are in the parent, which ends them.
            std::mem::forget(application);
            return;
        }
        operations.cancel_all();
        application.end();
        operations.wait_for_all();
        gate.close();
    });
}
