//! Virtual environments under `target/python`, stamped, so that a second run costs nothing.

use camino::{Utf8Path, Utf8PathBuf};

use super::advice;
use super::interpreter::Interpreter;
use super::wheel::Wheel;
use crate::error::Result;
use crate::process::Run;
use crate::say;
use crate::workspace::{self, Workspace};

/// A virtual environment.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    dir: Utf8PathBuf,
}

impl Environment {
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

/// maturin and uv, in an environment of their own.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    environment: Environment,
}

impl Tools {
    /// uv's real binary, never a shim.
    pub(crate) fn uv(&self) -> Utf8PathBuf {
        self.environment.program("uv")
    }

    /// A command line of maturin.
    pub(crate) fn maturin(&self) -> Run {
        Run::new(self.environment.python()).args(["-m", "maturin"])
    }
}

/// The tools' environment; made with the standard library's venv and pip, since uv is not there
/// yet.
pub(crate) fn tools(workspace: &Workspace, interpreter: &Interpreter) -> Result<Tools> {
    let environment = Environment {
        dir: workspace.target("python/tools"),
    };
    let requirements = workspace.path("xtask/requirements/tools.txt");
    let _lock = workspace.lock()?;
    // Whichever interpreter made them: `--python` is for what they build and make, not for them.
    let stamp = workspace::read(&requirements)?;
    if !is_current(&environment, &stamp) {
        if !interpreter.has_venv {
            return Err(advice::no_venv(interpreter));
        }
        say::heading(format!(
            "Installing maturin and uv with {}",
            interpreter.shown()
        ));
        workspace::remove_dir(&environment.dir)?;
        Run::new(&interpreter.executable)
            .args(["-m", "venv", environment.dir.as_str()])
            .read()
            .map_err(advice::explain)?;
        Run::new(environment.python())
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--retries", "2", "--requirement", requirements.as_str()])
            .read()
            .map_err(advice::explain)?;
        set_stamp(&environment, &stamp)?;
    }
    Ok(Tools { environment })
}

/// The environment of an interpreter with pytest and the wheel: `target/python/3.12.1`.
pub(crate) fn with_wheel(
    workspace: &Workspace,
    tools: &Tools,
    interpreter: &Interpreter,
    wheel: &Wheel,
) -> Result<Environment> {
    let name = format!("python/{}", interpreter.version_text());
    let requirements = workspace.path("xtask/requirements/test.txt");
    let _lock = workspace.lock()?;
    let environment = made(
        tools,
        interpreter,
        workspace.target(&name),
        &["--requirement", requirements.as_str()],
        &[&workspace::read(&requirements)?],
    )?;
    let installed = environment.dir.join(".wheel");
    if workspace::read(&installed).ok().as_deref() != Some(wheel.digest()) {
        say::note(format!(
            "installing {} for Python {}",
            wheel.name(),
            interpreter.version_text()
        ));
        pip(tools, &environment)
            .args([
                "--reinstall-package",
                "lichtfeld-plugins",
                wheel.path().as_str(),
            ])
            .read()
            .map_err(advice::explain)?;
        workspace::write(&installed, wheel.digest())?;
    }
    Ok(environment)
}

/// An environment in `dir` with what `install` names, made anew when `inputs` changed.
pub(crate) fn made(
    tools: &Tools,
    interpreter: &Interpreter,
    dir: Utf8PathBuf,
    install: &[&str],
    inputs: &[&str],
) -> Result<Environment> {
    let environment = Environment { dir };
    let stamp = stamp(interpreter, inputs);
    if !is_current(&environment, &stamp) {
        say::note(format!(
            "making an environment for Python {}",
            interpreter.version_text()
        ));
        workspace::remove_dir(&environment.dir)?;
        Run::new(tools.uv())
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
        pip(tools, &environment)
            .args(install)
            .read()
            .map_err(advice::explain)?;
        set_stamp(&environment, &stamp)?;
    }
    Ok(environment)
}

fn pip(tools: &Tools, environment: &Environment) -> Run {
    Run::new(tools.uv()).args([
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

/// The stamp is written last: an environment whose making was interrupted has none.
fn set_stamp(environment: &Environment, stamp: &str) -> Result<()> {
    workspace::write(&stamp_file(&environment.dir), stamp)
}

fn is_current(environment: &Environment, stamp: &str) -> bool {
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
        workspace::write(&environment.python(), "").unwrap();
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
