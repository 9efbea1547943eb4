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
mod child;
mod drain;
mod environment;
#[cfg(unix)]
mod kill_on_exit;
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

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::Stdio;
use std::time::Duration;

use camino::Utf8Path;

use crate::codes;

pub use adopted::AdoptedChild;
// Its name until the engine uses the new one.
pub use adopted::AdoptedChild as Foreign;
pub use child::{Child, Exit};
pub use drain::{Line, Stream};

// Its name until those who use it have the new one.
pub use run::Timeouts as Limits;
pub use run::{Activity, Finished, Signal, Timeouts};

/// How many of the last lines of a child are kept.
pub const TAIL_LINES: usize = 100;

/// A child did not do what it was started for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The program cannot be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The caller cancelled; the child and what it had started are gone.
    #[error("{program} was cancelled")]
    Cancelled {
        /// The program.
        program: String,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// The child showed no sign of life for too long, and was ended.
    #[error("{program} gave no sign of life for {} s and was ended", after.as_secs_f32().round())]
    Stalled {
        /// The program.
        program: String,
        /// How long nothing happened.
        after: Duration,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// The operating system did not let us wait for it.
    #[error("cannot wait for {program}: {source}")]
    Wait {
        /// The program.
        program: String,
        /// What the operating system said.
        source: io::Error,
    },
}

impl ProcessError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Start { .. } => codes::PROCESS_START.code,
            Self::Cancelled { .. } => codes::CANCELLED.code,
            Self::Stalled { .. } => codes::PROCESS_STALLED.code,
            Self::Wait { .. } => codes::PROCESS_WAIT.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Start { program, source } => match source.kind() {
                io::ErrorKind::NotFound => Some(format!("Install {program}, or correct its path.")),
                io::ErrorKind::PermissionDenied => {
                    Some(format!("Make it executable: chmod +x '{program}'"))
                }
                _ => None,
            },
            Self::Stalled { .. } => {
                Some("Try again; its last lines say what it waited for.".into())
            }
            Self::Cancelled { .. } | Self::Wait { .. } => None,
        }
    }

    /// The program, as given.
    #[must_use]
    pub fn program(&self) -> &str {
        match self {
            Self::Start { program, .. }
            | Self::Cancelled { program, .. }
            | Self::Stalled { program, .. }
            | Self::Wait { program, .. } => program,
        }
    }

    /// The last lines of the child, at most [`TAIL_LINES`].
    #[must_use]
    pub fn tail(&self) -> &[String] {
        match self {
            Self::Cancelled { tail, .. } | Self::Stalled { tail, .. } => tail,
            Self::Start { .. } | Self::Wait { .. } => &[],
        }
    }
}

/// A child process to be started.
#[derive(Debug)]
pub struct Command {
    inner: std::process::Command,
    program: String,
    #[cfg(unix)]
    fds: Vec<command_fds::FdMapping>,
}

impl Command {
    /// A program, by path, or by name on PATH. Its standard input is empty, and its output is
    /// drained.
    #[expect(clippy::disallowed_methods, reason = "this module is the door")]
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut inner = std::process::Command::new(program.as_ref());
        inner
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self {
            inner,
            program: program.as_ref().to_string_lossy().into_owned(),
            #[cfg(unix)]
            fds: Vec::new(),
        }
    }

    /// One argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.inner.arg(argument);
        self
    }

    /// Several arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.inner.args(arguments);
        self
    }

    /// An environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Several environment variables.
    #[must_use]
    pub fn envs(
        mut self,
        variables: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>,
    ) -> Self {
        self.inner.envs(variables);
        self
    }

    /// Removes an environment variable.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.inner.env_remove(name);
        self
    }

    /// Starts with no environment variables at all.
    #[must_use]
    pub fn env_clear(mut self) -> Self {
        self.inner.env_clear();
        self
    }

    /// Removes what would send Python or uv to another environment: `VIRTUAL_ENV`,
    /// `PYTHONPATH`, `PYTHONHOME`, `CONDA_*` and all of uv's variables but those for the network,
    /// indexes and caches.
    #[must_use]
    pub fn scrub_python(mut self) -> Self {
        for (name, _) in std::env::vars_os() {
            if environment::is_misleading(&name) {
                self.inner.env_remove(&name);
            }
        }
        self
    }

    /// The directory it starts in.
    #[must_use]
    pub fn current_dir(mut self, directory: impl AsRef<Utf8Path>) -> Self {
        self.inner.current_dir(directory.as_ref());
        self
    }

    /// Hands over an open file, which the child sees under `number` (3 and up). It sees no
    /// other open file of this process.
    #[cfg(unix)]
    #[must_use]
    pub fn inherit_fd(mut self, fd: std::os::fd::OwnedFd, number: i32) -> Self {
        self.fds.push(command_fds::FdMapping {
            parent_fd: fd,
            child_fd: number,
        });
        self
    }

    /// The program and its arguments, quoted for a shell: for messages.
    #[must_use]
    pub fn display(&self) -> String {
        let words = std::iter::once(self.inner.get_program()).chain(self.inner.get_args());
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// The program, as given.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Starts it. `on_line` is called with every line, from two threads that drain the pipes.
    ///
    /// # Errors
    /// [`ProcessError::Start`].
    pub fn spawn(
        self,
        on_line: impl Fn(Line) + Send + Sync + 'static,
    ) -> Result<Child, ProcessError> {
        Child::start(self, on_line, |_| {})
    }

    /// Starts it, and waits for its end while `on` hears of every line and, where there are none,
    /// at least once a [tick](Timeouts::tick).
    ///
    /// # Errors
    /// [`ProcessError`]. An exit status other than zero is none; ask [`Finished::exit`].
    pub fn run(
        self,
        cancel: &crate::CancelToken,
        timeouts: &Timeouts,
        on: &mut dyn FnMut(Signal<'_>) -> Activity,
    ) -> Result<Finished, ProcessError> {
        run::run(self, cancel, timeouts, on)
    }
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,\\".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Returns the value of an environment variable, or `None` if it is not set or empty.
#[must_use]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
