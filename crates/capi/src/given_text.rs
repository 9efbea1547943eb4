//! Texts for C, each with an owner.

use std::ffi::{CString, c_char};
use std::ptr;

/// A text in UTF-8 that the object around it owns. It ends with a zero byte that `length` does not
/// count; a text that contains zero bytes is longer than C sees.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_text {
    /// The first byte; never null.
    pub data: *const c_char,
    /// The number of bytes.
    pub length: usize,
}

impl lfp_text {
    /// The empty text.
    pub(crate) const EMPTY: Self = Self {
        data: c"".as_ptr(),
        length: 0,
    };
}

/// Owner of texts that end with a zero byte.
#[derive(Debug, Default)]
pub(crate) struct Strings(Vec<CString>);

impl Strings {
    /// Keeps a copy. A zero byte in it becomes U+FFFD.
    pub(crate) fn keep(&mut self, text: &str) -> *const c_char {
        if text.is_empty() {
            return c"".as_ptr();
        }
        let text = c_string(text);
        // The bytes do not move with the `CString`.
        let pointer = text.as_ptr();
        self.0.push(text);
        pointer
    }
}

/// Copies a text for C. A zero byte in it becomes U+FFFD.
pub(crate) fn c_string(text: &str) -> CString {
    CString::new(text)
        .or_else(|_| CString::new(text.replace('\0', "\u{fffd}")))
        .unwrap_or_default()
}

/// Copies a text into a buffer of C, with its zero byte; one that is too long is cut between characters.
pub(crate) fn copy_to(buffer: &mut [c_char], text: &str) {
    let Some(most) = buffer.len().checked_sub(1) else {
        return;
    };
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    for (place, byte) in buffer.iter_mut().zip(text.bytes()) {
        // Signed on some systems, and not on others.
        *place = byte as c_char;
    }
    buffer[text.len()] = 0;
}

/// Owner of many small texts, in few allocations. What it has given out does not move.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    chunks: Vec<Vec<u8>>,
}

impl Arena {
    const CHUNK: usize = 4096;

    /// Keeps a copy.
    pub(crate) fn keep(&mut self, text: &str) -> lfp_text {
        if text.is_empty() {
            return lfp_text::EMPTY;
        }
        let needed = text.len() + 1;
        let fits = |chunk: &Vec<u8>| chunk.capacity() - chunk.len() >= needed;
        if !self.chunks.last().is_some_and(fits) {
            self.chunks
                .push(Vec::with_capacity(needed.max(Self::CHUNK)));
        }
        let Some(chunk) = self.chunks.last_mut() else {
            return lfp_text::EMPTY;
        };
        let start = chunk.len();
        // Within the capacity, so that nothing moves.
        chunk.extend_from_slice(text.as_bytes());
        chunk.push(0);
        lfp_text {
            data: chunk[start..].as_ptr().cast(),
            length: text.len(),
        }
    }
}

/// Returns the pointer of a list for C: null if it is empty.
pub(crate) fn pointer_of<T>(list: &[T]) -> *const T {
    if list.is_empty() {
        ptr::null()
    } else {
        list.as_ptr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn what_the_arena_gave_out_stays_where_it_is() {
        let mut arena = Arena::default();
        let kept: Vec<_> = (0..2000)
            .map(|number| arena.keep(&format!("text {number}")))
            .collect();
        let long = arena.keep(&"x".repeat(10_000));
        for (number, text) in kept.iter().enumerate() {
            // SAFETY: the arena owns it.
            let read = unsafe { CStr::from_ptr(text.data) };
            assert_eq!(read.to_str().unwrap(), format!("text {number}"));
            assert_eq!(read.to_bytes().len(), text.length);
        }
        assert_eq!(long.length, 10_000);
        assert_eq!(arena.keep("").length, 0);
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_between_characters() {
        let mut buffer = [1 as c_char; 4];
        copy_to(&mut buffer, "abä");
        // SAFETY: it was just written.
        let text = unsafe { CStr::from_ptr(buffer.as_ptr()) };
        assert_eq!(text.to_str().unwrap(), "ab");
    }
}
