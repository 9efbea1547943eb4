//! The application: what it says of itself, and its functions that the plugin system calls.

use crate::error::Problem;
use crate::gate::{Gate, Pass};
use crate::given_text::c_string;
use crate::guard::{guarded_or, shielded};
use crate::request::{HeldRequest, lfp_request};
use crate::state::state_number;
use crate::text;
use lichtfeld_embed::camino::Utf8PathBuf;
use lichtfeld_embed::panel::Request;
use lichtfeld_embed::{
    Host, HostFacts, Job, Level, OnChange, StateChange, Subscriber, Version, facts,
};
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::thread::{self, ThreadId};

/// How serious a line of the log is.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_level {
    /// Details for finding an error.
    Debug = 1,
    /// Normal operation.
    Info = 2,
    /// Something may be wrong.
    Warning = 3,
    /// Something failed.
    Error = 4,
}

/// What to do when the files of a plugin have changed.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_on_change {
    /// Reload it now.
    Reload = 0,
    /// Do nothing: the application reloads it later.
    Announce = 1,
}

/// A change of the state of a plugin. It is valid while the callback runs.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_event {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The name of the plugin.
    pub plugin: *const c_char,
    /// The `lfp_state` before.
    pub from: u32,
    /// The `lfp_state` after; equal to `from` for a reload.
    pub to: u32,
    /// What happened: `activated`, `reloaded`, `reload_failed`, `failed`, `unloaded` and others.
    pub event: *const c_char,
    /// Why, in a few words for a person.
    pub cause: *const c_char,
    /// The number of the change, from 0.
    pub sequence: u64,
}

/// Work for the UI thread.
pub struct lfp_job {
    job: Job,
    gate: Arc<Gate>,
}

/// The application. Set all bytes to 0 and `size` to `sizeof(lfp_host)`, then set what you need:
/// everything else has a default. `lfp_attach` copies the texts.
///
/// The functions are called on any thread, without the GIL, until `lfp_end` has returned. They may
/// call every function of this library. No exception of C++ may leave them.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_host {
    /// `sizeof(lfp_host)`.
    pub size: usize,
    /// Passed to every function.
    pub context: *mut c_void,
    /// The version of the application by PEP 440, which manifests are checked against. Null: 1.0.0.
    pub version: *const c_char,
    /// Features of the application that manifests may require, besides those of the plugin system.
    pub features: *const *const c_char,
    /// The number of `features`.
    pub feature_count: usize,
    /// The directory of the plugins; everything that is kept for them lies beside it. Null: that of
    /// the environment variable `LFS_RESOLVED_PLUGIN_DIR`, else `~/.lichtfeld/plugins`.
    pub plugins_directory: *const c_char,
    /// The program of the interpreter, for environments and workers. Null: it is looked for beside
    /// the library of Python.
    pub python: *const c_char,
    /// The program uv, which makes environments. Null: it is looked for.
    pub uv: *const c_char,
    /// The native module for workers. Null: this library.
    pub native_module: *const c_char,
    /// Directories with modules of the application below `lfs_plugins`. Those on `sys.path` are
    /// found without being named.
    pub module_directories: *const *const c_char,
    /// The number of `module_directories`.
    pub module_directory_count: usize,
    /// Receives a line of the log of a plugin, or of the plugin system if `plugin` is null. `level`
    /// is an `lfp_level`.
    pub log: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            plugin: *const c_char,
            level: u32,
            message: *const c_char,
        ),
    >,
    /// Takes work for the UI thread, and returns at once. The UI thread calls `lfp_job_run` with it
    /// soon; if it never will, `lfp_job_drop` is called instead. Null: the application has no UI
    /// thread, and work is done on the thread that has it.
    pub post: Option<unsafe extern "C" fn(context: *mut c_void, job: *mut lfp_job)>,
    /// Returns whether the calling thread is the UI thread: not 0 if so. Null: it is the thread that
    /// called `lfp_attach`.
    pub is_ui_thread: Option<unsafe extern "C" fn(context: *mut c_void) -> u32>,
    /// A panel has changed, and needs to be drawn.
    pub redraw: Option<unsafe extern "C" fn(context: *mut c_void)>,
    /// The files of a plugin have changed. Called on the UI thread. Returns an `lfp_on_change`. Null:
    /// it is reloaded.
    pub change: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            plugin: *const c_char,
            paths: *const *const c_char,
            path_count: usize,
        ) -> u32,
    >,
    /// The state of a plugin has changed. Events come one after the other, in order.
    pub event: Option<unsafe extern "C" fn(context: *mut c_void, event: *const lfp_event)>,
    /// A plugin asks for a dialog, a notification, the clipboard. Called on the UI thread; without
    /// `post` on any thread. Returns not 0 if the request is answered by `lfp_answer` or
    /// `lfp_answer_done`, in the callback or later, and 0 if this application does not answer such
    /// requests. Null: it answers none, and plugins go on as if the user had cancelled.
    pub request:
        Option<unsafe extern "C" fn(context: *mut c_void, request: *const lfp_request) -> u32>,
    /// A request that `request` has taken has ended without an answer: close its dialog. Called on any
    /// thread.
    pub request_withdrawn: Option<unsafe extern "C" fn(context: *mut c_void, id: u64)>,
}

