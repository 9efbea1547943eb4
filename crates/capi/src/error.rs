//! Errors for C: what, where and what to do, as texts.

use crate::given_text::Strings;
use lichtfeld_embed::Error;
use lichtfeld_embed::runtime::{Failure, codes, with_causes};
use std::any::Any;
use std::ffi::c_char;
use std::fmt;

/// An error, or the failure of a plugin. Texts are in UTF-8, and empty rather than null.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_error {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The stable code: `LR001`.
    pub code: *const c_char,
    /// What happened.
    pub message: *const c_char,
    /// What to do.
    pub hint: *const c_char,
    /// The file in the plugin, if it is known.
    pub file: *const c_char,
    /// Its line, from 1; 0 if it is not known.
    pub line: u32,
    /// Its column, from 1, in characters; 0 if it is not known.
    pub column: u32,
    /// Python's traceback, from the first line of the plugin.
    pub traceback: *const c_char,
}

/// An error with the texts that it points to. C sees the first field.
#[repr(C)]
pub(crate) struct HeldError {
    shown: lfp_error,
    texts: Strings,
}

// SAFETY: the pointers lead to texts that it owns and that nobody changes.
unsafe impl Send for HeldError {}
// SAFETY: as above.
unsafe impl Sync for HeldError {}

impl HeldError {
    fn new(code: &str, message: &str, hint: Option<&str>, failure: Option<&Failure>) -> Self {
        let mut texts = Strings::default();
        let location = failure.and_then(|failure| failure.location.as_ref());
        let traceback = failure.and_then(|failure| failure.traceback.as_deref());
        Self {
            shown: lfp_error {
                size: size_of::<lfp_error>(),
                code: texts.keep(code),
                message: texts.keep(message),
                hint: texts.keep(hint.unwrap_or_default()),
                file: texts.keep(location.map_or("", |location| &location.file)),
                line: location.map_or(0, |location| location.line),
                column: location.and_then(|location| location.column).unwrap_or(0),
                traceback: texts.keep(traceback.unwrap_or_default()),
            },
            texts,
        }
    }

    /// Describes the failure that is kept with a plugin.
    pub(crate) fn of_failure(failure: &Failure) -> Self {
        let hint = failure.hint.as_deref();
        Self::new(failure.code(), &failure.message, hint, Some(failure))
    }

    /// What C sees.
    pub(crate) fn shown(&self) -> *const lfp_error {
        // From the whole, so that it may lead back to the texts.
        std::ptr::from_ref(self).cast()
    }
}

impl fmt::Debug for HeldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HeldError").field(&self.texts).finish()
    }
}

/// Why a function did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Problem {
    /// An error of the plugin system.
    Engine(Error),
    /// A wrong argument.
    Argument(String),
    /// No interpreter runs.
    NoPython,
    /// No panel has this id.
    NoPanel(String),
    /// A panel refused its document: the message, and the traceback.
    Document(String, String),
    /// An answer to a request that is not taken.
    Request(String),
    /// A panic, which was stopped.
    Internal(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => f.write_str(&with_causes(error)),
            Self::Argument(what) => f.write_str(what),
            Self::NoPython => f.write_str(
                "no interpreter runs in the library of Python that the plugin system is linked with",
            ),
            Self::NoPanel(id) => write!(f, "no panel or menu is called '{id}'"),
            Self::Document(message, _) | Self::Request(message) => f.write_str(message),
            Self::Internal(what) => write!(f, "internal error in the plugin system: {what}"),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl Problem {
    pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Self::Internal(text.unwrap_or_default())
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Engine(error) => error.code(),
            Self::Argument(_) => codes::BAD_ARGUMENT.code,
            Self::NoPython => codes::NO_PYTHON.code,
            Self::NoPanel(_) => codes::NO_PANEL.code,
            Self::Document(..) => codes::DOCUMENT.code,
            Self::Request(_) => codes::REQUEST.code,
            Self::Internal(_) => codes::INTERNAL.code,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Argument(_) => Some("pass what `lichtfeld_plugins.h` asks for".to_owned()),
            Self::NoPython => Some(
                "call `Py_Initialize` before `lfp_attach`, and use a build of the library for the \
                 same version of Python"
                    .to_owned(),
            ),
            Self::NoPanel(_) => Some("take the id from a new `lfp_panels`".to_owned()),
            Self::Document(..) => {
                Some("correct the plugin; the traceback is in its log as well".to_owned())
            }
            Self::Request(_) => Some(
                "answer each request once, by what its kind says; forget it when it is withdrawn"
                    .to_owned(),
            ),
            Self::Internal(_) => Some("report this with the message".to_owned()),
        }
    }

    pub(crate) fn held(&self) -> HeldError {
        let hint = self.hint();
        match self {
            Self::Engine(Error::Failed { failure, .. }) => HeldError::of_failure(failure),
            Self::Document(message, traceback) => {
                let mut held = HeldError::new(self.code(), message, hint.as_deref(), None);
                held.shown.traceback = held.texts.keep(traceback);
                held
            }
            _ => HeldError::new(self.code(), &self.to_string(), hint.as_deref(), None),
        }
    }

    /// Gives it to C, which releases it.
    pub(crate) fn for_c(&self) -> *mut lfp_error {
        Box::into_raw(Box::new(self.held())).cast()
    }
}

/// Releases an error that a function returned. Null is allowed. Any thread.
///
/// # Safety
/// It was returned by a function of this library, and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_error_release(error: *mut lfp_error) {
    if !error.is_null() {
        // SAFETY: `for_c` made it, as the caller says.
        drop(unsafe { Box::from_raw(error.cast::<HeldError>()) });
    }
}
