//! A child process to be started: its program, arguments, environment and streams.

use std::ffi::OsStr;
use std::process::Stdio;

use camino::Utf8Path;

use super::environment;
use super::hidden;
use super::output::Output;

/// A child process to be started.
#[derive(Debug)]
pub struct Command {
    pub(super) inner: std::process::Command,
    pub(super) program: String,
    pub(super) shares_group: bool,
    #[cfg(unix)]
    pub(super) fds: Vec<command_fds::FdMapping>,
}

impl Command {
    /// A program, by path, or by name on PATH. Its standard input is empty, and its output is
    /// drained. It sees the environment of this process, without
    /// [hidden](super::hide_variable) values.
    #[expect(clippy::disallowed_methods, reason = "this module is the door")]
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut inner = std::process::Command::new(program.as_ref());
        inner
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, instead) in hidden::all() {
            match instead {
                Some(value) => inner.env(name, value),
                None => inner.env_remove(name),
            };
        }
        Self {
            inner,
            program: program.as_ref().to_string_lossy().into_owned(),
            shares_group: false,
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
        let own = std::env::vars_os().map(|(name, _)| name);
        for name in own.chain(hidden::all().into_iter().map(|(name, _)| name)) {
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

    /// Where its standard output goes; by default it is drained.
    #[must_use]
    pub fn stdout(mut self, output: Output) -> Self {
        self.inner.stdout(output.stdio());
        self
    }

    /// Where its standard error goes; by default it is drained.
    #[must_use]
    pub fn stderr(mut self, output: Output) -> Self {
        self.inner.stderr(output.stdio());
        self
    }

    /// Leaves it in the process group of this process, and on Windows in its console: what is typed
    /// at a terminal (Ctrl+C, Ctrl+Z) reaches it too. For a task that a person watches.
    ///
    /// Ending it then ends it alone, not what it has started, except on Windows. It still ends with
    /// this process.
    #[must_use]
    pub fn share_group(mut self) -> Self {
        self.shares_group = true;
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