/// What `lfp_host` says, checked and copied.
pub(crate) struct Facts {
    pub(crate) plugins_directory: Option<Utf8PathBuf>,
    pub(crate) python: Option<Utf8PathBuf>,
    pub(crate) uv: Option<Utf8PathBuf>,
    pub(crate) native_module: Option<Utf8PathBuf>,
    pub(crate) module_directories: Vec<Utf8PathBuf>,
    facts: HostFacts,
}

impl lfp_host {
    /// Copies the struct of an application, which may be an older and shorter one.
    ///
    /// # Safety
    /// It is null, or `size` bytes are readable.
    pub(crate) unsafe fn copied(host: *const Self) -> Result<Self, Problem> {
        if host.is_null() {
            return Err(Problem::Argument("host is null".to_owned()));
        }
        // SAFETY: the first field is always there.
        let size = unsafe { (&raw const (*host).size).read() };
        if size < size_of::<usize>() * 2 {
            return Err(Problem::Argument(format!(
                "host.size is {size}, and not sizeof(lfp_host)"
            )));
        }
        // SAFETY: null is a value of every field but `size`.
        let mut copy: Self = unsafe { std::mem::zeroed() };
        // SAFETY: that many bytes are there, and in the copy.
        unsafe {
            std::ptr::copy_nonoverlapping(
                host.cast::<u8>(),
                (&raw mut copy).cast::<u8>(),
                size.min(size_of::<Self>()),
            );
        }
        Ok(copy)
    }

    /// Reads the texts.
    ///
    /// # Safety
    /// They are null or as documented.
    pub(crate) unsafe fn read(&self) -> Result<Facts, Problem> {
        let path = |text, what| -> Result<Option<Utf8PathBuf>, Problem> {
            // SAFETY: as the caller says.
            let text = unsafe { text::read_optional(text, what) }?;
            Ok(text.filter(|text| !text.is_empty()).map(Utf8PathBuf::from))
        };
        // SAFETY: as the caller says.
        let version = unsafe { text::read_optional(self.version, "host.version") }?;
        let version: Version = version.unwrap_or("1.0.0").parse().map_err(|error| {
            Problem::Argument(format!(
                "host.version is '{}': {error}",
                version.unwrap_or_default()
            ))
        })?;
        let mut facts = facts(version);
        // SAFETY: as the caller says.
        let own = unsafe {
            text::read_list(self.features, self.feature_count, "a text of host.features")
        };
        for feature in own? {
            if !facts.features.contains(&feature) {
                facts.features.push(feature);
            }
        }
        // SAFETY: as the caller says.
        let directories = unsafe {
            text::read_list(
                self.module_directories,
                self.module_directory_count,
                "a text of host.module_directories",
            )
        }?;
        Ok(Facts {
            plugins_directory: path(self.plugins_directory, "host.plugins_directory")?,
            python: path(self.python, "host.python")?,
            uv: path(self.uv, "host.uv")?,
            native_module: path(self.native_module, "host.native_module")?,
            module_directories: directories.into_iter().map(Utf8PathBuf::from).collect(),
            facts,
        })
    }
}

