//! The environment of the COLMAP plugin: what its manifest requires, pytest and the wheel.

use super::environment::{self, Environment};
use super::interpreter::Interpreter;
use super::tools::Tools;
use super::wheel::{Profile, Wheel};
use crate::error::{Result, TaskError};
use crate::workspace::{self, Workspace};

/// The environment of an interpreter with pycolmap and the wheel: `target/python/colmap-3.12.1`, or
/// `target/python/colmap-release-3.12.1` for the wheel that is optimized.
pub(crate) fn with_colmap(
    workspace: &Workspace,
    tools: &Tools,
    interpreter: &Interpreter,
    wheel: &Wheel,
) -> Result<Environment> {
    let requirements = requirements(workspace)?;
    let version = interpreter.version_text();
    let name = match wheel.profile() {
        Profile::Dev => format!("python/colmap-{version}"),
        Profile::Release => format!("python/colmap-release-{version}"),
    };
    let common = workspace.path("xtask/requirements/test.txt");
    let mut install: Vec<&str> = requirements.iter().map(String::as_str).collect();
    install.extend(["--requirement", common.as_str(), wheel.path().as_str()]);
    let pins = workspace::read(&common)?;
    let inputs = [requirements.join("\n"), pins, wheel.digest().to_owned()];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let _lock = workspace.lock()?;
    environment::made(
        &tools.uv(),
        interpreter,
        workspace.target(&name),
        &install,
        &inputs,
    )
}

/// The requirements of the COLMAP plugin and of its tests, as its own manifest states them.
fn requirements(workspace: &Workspace) -> Result<Vec<String>> {
    let path = workspace.path("plugins/colmap/pyproject.toml");
    let unexpected = |reason: String| TaskError::Unexpected {
        what: path.to_string(),
        reason,
    };
    let manifest: toml::Table = workspace::read(&path)?
        .parse()
        .map_err(|e: toml::de::Error| unexpected(e.to_string()))?;
    let list = |table: &str, key: &str| -> Vec<String> {
        let values = manifest
            .get(table)
            .and_then(|t| t.get(key))
            .and_then(toml::Value::as_array);
        values
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    let mut requirements = list("project", "dependencies");
    if requirements.is_empty() {
        return Err(unexpected("[project] dependencies is empty".into()));
    }
    requirements.extend(list("dependency-groups", "test"));
    Ok(requirements)
}
