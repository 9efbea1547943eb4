//! maturin and uv, which build the wheel and make the environments.

use camino::Utf8PathBuf;

use super::advice;
use super::environment::{self, Environment};
use super::interpreter::Interpreter;
use crate::error::Result;
use crate::process::Run;
use crate::say;
use crate::workspace::{self, Workspace};

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
pub(crate) fn installed(workspace: &Workspace, interpreter: &Interpreter) -> Result<Tools> {
    let environment = Environment::at(workspace.target("python/tools"));
    let requirements = workspace.path("xtask/requirements/tools.txt");
    let _lock = workspace.lock()?;
    // Whichever interpreter made them: `--python` is for what they build and make, not for them.
    let stamp = workspace::read(&requirements)?;
    if !environment::is_current(&environment, &stamp) {
        if !interpreter.has_venv {
            return Err(advice::no_venv(interpreter));
        }
        say::heading(format!(
            "Installing maturin and uv with {}",
            interpreter.shown()
        ));
        workspace::remove(environment.dir())?;
        Run::new(&interpreter.executable)
            .args(["-m", "venv", environment.dir().as_str()])
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
        environment::set_stamp(&environment, &stamp)?;
    }
    Ok(Tools { environment })
}