/// The application behind the functions of C.
pub(crate) struct CHost {
    functions: lfp_host,
    facts: HostFacts,
    ui_thread: ThreadId,
    gate: Arc<Gate>,
}

// SAFETY: the header says that the functions are called on any thread.
unsafe impl Send for CHost {}
// SAFETY: as above.
unsafe impl Sync for CHost {}

impl CHost {
    /// The calling thread is the UI thread, unless the application says otherwise.
    pub(crate) fn new(functions: lfp_host, facts: &Facts, gate: Arc<Gate>) -> Self {
        Self {
            functions,
            facts: facts.facts.clone(),
            ui_thread: thread::current().id(),
            gate,
        }
    }

    /// Calls a function of the application without the GIL, if it may still be called.
    fn call<T>(&self, call: impl FnOnce(*mut c_void) -> T) -> Option<T> {
        let _pass: Pass<'_> = self.gate.pass()?;
        let context = self.functions.context;
        shielded(|| call(context)).ok()
    }
}

impl Host for CHost {
    fn facts(&self) -> HostFacts {
        self.facts.clone()
    }

    fn log(&self, plugin: Option<&str>, level: Level, message: &str) {
        let Some(log) = self.functions.log else {
            return;
        };
        let level = match level {
            Level::Debug => lfp_level::Debug,
            Level::Info => lfp_level::Info,
            Level::Warn => lfp_level::Warning,
            _ => lfp_level::Error,
        };
        let plugin = plugin.map(c_string);
        let message = c_string(message);
        self.call(|context| {
            let plugin = plugin
                .as_ref()
                .map_or(std::ptr::null(), |name| name.as_ptr());
            // SAFETY: the application gave it for this.
            unsafe { log(context, plugin, level as u32, message.as_ptr()) };
        });
    }

    fn on_ui_thread(&self, job: Job) {
        let Some(post) = self.functions.post else {
            return job();
        };
        let job = Box::new(lfp_job {
            job,
            gate: Arc::clone(&self.gate),
        });
        // An application that has ended drops the work, as the trait says.
        self.call(|context| {
            // SAFETY: the application gave it for this, and takes the job.
            unsafe { post(context, Box::into_raw(job)) };
        });
    }

    fn is_ui_thread(&self) -> bool {
        if self.functions.post.is_none() {
            return true;
        }
        let here = thread::current().id() == self.ui_thread;
        let Some(is_ui_thread) = self.functions.is_ui_thread else {
            return here;
        };
        // SAFETY: the application gave it for this.
        let answer = self.call(|context| unsafe { is_ui_thread(context) != 0 });
        answer.unwrap_or(here)
    }

    fn on_change(&self, plugin: &str, paths: &[Utf8PathBuf]) -> OnChange {
        let Some(change) = self.functions.change else {
            return OnChange::Reload;
        };
        let plugin = c_string(plugin);
        let paths: Vec<_> = paths.iter().map(|path| c_string(path.as_str())).collect();
        let pointers: Vec<_> = paths.iter().map(|path| path.as_ptr()).collect();
        // SAFETY: the application gave it for this.
        let answer = self.call(|context| unsafe {
            change(context, plugin.as_ptr(), pointers.as_ptr(), pointers.len())
        });
        match answer {
            Some(answer) if answer == lfp_on_change::Announce as u32 => OnChange::Announce,
            _ => OnChange::Reload,
        }
    }

