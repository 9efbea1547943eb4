//! How large a request and an answer may be.

/// The longest text of a request or an answer, in bytes: a message, the clipboard, what the user typed.
pub const MAX_REQUEST_TEXT: usize = 1 << 20;

/// The longest title, path, name, label of a button or URL of a request or an answer, in bytes.
pub const MAX_REQUEST_LINE: usize = 32 * 1024;

/// How many buttons or filters of files a request may have.
pub const MAX_REQUEST_ITEMS: usize = 64;
