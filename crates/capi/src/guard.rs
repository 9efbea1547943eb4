//! The border of every function: no panic crosses it, and no GIL is held behind it.

use crate::error::{Problem, lfp_error};
use lichtfeld_embed::without_gil;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// Work that stays on the calling thread: what it captures need not be `Send`.
struct OnThisThread<T>(T);

// SAFETY: `without_gil` runs the work on the calling thread. The trait only keeps Python references
// out, and this crate has none.
unsafe impl<T> Send for OnThisThread<T> {}

/// Runs `work` without the GIL. A panic becomes a [`Problem`].
pub(crate) fn shielded<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    let work = OnThisThread(work);
    let released = || {
        without_gil(move || {
            // The whole of it, not its field, which is not `Send`.
            let work = work;
            OnThisThread(catch_unwind(AssertUnwindSafe(work.0)))
        })
    };
    match catch_unwind(AssertUnwindSafe(released)) {
        Ok(OnThisThread(Ok(value))) => Ok(value),
        Ok(OnThisThread(Err(panic))) | Err(panic) => Err(Problem::of_panic(&*panic)),
    }
}

/// Runs `work`, and returns its error for C: null for none.
pub(crate) fn guarded(work: impl FnOnce() -> Result<(), Problem>) -> *mut lfp_error {
    match shielded(work).and_then(|result| result) {
        Ok(()) => ptr::null_mut(),
        Err(problem) => problem.for_c(),
    }
}

/// Runs `work` for a function without an error, which returns `otherwise` after a panic.
pub(crate) fn guarded_or<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    shielded(work).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::lfp_error_release;
    use std::ffi::CStr;

    #[test]
    fn a_panic_stops_at_the_border_and_is_an_error() {
        let error = guarded(|| panic!("by the test"));
        // SAFETY: it was just made.
        let (code, message) = unsafe {
            let text = |text| CStr::from_ptr(text).to_str().unwrap().to_owned();
            (text((*error).code), text((*error).message))
        };
        assert_eq!(code, "LR129");
        assert!(message.ends_with("by the test"), "{message}");
        // SAFETY: it is not used afterwards.
        unsafe { lfp_error_release(error) };
    }
}