    fn request(&self, request: &Arc<Request>) -> bool {
        let Some(ask) = self.functions.request else {
            return false;
        };
        let held = HeldRequest::new(request);
        // SAFETY: the application gave it for this, and the request lives during the call.
        let taken = self.call(|context| unsafe { ask(context, &raw const held.shown) != 0 });
        taken.unwrap_or(false)
    }

    fn request_withdrawn(&self, request: &Request) {
        if let Some(withdrawn) = self.functions.request_withdrawn {
            let id = request.id.number();
            // SAFETY: the application gave it for this.
            self.call(|context| unsafe { withdrawn(context, id) });
        }
    }

    fn request_redraw(&self) {
        if let Some(redraw) = self.functions.redraw {
            // SAFETY: the application gave it for this.
            self.call(|context| unsafe { redraw(context) });
        }
    }
}

/// Tells the application of events.
pub(crate) struct Events {
    functions: lfp_host,
    gate: Arc<Gate>,
}

// SAFETY: as for `CHost`.
unsafe impl Send for Events {}
// SAFETY: as for `CHost`.
unsafe impl Sync for Events {}

impl Events {
    pub(crate) fn new(functions: lfp_host, gate: Arc<Gate>) -> Self {
        Self { functions, gate }
    }
}

impl Subscriber for Events {
    fn changed(&self, change: &StateChange) {
        let (Some(tell), Some(_pass)) = (self.functions.event, self.gate.pass()) else {
            return;
        };
        let plugin = c_string(&change.plugin);
        let event = c_string(change.event.name());
        let cause = c_string(&change.cause);
        let told = lfp_event {
            size: size_of::<lfp_event>(),
            plugin: plugin.as_ptr(),
            from: state_number(change.from),
            to: state_number(change.to),
            event: event.as_ptr(),
            cause: cause.as_ptr(),
            sequence: change.sequence,
        };
        let context = self.functions.context;
        guarded_or((), || {
            // SAFETY: the application gave it for this, and the event lives during the call.
            unsafe { tell(context, &raw const told) };
        });
    }
}

/// Does work that `post` has received, and releases it. Call this on the UI thread. After `lfp_end`
/// it only releases it.
///
/// # Safety
/// `post` has received it, and it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_job_run(job: *mut lfp_job) {
    // SAFETY: as the caller says.
    unsafe { take_job(job, true) };
}

/// Releases work that `post` has received and that will not be done. Any thread.
///
/// # Safety
/// As `lfp_job_run`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_job_drop(job: *mut lfp_job) {
    // SAFETY: as the caller says.
    unsafe { take_job(job, false) };
}

/// # Safety
/// As [`lfp_job_run`].
unsafe fn take_job(job: *mut lfp_job, run: bool) {
    if job.is_null() {
        return;
    }
    // SAFETY: `on_ui_thread` made it, as the caller says.
    let lfp_job { job, gate } = *unsafe { Box::from_raw(job) };
    let pass = gate.pass();
    guarded_or((), || {
        if run && pass.is_some() {
            job();
        } else {
            // Whoever waits for it is told.
            drop(job);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    unsafe extern "C" fn redraw(_context: *mut c_void) {}

    #[test]
    fn a_struct_of_an_older_header_is_read_as_far_as_it_goes() {
        // SAFETY: null is a value of every field.
        let mut host: lfp_host = unsafe { std::mem::zeroed() };
        host.size = offset_of!(lfp_host, redraw);
        host.version = c"3.1".as_ptr();
        host.redraw = Some(redraw);
        // SAFETY: that many bytes are there, and more.
        let copy = unsafe { lfp_host::copied(&raw const host) }.unwrap();
        assert!(copy.redraw.is_none());
        // SAFETY: the texts are literals.
        let facts = unsafe { copy.read() }.unwrap();
        assert_eq!(facts.facts.version.to_string(), "3.1");
        host.size = 3;
        // SAFETY: as above.
        let error = unsafe { lfp_host::copied(&raw const host) }.unwrap_err();
        assert!(error.to_string().contains("host.size is 3"), "{error}");
    }
}
