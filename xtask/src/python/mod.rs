//! Python for the tasks: finding interpreters, making environments, building the wheel.

pub(crate) mod advice;
mod colmap;
pub(crate) mod environment;
pub(crate) mod find;
pub(crate) mod interpreter;
pub(crate) mod tools;
pub(crate) mod wheel;

pub(crate) use colmap::with_colmap;

use camino::Utf8PathBuf;
use lichtfeld_system::files;

use crate::error::Result;
use crate::say;
use crate::workspace::{self, Workspace};
use environment::Environment;
use interpreter::Interpreter;
use tools::Tools;
use wheel::{Profile, Wheel};

/// The tools, the wheel, and an environment in which it is installed.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// maturin and uv.
    pub(crate) tools: Tools,
    /// The interpreter of the environment.
    pub(crate) interpreter: Interpreter,
    /// The wheel.
    pub(crate) wheel: Wheel,
    /// The environment with the wheel and pytest.
    pub(crate) environment: Environment,
}

/// Prepares everything that a task needs from Python. Costs a few milliseconds when nothing
/// changed since the last time.
pub(crate) fn prepare(
    workspace: &Workspace,
    python: Option<&Utf8PathBuf>,
    profile: Profile,
) -> Result<Prepared> {
    let interpreter = find::choose(python)?;
    let tools = tools::installed(workspace, &interpreter)?;
    let wheel = wheel::build(workspace, &tools, &interpreter, profile)?;
    let environment = with_wheel(workspace, &tools, &interpreter, &wheel)?;
    Ok(Prepared {
        tools,
        interpreter,
        wheel,
        environment,
    })
}

/// The environment of an interpreter with pytest and the wheel: `target/python/3.12.1`, or
/// `target/python/release-3.12.1` for the wheel that is optimized.
pub(crate) fn with_wheel(
    workspace: &Workspace,
    tools: &Tools,
    interpreter: &Interpreter,
    wheel: &Wheel,
) -> Result<Environment> {
    let version = interpreter.version_text();
    let name = match wheel.profile() {
        Profile::Dev => format!("python/{version}"),
        Profile::Release => format!("python/release-{version}"),
    };
    let requirements = workspace.path("xtask/requirements/test.txt");
    let _lock = workspace.lock()?;
    let environment = environment::made(
        &tools.uv(),
        interpreter,
        workspace.target(&name),
        &["--requirement", requirements.as_str()],
        &[&workspace::read(&requirements)?],
    )?;
    let installed = environment.dir().join(".wheel");
    if workspace::read(&installed).ok().as_deref() != Some(wheel.digest()) {
        say::note(format!("installing {} for Python {version}", wheel.name()));
        environment::pip(&tools.uv(), &environment)
            .args([
                "--reinstall-package",
                "lichtfeld-plugins",
                wheel.path().as_str(),
            ])
            .read()
            .map_err(advice::explain)?;
        files::write_atomic(&installed, wheel.digest().as_bytes())?;
    }
    Ok(environment)
}
