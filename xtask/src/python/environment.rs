//! Virtual environments under `target/python`, stamped, so that a second run costs nothing.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;

use super::advice;
use super::interpreter::Interpreter;
use crate::error::Result;
use crate::process::Run;
use crate::say;
use crate::workspace;

/// A virtual environment.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    dir: Utf8PathBuf,
}

impl Environment {
    /// The environment in a directory, which may not have been made yet.
    pub(super) fn at(dir: Utf8PathBuf) -> Self {
        Self { dir }
    }

    /// Its directory.
    pub(super) fn dir(&self) -> &Utf8Path {
        &self.dir
    }

    /// Its interpreter.
    pub(crate) fn python(&self) -> Utf8PathBuf {
        self.program("python")
    }

    /// A program that one of its packages brought.
    pub(crate) fn program(&self, name: &str) -> Utf8PathBuf {
        if cfg!(windows) {
            self.dir.join("Scripts").join(format!("{name}.exe"))
        } else {
            self.dir.join("bin").join(name)
        }
    }
}

/// An environment in `dir` with what `install` names, made by uv, and anew when `inputs` changed.
pub(crate) fn made(
    uv: &Utf8Path,
    interpreter: &Interpreter,
    dir: Utf8PathBuf,
    install: &[&str],
    inputs: &[&str],
) -> Result<Environment> {
    let environment = Environment::at(dir);
    let stamp = stamp(interpreter, inputs);
    if !is_current(&environment, &stamp) {
        say::note(format!(
            "making an environment for Python {}",
            interpreter.version_text()
        ));
        workspace::remove(&environment.dir)?;
        Run::new(uv)
            .args([
                "venv",
                "--quiet",
                "--no-managed-python",
                "--no-python-downloads",
            ])
            .args(["--no-project", "--python", interpreter.executable.as_str()])
            .arg(&environment.dir)
            .read()
            .map_err(advice::explain)?;
        pip(uv, &environment)
            .args(install)
            .read()
            .map_err(advice::explain)?;
        set_stamp(&environment, &stamp)?;
    }
    Ok(environment)
}

/// `uv pip install` into an environment.
pub(super) fn pip(uv: &Utf8Path, environment: &Environment) -> Run {
    Run::new(uv).args([
        "pip",
        "install",
        "--quiet",
        "--python",
        environment.python().as_str(),
    ])
}

/// The state of an environment in one text: made by which interpreter, from which inputs.
fn stamp(interpreter: &Interpreter, inputs: &[&str]) -> String {
    format!(
        "{}\n{}\n{}",
        interpreter.executable,
        interpreter.version_text(),
        inputs.join("\n")
    )
}

/// Writes the stamp. It comes last: an environment whose making was interrupted has none.
pub(super) fn set_stamp(environment: &Environment, stamp: &str) -> Result<()> {
    files::write_atomic(stamp_file(&environment.dir), stamp.as_bytes())?;
    Ok(())
}

/// Whether an environment is there and was made from what the stamp says.
pub(super) fn is_current(environment: &Environment, stamp: &str) -> bool {
    environment.python().exists()
        && workspace::read(&stamp_file(&environment.dir)).is_ok_and(|text| text == stamp)
}

fn stamp_file(dir: &Utf8Path) -> Utf8PathBuf {
    dir.join(".made-from")
}

/// Runs a Python program of this checkout in an environment, with a plain, predictable setting.
pub(crate) fn script(environment: &Environment, path: &Utf8Path) -> Run {
    Run::new(environment.python())
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONUTF8", "1")
        .arg(path)
}

#[cfg(test)]
mod tests {
    use super::super::interpreter::fake;
    use super::*;

    #[test]
    fn an_environment_is_current_only_with_its_stamp_and_its_interpreter() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8PathBuf::from_path_buf(dir.path().join("env")).unwrap();
        let environment = Environment { dir };
        let stamp = stamp(&fake((3, 12, 1)), &["pytest"]);
        assert!(!is_current(&environment, &stamp));
        set_stamp(&environment, &stamp).unwrap();
        assert!(!is_current(&environment, &stamp), "no interpreter");
        files::write_atomic(environment.python(), b"").unwrap();
        assert!(is_current(&environment, &stamp));
        assert!(!is_current(
            &environment,
            &super::stamp(&fake((3, 12, 2)), &["pytest"])
        ));
        assert!(!is_current(
            &environment,
            &super::stamp(&fake((3, 12, 1)), &["pytest 2"])
        ));
    }
}
