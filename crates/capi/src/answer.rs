//! The answers of the application to requests of plugins, and its theme.

use crate::error::{Problem, lfp_error};
use crate::guard::guarded;
use crate::session;
use crate::text;
use lichtfeld_embed::panel::{Answer, RequestId};
use std::ffi::c_char;

fn answered(id: u64, answer: Answer) -> Result<(), Problem> {
    let manager = session::manager()?;
    (manager.requests().answer(RequestId::new(id), answer))
        .map_err(|error| Problem::Request(error.to_string()))
}

/// Answers a request by a path, the label of a button or a text; null if the user has cancelled. Any
/// thread, in the callback or later. Returns null for success, else an error that the caller releases:
/// LR024 if the answer does not suit, or the request has ended.
///
/// # Safety
/// The text is null, or ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_answer(id: u64, text: *const c_char) -> *mut lfp_error {
    guarded(|| {
        // SAFETY: as the caller says.
        let text = unsafe { text::read_optional(text, "text") }?;
        let answer = text.map_or(Answer::Cancelled, |text| Answer::Text(text.to_owned()));
        answered(id, answer)
    })
}

/// Answers a request by whether it was done, as `lfp_answer` does. Of a question, not 0 is the first
/// button and 0 the last one.
#[unsafe(no_mangle)]
pub extern "C" fn lfp_answer_done(id: u64, done: u32) -> *mut lfp_error {
    guarded(|| answered(id, Answer::Done(done != 0)))
}

/// Provides the theme of the application for plugins: a text of JSON with `name`, `palette`, `sizes`,
/// `vignette`, `is_dark`, `scale`, `scale_preference`, `themes`, each of which may be left out; see
/// docs/dialogs.md. Panels that use it are drawn again. Any thread. Returns null for success, else an
/// error that the caller releases: LR127 for a theme that is refused.
///
/// # Safety
/// The text ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_provide_theme(json: *const c_char) -> *mut lfp_error {
    guarded(|| {
        // SAFETY: as the caller says.
        let json = unsafe { text::read(json, "json") }?;
        session::manager()?;
        lichtfeld_embed::provide_theme(json).map_err(Problem::Argument)
    })
}
