//! The project's own diagnostics on standard error, for somebody who looks for a fault in it.
//!
//! Every crate reports its steps through `tracing`. Nothing listens by default, which makes them
//! cheap. An application in Rust that has a subscriber sees them there; in a Python process, and
//! with the command, the variable `LFS_LOG` prints them.

use std::io::{self, Write as _};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The variable that turns the diagnostics on.
const VARIABLE: &str = "LFS_LOG";
/// The beginning of the names of all crates of this project.
const OWN: &str = "lichtfeld";

/// Prints diagnostics on standard error from now on, if `LFS_LOG` is set and this process has no
/// subscriber yet. Returns whether they are printed by this call.
///
/// `LFS_LOG` is a level, such as `debug`, or a filter by the rules of `tracing_subscriber`, such as
/// `lichtfeld_installer=debug,ureq=info`. A filter that is not valid is reported, and nothing else
/// is printed.
pub fn print_diagnostics() -> bool {
    let Some(value) = std::env::var(VARIABLE)
        .ok()
        .filter(|value| !value.is_empty())
    else {
        return false;
    };
    let filter = match filter(&value) {
        Ok(filter) => filter,
        Err(error) => {
            // A closed standard error has no reader.
            let _ = writeln!(io::stderr(), "{VARIABLE}={value} is not a filter: {error}");
            return false;
        }
    };
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(filter)
        // A span is printed when it ends, with its time.
        .with_span_events(FmtSpan::CLOSE)
        .finish()
        .try_init()
        .is_ok()
}

/// Returns the filter for a value of `LFS_LOG`. A level alone is meant for the crates of this
/// project only: libraries report far more.
fn filter(value: &str) -> Result<EnvFilter, impl std::error::Error> {
    let value = value.trim();
    let is_level = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_level {
        EnvFilter::builder().parse(format!("{OWN}={value}"))
    } else {
        EnvFilter::builder().parse(value)
    }
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_level_is_for_this_project_and_a_filter_for_what_it_names() {
        for (value, expected) in [
            ("debug", "lichtfeld=debug"),
            (" TRACE ", "lichtfeld=trace"),
            ("lichtfeld_engine=debug", "lichtfeld_engine=debug"),
        ] {
            assert_eq!(filter(value).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn a_value_that_is_no_filter_is_refused() {
        for value in ["loud", "lichtfeld=loud"] {
            assert!(filter(value).is_err(), "{value}");
        }
    }
}
