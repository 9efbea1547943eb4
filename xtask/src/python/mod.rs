//! Python for the tasks: finding interpreters, making environments, building the wheel.

pub(crate) mod advice;
pub(crate) mod environment;
pub(crate) mod find;
pub(crate) mod interpreter;
pub(crate) mod wheel;

use camino::Utf8PathBuf;

use crate::error::Result;
use crate::workspace::Workspace;
use environment::{Environment, Tools};

/// The tools, and an environment in which the wheel is installed.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// maturin and uv.
    pub(crate) tools: Tools,
    /// The environment with the wheel and pytest.
    pub(crate) environment: Environment,
}

/// Prepares everything that a task needs from Python. Costs a few milliseconds when nothing
/// changed since the last time.
pub(crate) fn prepare(workspace: &Workspace, python: Option<&Utf8PathBuf>) -> Result<Prepared> {
    let interpreter = find::choose(python)?;
    let tools = environment::tools(workspace, &interpreter)?;
    let wheel = wheel::build(workspace, &tools, &interpreter)?;
    let environment = environment::with_wheel(workspace, &tools, &interpreter, &wheel)?;
    Ok(Prepared { tools, environment })
}
