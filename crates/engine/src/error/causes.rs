//! An error with its causes, for a log and for a person.

use std::error::Error;

/// An error and its causes in one line, for errors that do not repeat their source.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
