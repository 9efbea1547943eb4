//! Operations in the background: started, asked for their progress, cancelled, and heard of when they
//! have ended.

use crate::action::lfp_action;
use crate::error::{HeldError, Problem, lfp_error};
use crate::gate::Gate;
use crate::given_text::copy_to;
use crate::guard::{guarded_or, shielded};
use lichtfeld_embed::runtime::Stage;
use lichtfeld_embed::{Error, Manager, Observer};
use parking_lot::{Condvar, Mutex};
use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// How long `lfp_end` waits for operations that were cancelled.
const END: Duration = Duration::from_secs(10);

/// How far an operation is. Texts that do not fit are cut.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_progress {
    /// `sizeof(lfp_progress)`, set by the caller.
    pub size: usize,
    /// The `lfp_action`.
    pub action: u32,
    /// Not 0 if it has ended, with any result.
    pub done: u32,
    /// Not 0 if it has ended with an error.
    pub failed: u32,
    /// The present or last step of a load: 1 environment, 2 dependencies, 3 import, 4 activation,
    /// 5 complete; 0 before the first.
    pub step: u32,
    /// The name of the plugin; of an installation after its end, and what to install until then.
    pub plugin: [c_char; 128],
    /// What the step is about.
    pub detail: [c_char; 128],
    /// The last line for a person.
    pub message: [c_char; 256],
}

/// The function that `lfp_operation_on_end` takes.
pub type lfp_on_end =
    Option<unsafe extern "C" fn(context: *mut c_void, operation: *mut lfp_operation)>;

struct OnEnd {
    call: unsafe extern "C" fn(*mut c_void, *mut lfp_operation),
    context: *mut c_void,
}

// SAFETY: the header says that it is called on any thread.
unsafe impl Send for OnEnd {}

#[derive(Default)]
struct Now {
    step: u32,
    plugin: String,
    detail: String,
    message: String,
    thread: Option<ThreadId>,
    result: Option<Result<(), Arc<HeldError>>>,
    on_end: Vec<OnEnd>,
}

/// An operation that is under way or has ended. It is counted: `lfp_operation_retain` adds a
/// reference, `lfp_operation_release` takes one away. It goes on if there is none any more.
pub struct lfp_operation {
    action: lfp_action,
    subject: String,
    now: Mutex<Now>,
    ended: Condvar,
    cancelled: AtomicBool,
    gate: Arc<Gate>,
}

impl lfp_operation {
    /// Makes one that is about to be started.
    pub(crate) fn new(action: lfp_action, subject: String, gate: Arc<Gate>) -> Arc<Self> {
        let now = Now {
            plugin: subject.clone(),
            ..Now::default()
        };
        Arc::new(Self {
            action,
            subject,
            now: Mutex::new(now),
            ended: Condvar::new(),
            cancelled: AtomicBool::new(false),
            gate,
        })
    }

    fn pointer(this: &Arc<Self>) -> *mut Self {
        Arc::as_ptr(this).cast_mut()
    }

    fn end(this: &Arc<Self>, result: Result<String, Problem>) {
        let functions = {
            let mut now = this.now.lock();
            if now.result.is_some() {
                return;
            }
            now.result = Some(match result {
                Ok(plugin) => {
                    now.plugin = plugin;
                    Ok(())
                }
                Err(problem) => Err(Arc::new(problem.held())),
            });
            std::mem::take(&mut now.on_end)
        };
        this.ended.notify_all();
        for function in functions {
            Self::tell(this, &function);
        }
    }

    fn tell(this: &Arc<Self>, function: &OnEnd) {
        let Some(_pass) = this.gate.pass() else {
            return;
        };
        let operation = Self::pointer(this);
        guarded_or((), || {
            // SAFETY: the application gave it for this, and the operation lives during the call.
            unsafe { (function.call)(function.context, operation) };
        });
    }

    fn wait(&self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        let mut now = self.now.lock();
        while now.result.is_none() {
            match deadline {
                None => self.ended.wait(&mut now),
                Some(deadline) => {
                    if self.ended.wait_until(&mut now, deadline).timed_out() {
                        return now.result.is_some();
                    }
                }
            }
        }
        true
    }
}

struct Progress<'a>(&'a lfp_operation);

impl Observer for Progress<'_> {
    fn progress(&mut self, message: &str) {
        message.clone_into(&mut self.0.now.lock().message);
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        let mut now = self.0.now.lock();
        now.step = match stage {
            Stage::Environment => 1,
            Stage::Dependencies => 2,
            Stage::Import => 3,
            Stage::Activation => 4,
            _ => 5,
        };
        detail.clone_into(&mut now.detail);
    }

    fn should_cancel(&mut self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }
}

/// Work for another thread. If that is never started, dropping this ends the operation.
pub(crate) struct Work(pub(crate) Arc<lfp_operation>);

impl Work {
    /// Does it on this thread.
    pub(crate) fn run(&self, manager: &Manager) {
        let operation = &self.0;
        operation.now.lock().thread = Some(thread::current().id());
        let mut progress = Progress(operation);
        let action = operation.action;
        let done = shielded(|| action.run(manager, &operation.subject, &mut progress));
        lfp_operation::end(operation, done.and_then(|result| result));
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let what = format!("cannot {} on a thread of its own", self.0.action.verb());
        let reason = "the thread could not be started, or the application is ending";
        lfp_operation::end(&self.0, Err(Error::io(what, reason).into()));
    }
}

