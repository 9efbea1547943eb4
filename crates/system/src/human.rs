//! Numbers and errors as people read them.

use std::error::Error;

/// A number of bytes for people.
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut unit = "B";
    let mut shown = count as f64;
    for next in UNITS {
        if shown < 1024.0 {
            break;
        }
        (shown, unit) = (shown / 1024.0, next);
    }
    if unit == "B" {
        format!("{count} B")
    } else {
        format!("{shown:.1} {unit}")
    }
}

/// Returns the text of an error and of its causes, each once. Errors of this project keep their
/// cause and do not repeat it; those of other libraries often do both.
///
/// ```
/// use std::io;
///
/// use lichtfeld_system::files::FileError;
/// use lichtfeld_system::human::chain;
///
/// let cause = io::Error::other("no such device");
/// let error = FileError::new("read", "state.json".into(), cause);
/// assert_eq!(chain(&error), "cannot read state.json: no such device");
/// ```
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        // Not any place in the text: "no" is the cause of "cannot", not a part of it.
        if text != said && !text.contains(&format!(": {said}")) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Caused(&'static str, #[source] std::io::Error);

    #[test]
    fn a_cause_is_said_once_and_never_left_out() {
        let said = |text, cause| chain(&Caused(text, std::io::Error::other(cause)));
        assert_eq!(said("cannot write", "no"), "cannot write: no");
        assert_eq!(
            said("cannot write: no room", "no room"),
            "cannot write: no room"
        );
        assert_eq!(said("no room", "no room"), "no room");
    }

    #[test]
    fn bytes_have_the_unit_that_keeps_them_short() {
        let shown = [0, 1023, 1024, 1536, 5 << 30, u64::MAX].map(bytes);
        let expected = [
            "0 B",
            "1023 B",
            "1.0 KiB",
            "1.5 KiB",
            "5.0 GiB",
            "16777216.0 TiB",
        ];
        assert_eq!(shown, expected);
    }
}
