//! The only door to child processes.
//!
//! A child has a process group of its own (a job on Windows), both of its pipes are drained line by
//! line, it is always reaped, and dropping a [`Child`] ends it and everything it has started. So does
//! the end of this process, be it by `kill -9`: on Windows through the job, elsewhere through a watchdog.
//!
//! ```
//! use lichtfeld_system::{CancelToken, process::{Activity, Command, Timeouts}};
//!
//! let mut lines = Vec::new();
//! let finished = Command::new("rustc").arg("--version").run(
//!     &CancelToken::new(),
//!     &Timeouts::default(),
//!     &mut |signal| {
//!         if let Some(line) = signal.line() {
//!             lines.push(line.text.clone());
//!         }
//!         Activity::Seen
//!     },
//! )?;
//! assert!(finished.exit.success());
//! assert!(lines[0].starts_with("rustc "));
//! # Ok::<(), lichtfeld_system::process::ProcessError>(())
//! ```

mod adopted;
mod adoption;
mod capture;
mod child;
mod command;
mod drain;
mod environment;
mod error;
mod hidden;
#[cfg(unix)]
mod kill_on_exit;
mod output;
#[cfg(target_os = "linux")]
mod parent_death;
mod run;
mod spawner;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod watchdog;
#[cfg(windows)]
mod windows;

pub use adopted::AdoptedChild;
pub use capture::Captured;
pub use child::{Child, Exit};
pub use command::Command;
pub use drain::{Line, Stream};
pub use environment::variable;
pub use error::{ProcessError, TAIL_LINES};
pub use hidden::{hide_variable, is_hidden, show_variable};
pub use output::Output;
pub use run::{Activity, Finished, Signal, Timeouts};
