//! The exit statuses of a command.

/// Nothing is wrong.
pub(crate) const OK: i32 = 0;
/// Something is wrong with a plugin.
pub(crate) const WRONG: i32 = 1;
/// The command was used wrongly: a path that does not exist, for example.
pub(crate) const MISUSE: i32 = 2;
