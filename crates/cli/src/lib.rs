//! The command `lichtfeld-plugins`, as a library that the console script calls.
//!
//! [`run`] takes the arguments and returns an exit status: 0 for success, 1 if something is wrong with
//! a plugin, 2 for wrong use. A command is one file below `commands/`: it reads its arguments, calls
//! the runtime, and prints the result. It makes no decisions of its own.
//!
//! ```
//! use lichtfeld_cli::{Streams, run};
//!
//! let (mut out, mut err) = (Vec::new(), Vec::new());
//! let mut streams = Streams::plain(&mut out, &mut err);
//! let status = run(&|| unreachable!("--version needs no manager"), ["lichtfeld-plugins", "--version"], &mut streams);
//! assert_eq!(status, 0);
//! assert!(String::from_utf8(out).unwrap().starts_with("lichtfeld-plugins "));
//! ```

mod args;
mod commands;
mod diagnostics;
mod exit_status;
mod output;
mod progress;

pub use args::reference_markdown;
pub use commands::ManagerSource;
pub use diagnostics::print_diagnostics;
pub use output::Streams;

use clap::Parser;
use std::ffi::OsString;
use std::io::Write;

/// Runs a command line, the program's name first. Returns the exit status.
pub fn run<A: Into<OsString> + Clone>(
    manager: ManagerSource<'_>,
    arguments: impl IntoIterator<Item = A>,
    streams: &mut Streams<'_>,
) -> i32 {
    print_diagnostics();
    match args::Arguments::try_parse_from(arguments) {
        Ok(arguments) => commands::run(arguments.command, manager, streams),
        Err(error) => {
            let text = streams.styled(&error.render());
            let (target, status): (&mut dyn Write, _) = if error.use_stderr() {
                (streams.err, 2)
            } else {
                (streams.out, 0)
            };
            // With a closed pipe there is no reader.
            let _ = target.write_all(text.as_bytes());
            status
        }
    }
}

// The example in README.md is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
