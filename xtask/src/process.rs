//! The children of this tool: cargo, Python and the programs of its packages.
//!
//! A [`Run`] is a command line that can be shown and run several times, in one of the ways that the
//! tasks need. [`lichtfeld_system::process`] does the work. A child that writes to the terminal
//! shares it with this tool, so that it has colours and Ctrl+C reaches it; the others have a process
//! group of their own, which ends with this tool.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::CancelToken;
use lichtfeld_system::process::{Activity, Command, Exit, Output, Signal, Stream, Timeouts};

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

impl Stdout {
    fn output(self) -> Output {
        match self {
            Self::ToStderr => Output::Stderr,
            Self::Inherit => Output::Inherited,
        }
    }
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

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program).args(&self.args);
        // A virtual environment or a test run that started this tool sets these; they must not reach
        // the children.
        for name in [
            "VIRTUAL_ENV",
            "PYTHONHOME",
            "PYTHONPATH",
            "UV_PROJECT_ENVIRONMENT",
        ] {
            command = command.env_remove(name);
        }
        for (name, value) in &self.envs {
            command = match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        match &self.dir {
            Some(dir) => command.current_dir(dir),
            None => command,
        }
    }

    /// Runs with this process's terminal; any exit status is a result.
    pub(crate) fn status(&self, stdout: Stdout) -> Result<Exit> {
        let child = self
            .command()
            .share_group()
            .stdout(stdout.output())
            .stderr(Output::Inherited)
            .spawn(|_| {})?;
        Ok(child.wait())
    }

    /// Runs with this process's terminal; an exit status other than 0 is an error.
    pub(crate) fn run(&self, stdout: Stdout) -> Result<()> {
        let exit = self.status(stdout)?;
        if exit.success() {
            return Ok(());
        }
        Err(TaskError::Command {
            command: self.shown(),
            status: exit.to_string(),
            tail: String::new(),
        })
    }

    /// Runs quietly and returns everything it wrote; any exit status is a result.
    pub(crate) fn capture(&self) -> Result<Captured> {
        let captured = self.command().capture(&CancelToken::new())?;
        Ok(Captured {
            success: captured.exit.success(),
            status: captured.exit.to_string(),
            stdout: text(&captured.stdout),
            stderr: text(&captured.stderr),
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

    /// Runs, shows both streams on standard error as they come, and returns them too, line by line.
    pub(crate) fn tee(&self) -> Result<Captured> {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        let show = &mut |signal: Signal<'_>| {
            if let Some(line) = signal.line() {
                say::note(line.text.trim_end());
                let kept = match line.stream {
                    Stream::Stdout => &mut stdout,
                    _ => &mut stderr,
                };
                kept.push_str(&line.text);
                kept.push('\n');
            }
            Activity::Seen
        };
        let finished = self
            .command()
            .run(&CancelToken::new(), &Timeouts::default(), show)?;
        Ok(Captured {
            success: finished.exit.success(),
            status: finished.exit.to_string(),
            stdout,
            stderr,
        })
    }

    /// Runs, shows standard error as it comes, and returns standard output and how it ended.
    pub(crate) fn results(&self) -> Result<(String, Exit)> {
        let captured = self
            .command()
            .share_group()
            .stderr(Output::Inherited)
            .capture(&CancelToken::new())?;
        Ok((text(&captured.stdout), captured.exit))
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
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
        assert!(error.hint().unwrap().contains("Install"), "{error:?}");
    }

    #[test]
    fn a_long_line_of_results_is_kept_whole() {
        let (output, exit) = rustc().args(["--print", "target-list"]).results().unwrap();
        assert!(exit.success());
        let lines = output.lines().count();
        assert!(lines > 50 && output.ends_with('\n'), "{output}");
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