/// The operations of one session.
#[derive(Default)]
pub(crate) struct Operations(Mutex<Vec<Weak<lfp_operation>>>);

impl Operations {
    pub(crate) fn add(&self, operation: &Arc<lfp_operation>) {
        let mut known = self.0.lock();
        known.retain(|other| other.strong_count() > 0);
        known.push(Arc::downgrade(operation));
    }

    fn all(&self) -> Vec<Arc<lfp_operation>> {
        self.0.lock().iter().filter_map(Weak::upgrade).collect()
    }

    pub(crate) fn cancel_all(&self) {
        for operation in self.all() {
            operation.cancelled.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn wait_for_all(&self) {
        let deadline = Instant::now() + END;
        let here = Some(thread::current().id());
        // A function of the application that it calls may end everything.
        let is_elsewhere = |operation: &Arc<lfp_operation>| operation.now.lock().thread != here;
        for operation in self.all().into_iter().filter(is_elsewhere) {
            operation.wait(deadline.saturating_duration_since(Instant::now()));
        }
    }
}

/// Returns whether an operation has ended, with any result, and fills `progress`, which may be null.
/// Any thread. Never waits for the operation.
///
/// # Safety
/// `operation` is null or has a reference; `progress` is null, or its `size` bytes can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_operation_poll(
    operation: *const lfp_operation,
    progress: *mut lfp_progress,
) -> bool {
    // SAFETY: as the caller says.
    let Some(operation) = (unsafe { operation.as_ref() }) else {
        return true;
    };
    let now = operation.now.lock();
    let done = now.result.is_some();
    if progress.is_null() {
        return done;
    }
    let mut filled = lfp_progress {
        size: size_of::<lfp_progress>(),
        action: operation.action as u32,
        done: done.into(),
        failed: matches!(now.result, Some(Err(_))).into(),
        step: now.step,
        plugin: [0; 128],
        detail: [0; 128],
        message: [0; 256],
    };
    copy_to(&mut filled.plugin, &now.plugin);
    copy_to(&mut filled.detail, &now.detail);
    copy_to(&mut filled.message, &now.message);
    drop(now);
    // SAFETY: the struct of the caller may be an older and shorter one, and says how long it is.
    unsafe {
        let size = (&raw const (*progress).size).read();
        filled.size = size;
        ptr::copy_nonoverlapping(
            (&raw const filled).cast::<u8>(),
            progress.cast::<u8>(),
            size.min(size_of::<lfp_progress>()),
        );
    }
    done
}

/// Requests the end of an operation. Code of a plugin that is being imported in the application's
/// process is run to its end first. Does nothing if it has ended. Any thread.
///
/// # Safety
/// `operation` is null or has a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_operation_cancel(operation: *const lfp_operation) {
    // SAFETY: as the caller says.
    if let Some(operation) = unsafe { operation.as_ref() } {
        operation.cancelled.store(true, Ordering::Relaxed);
    }
}

/// Waits until an operation has ended, at most so many milliseconds. Returns whether it has. Any
/// thread, with or without the GIL; on the UI thread it may wait for itself.
///
/// # Safety
/// `operation` is null or has a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_operation_wait(
    operation: *const lfp_operation,
    milliseconds: u32,
) -> bool {
    // SAFETY: as the caller says.
    let Some(operation) = (unsafe { operation.as_ref() }) else {
        return true;
    };
    guarded_or(false, || {
        operation.wait(Duration::from_millis(milliseconds.into()))
    })
}

/// Returns the error of an operation that has ended with one, else null. It is valid as long as the
/// operation. Any thread.
///
/// # Safety
/// `operation` is null or has a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_operation_error(operation: *const lfp_operation) -> *const lfp_error {
    // SAFETY: as the caller says.
    let Some(operation) = (unsafe { operation.as_ref() }) else {
        return ptr::null();
    };
    match &operation.now.lock().result {
        // The result is never replaced.
        Some(Err(error)) => error.shown(),
        _ => ptr::null(),
    }
}

/// Calls `function` when an operation has ended: on the thread that did it, or at once if it has
/// ended. `lfp_operation_poll` may say that it has ended a moment before. Not after `lfp_end`.
///
/// # Safety
/// `operation` is null or has a reference. The function may be called on any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_operation_on_end(
    operation: *const lfp_operation,
    function: lfp_on_end,
    context: *mut c_void,
) {
    let (false, Some(call)) = (operation.is_null(), function) else {
        return;
    };
    // SAFETY: as the caller says; the new reference is released below.
    let operation = unsafe {
        Arc::increment_strong_count(operation);
        Arc::from_raw(operation)
    };
    let function = OnEnd { call, context };
    let mut now = operation.now.lock();
    if now.result.is_none() {
        now.on_end.push(function);
        return;
    }
    drop(now);
    lfp_operation::tell(&operation, &function);
}

/// Adds a reference, and returns the operation. Any thread.
///
/// # Safety
/// `operation` is null or has a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_operation_retain(operation: *mut lfp_operation) -> *mut lfp_operation {
    if !operation.is_null() {
        // SAFETY: as the caller says.
        unsafe { Arc::increment_strong_count(operation) };
    }
    operation
}

/// Takes a reference away. Null is allowed. Any thread.
///
/// # Safety
/// `operation` is null or has a reference, which is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_operation_release(operation: *mut lfp_operation) {
    if !operation.is_null() {
        // SAFETY: as the caller says.
        let operation = unsafe { Arc::from_raw(operation) };
        guarded_or((), || drop(operation));
    }
}
