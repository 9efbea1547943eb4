//! The one door to child processes of this tool: cargo, Python and the programs of its packages.
//!
//! Apart from the product's own door in `lichtfeld_installer::process`, since a task hands its
//! terminal on to its children (colours, Ctrl+C) where the product captures everything.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{Result, TaskError};
use crate::say;

/// Lines of a failed program's output that are kept for the message.
const TAIL_LINES: usize = 25;

/// Where a child's standard output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdout {
    /// To this process's own standard error, so that standard output stays for results.
    ToStderr,
    /// To this process's own standard output.
    Inherit,
}

/// A command line with its environment.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    program: String,
    args: Vec<String>,
    envs: Vec<(String, Option<String>)>,
    dir: Option<Utf8PathBuf>,
}

/// What a captured program wrote, and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    /// Whether it ended with status 0.
    pub(crate) success: bool,
    /// Its exit status in words.
    pub(crate) status: String,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// A program, by name or path.
    pub(crate) fn new(program: impl AsRef<str>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: vec![],
            envs: vec![],
            dir: None,
        }
    }

    /// Cargo: the very one that runs this task.
    pub(crate) fn cargo() -> Self {
        Self::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
    }

    /// One more argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<str>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// More arguments.
    pub(crate) fn args<I: IntoIterator<Item: AsRef<str>>>(mut self, args: I) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable for the child.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.envs
            .push((name.to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Takes an environment variable away from the child.
    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.envs.push((name.to_owned(), None));
        self
    }

    /// The directory the child starts in.
    pub(crate) fn dir(mut self, dir: impl Into<Utf8PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// The command line as one would type it, for messages.
    pub(crate) fn shown(&self) -> String {
        let name = Utf8Path::new(&self.program)
            .file_name()
            .unwrap_or(&self.program);
        let mut line = name.to_owned();
        for arg in &self.args {
            line.push(' ');
            let arg = if arg.contains('\n') { "..." } else { arg };
            if arg.is_empty() || arg.contains(' ') {
                line.push_str(&format!("'{arg}'"));
            } else {
                line.push_str(arg);
            }
        }
        line
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this module is the tool's door to processes"
    )]
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        // What a virtual environment or a test run around us sets must not reach the children.
        for name in [
            "VIRTUAL_ENV",
            "PYTHONHOME",
            "PYTHONPATH",
            "UV_PROJECT_ENVIRONMENT",
        ] {
            command.env_remove(name);
        }
        for (name, value) in &self.envs {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }

    fn spawn_error(&self, source: std::io::Error) -> TaskError {
        TaskError::Spawn {
            command: self.shown(),
            source,
        }
    }

    /// Runs with this process's terminal; any exit status is a result.
    pub(crate) fn status(&self, stdout: Stdout) -> Result<ExitStatus> {
        let mut command = self.command();
        command.stdin(Stdio::null());
        if stdout == Stdout::ToStderr {
            command.stdout(std::io::stderr());
        }
        command.status().map_err(|source| self.spawn_error(source))
    }

    /// Runs with this process's terminal; an exit status other than 0 is an error.
    pub(crate) fn run(&self, stdout: Stdout) -> Result<()> {
        let status = self.status(stdout)?;
        if status.success() {
            return Ok(());
        }
        Err(TaskError::Command {
            command: self.shown(),
            status: in_words(status),
            tail: String::new(),
        })
    }

    /// Runs quietly and returns everything it wrote; any exit status is a result.
    pub(crate) fn capture(&self) -> Result<Captured> {
        let output = self
            .command()
            .stdin(Stdio::null())
            .output()
            .map_err(|source| self.spawn_error(source))?;
        Ok(Captured {
            success: output.status.success(),
            status: in_words(output.status),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs quietly and returns its standard output; a failure carries its last lines.
    pub(crate) fn read(&self) -> Result<String> {
        let captured = self.capture()?;
        if captured.success {
            return Ok(captured.stdout);
        }
        Err(captured.into_error(self))
    }

    /// Runs, shows both streams on standard error as they come, and returns them too.
    pub(crate) fn tee(&self) -> Result<Captured> {
        let mut child = self
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| self.spawn_error(source))?;
        let streams = (child.stdout.take(), child.stderr.take());
        let (stdout, stderr) = thread::scope(|scope| {
            // Both at once: a child that fills one pipe while we read the other would hang.
            let stderr = scope.spawn(|| streams.1.map(show_lines).unwrap_or_default());
            let stdout = streams.0.map(show_lines).unwrap_or_default();
            (stdout, stderr.join().unwrap_or_default())
        });
        let status = child.wait().map_err(|source| self.spawn_error(source))?;
        Ok(Captured {
            success: status.success(),
            status: in_words(status),
            stdout,
            stderr,
        })
    }

    /// Runs, shows standard error as it comes, and returns standard output and the exit code.
    pub(crate) fn results(&self) -> Result<(String, ExitStatus)> {
        let child = self
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| self.spawn_error(source))?;
        let output = child
            .wait_with_output()
            .map_err(|source| self.spawn_error(source))?;
        Ok((
            String::from_utf8_lossy(&output.stdout).into_owned(),
            output.status,
        ))
    }
}

impl Captured {
    /// The failure as an error that carries the last lines of its output.
    pub(crate) fn into_error(self, run: &Run) -> TaskError {
        let text = if self.stderr.trim().is_empty() {
            &self.stdout
        } else {
            &self.stderr
        };
        TaskError::Command {
            command: run.shown(),
            status: self.status.clone(),
            tail: tail(text),
        }
    }
}

fn show_lines(stream: impl Read) -> String {
    let mut reader = BufReader::new(stream);
    let mut all = String::new();
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .is_ok_and(|count| count > 0)
    {
        let text = String::from_utf8_lossy(&line);
        say::note(text.trim_end());
        all.push_str(&text);
        line.clear();
    }
    all
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// An exit status in words; a program that was killed has none.
pub(crate) fn in_words(status: ExitStatus) -> String {
    status.code().map_or_else(
        || format!("no exit status ({status})"),
        |c| format!("exit status {c}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rustc() -> Run {
        Run::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()))
    }

    #[test]
    fn a_failure_carries_the_command_and_its_last_lines() {
        let error = rustc().arg("--no-such-flag").read().unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`rustc --no-such-flag` ended with exit status 1")
        );
        assert!(error.hint().unwrap().contains("no-such-flag"), "{error:?}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = Run::new("lichtfeld-no-such-program").read().unwrap_err();
        assert!(error.to_string().contains("lichtfeld-no-such-program"));
        assert!(error.hint().unwrap().contains("PATH"));
    }

    #[test]
    fn teeing_returns_both_streams() {
        let captured = rustc().arg("--version").tee().unwrap();
        assert!(
            captured.success && captured.stdout.starts_with("rustc "),
            "{captured:?}"
        );
    }

    #[test]
    fn a_shown_command_can_be_pasted_and_hides_scripts() {
        let run = Run::new("/usr/bin/python3").args(["-c", "a\nb", "a b", ""]);
        assert_eq!(run.shown(), "python3 -c ... 'a b' ''");
    }
}
