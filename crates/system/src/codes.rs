//! The codes of errors. Each crate declares its codes once, in one table; the errors take their code
//! from it, and the page `docs/reference/diagnostics.md` is made from it.

/// A stable code, with the text of its section in the reference.
///
/// The meaning of a code never changes: a code may be retired, but not reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCode {
    /// The code, such as `LI001`.
    pub code: &'static str,
    /// A short description of the problem.
    pub title: &'static str,
    /// When it occurs, and what it means for the plugins.
    pub meaning: &'static str,
    /// How to solve the problem.
    pub cure: &'static str,
}

impl ErrorCode {
    /// Used by [`error_codes!`](crate::error_codes).
    #[must_use]
    pub const fn new(
        code: &'static str,
        title: &'static str,
        meaning: &'static str,
        cure: &'static str,
    ) -> Self {
        Self {
            code,
            title,
            meaning,
            cure,
        }
    }
}

/// Declares the codes of a crate: a constant for each, and `ALL`, which lists them in order.
///
/// ```
/// lichtfeld_system::error_codes! {
///     NO_SUCH_TOOL = "LX001", "no such tool",
///         "The tool is not installed.",
///         "Install it.";
/// }
///
/// assert_eq!(NO_SUCH_TOOL.code, "LX001");
/// assert_eq!(ALL, [NO_SUCH_TOOL]);
/// ```
#[macro_export]
macro_rules! error_codes {
    ($($name:ident = $code:literal, $title:literal, $meaning:literal, $cure:literal;)+) => {
        $(
            #[doc = concat!("`", $code, "`: ", $title, ".")]
            pub const $name: $crate::ErrorCode =
                $crate::ErrorCode::new($code, $title, $meaning, $cure);
        )+

        /// Every code of this crate, in order.
        pub const ALL: &[$crate::ErrorCode] = &[$($name),+];
    };
}

error_codes! {
    FILE = "LI001", "a file cannot be read or written",
        "The operating system refused an operation on a file. The message contains the file and the reason of the system.",
        "Give your user access to the file, or free some space on its disk.";
    LOCK_BUSY = "LI002", "a lock is held by another process",
        "Another process has held the lock of a file for the whole time that this process waited. The message names it if it is known.",
        "Wait until the other process is done, or end it, then try again.";
    VALUE_TOO_LARGE = "LI003", "a value is too large for its file",
        "A file of settings or state would be larger than its limit with the new value. The file was not changed.",
        "Keep large data in a file of its own.";
    VALUE_NOT_JSON = "LI004", "a value cannot be written as JSON",
        "A file of settings or state is JSON, and the value has a type that JSON does not have. The file was not changed.",
        "Store text, numbers, booleans, lists, and tables whose keys are text.";
    FILE_NOT_UNDERSTOOD = "LI005", "a file is damaged and cannot be moved",
        "A file of settings or state cannot be understood. It is normally kept under another name, but the operating system refused to move it. It was not changed.",
        "Correct the file, or move it away, then try again.";
    PROCESS_START = "LI010", "a program cannot be started",
        "A program such as git does not exist, or the operating system refuses to run it.",
        "Install the program, or correct its path.";
    CANCELLED = "LI011", "cancelled",
        "The caller cancelled a download, a child process or the wait for a lock. Nothing is left of it.",
        "Start it again if you need it.";
    PROCESS_STALLED = "LI012", "a program shows no activity",
        "A child process wrote nothing and used no processor time for the length of its limit, and was ended.",
        "Try again; the last lines of the program say what it waited for.";
    PROCESS_WAIT = "LI013", "waiting for a program failed",
        "The operating system did not report how a child process ended.",
        "Try again.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_distinct_and_in_order() {
        assert!(ALL.is_sorted_by(|a, b| a.code < b.code));
    }
}
