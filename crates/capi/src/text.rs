//! Texts from C, read with a check.

use crate::error::Problem;
use std::ffi::{CStr, c_char};

/// Reads a text of C. `what` names the argument.
///
/// # Safety
/// It is null, or ends with a zero byte and is not changed while it is read.
pub(crate) unsafe fn read<'a>(text: *const c_char, what: &str) -> Result<&'a str, Problem> {
    // SAFETY: as the caller says.
    unsafe { read_optional(text, what) }?
        .ok_or_else(|| Problem::Argument(format!("{what} is null")))
}

/// Reads a text that may be null.
///
/// # Safety
/// As [`read`].
pub(crate) unsafe fn read_optional<'a>(
    text: *const c_char,
    what: &str,
) -> Result<Option<&'a str>, Problem> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: as the caller says.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some).map_err(|error| {
        Problem::Argument(format!(
            "{what} is not UTF-8 (at byte {})",
            error.valid_up_to()
        ))
    })
}

/// Reads a list of texts.
///
/// # Safety
/// It is null, or has `count` texts as for [`read`].
pub(crate) unsafe fn read_list(
    texts: *const *const c_char,
    count: usize,
    what: &str,
) -> Result<Vec<String>, Problem> {
    if texts.is_null() {
        return Ok(Vec::new());
    }
    (0..count)
        .map(|index| {
            // SAFETY: there are `count` of them, as the caller says.
            let text = unsafe { read(*texts.add(index), what) }?;
            Ok(text.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr;

    #[test]
    fn a_text_that_is_not_utf8_says_where() {
        // SAFETY: a literal.
        let error = unsafe { read(c"ab\xff".as_ptr(), "name") }.unwrap_err();
        assert_eq!(error.to_string(), "name is not UTF-8 (at byte 2)");
        // SAFETY: null is allowed.
        let error = unsafe { read(ptr::null(), "name") }.unwrap_err();
        assert_eq!(error.to_string(), "name is null");
    }
}
