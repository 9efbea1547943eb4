//! Doing something with a plugin: `lfp_run` waits for the end, `lfp_start` does not.

use crate::action::lfp_action;
use crate::error::{Problem, lfp_error};
use crate::guard::guarded;
use crate::operation::{Work, lfp_operation};
use crate::session;
use crate::text;
use lichtfeld_embed::Unobserved;
use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

/// Reads the subject of an action.
///
/// # Safety
/// It is null or a text.
unsafe fn subject_of(action: lfp_action, subject: *const c_char) -> Result<String, Problem> {
    if !action.has_subject() {
        return Ok(String::new());
    }
    // SAFETY: as the caller says.
    unsafe { text::read(subject, "subject") }.map(ToOwned::to_owned)
}

/// Does something with a plugin, and waits for the end: `action` is an `lfp_action`, `subject` the
/// name of a plugin, or what to install. Any thread, with or without the GIL; but an application that
/// draws uses `lfp_start` for what may take long.
///
/// # Safety
/// `subject` is null or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_run(action: u32, subject: *const c_char) -> *mut lfp_error {
    guarded(|| {
        let action = lfp_action::read(action)?;
        // SAFETY: as the caller says.
        let subject = unsafe { subject_of(action, subject) }?;
        action.run(&*session::manager()?, &subject, &mut Unobserved)?;
        Ok(())
    })
}

/// Starts what `lfp_run` does on a thread of its own, and returns at once. `*operation` gets the
/// operation, with one reference for the caller. Any thread, with or without the GIL.
///
/// # Safety
/// `subject` is null or a text, and `operation` can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_start(
    action: u32,
    subject: *const c_char,
    operation: *mut *mut lfp_operation,
) -> *mut lfp_error {
    guarded(|| {
        if operation.is_null() {
            return Err(Problem::Argument("operation is null".to_owned()));
        }
        // SAFETY: as the caller says.
        unsafe { *operation = ptr::null_mut() };
        let action = lfp_action::read(action)?;
        // SAFETY: as the caller says.
        let subject = unsafe { subject_of(action, subject) }?;
        let manager = session::manager()?;
        let (operations, gate) = session::operations()?;
        let name = format!("{} {subject}", action.verb());
        let started = lfp_operation::new(action, subject, gate);
        operations.add(&started);
        let work = Work(Arc::clone(&started));
        let running = Arc::clone(&manager);
        let shared = &manager.backends().shared;
        shared.spawn(name, Box::new(move || work.run(&running)));
        // SAFETY: as the caller says.
        unsafe { *operation = Arc::into_raw(started).cast_mut() };
        Ok(())
    })
}
