//! `cargo xtask compat DIR`: uses the plugins of a folder in both places, and says what does not work.
//!
//! `tests/compat/compat.py` does it, with the test host of the compatibility tests.

use camino::Utf8PathBuf;

use crate::args::CompatArgs;
use crate::error::{Result, TaskError};
use crate::process::Stdout;
use crate::python::wheel::Profile;
use crate::python::{self, environment};
use crate::workspace::Workspace;

/// The variables of a developer that would change what plugins do.
const UNSET: [&str; 4] = [
    "LFS_SAFE_MODE",
    "LFS_PLUGIN_AUTOLOAD",
    "LFS_PLUGIN_REGISTRY_URL",
    "LFS_RESOLVED_CACHE_DIR",
];

/// Runs the script. Each plugin gets a scratch home, which is removed at once.
pub(crate) fn run(workspace: &Workspace, args: &CompatArgs) -> Result<()> {
    if !args.dir.is_dir() {
        return Err(TaskError::Usage {
            message: format!("{}: this is no folder", args.dir),
            hint: "name the folder that contains the folders of the plugins".into(),
        });
    }
    let prepared = python::prepare(workspace, args.python.python.as_ref(), Profile::Dev)?;
    let script: Utf8PathBuf = workspace.path("tests/compat/compat.py");
    let mut run = environment::script(&prepared.environment, &script)
        .arg(&args.dir)
        .args(["--seconds", &args.seconds.to_string()])
        .env("LICHTFELD_UV", prepared.tools.uv());
    if args.json {
        run = run.arg("--json");
    }
    for name in UNSET {
        run = run.env_remove(name);
    }
    let status = run.status(Stdout::Inherit)?;
    if status.success() {
        return Ok(());
    }
    Err(TaskError::Found(
        "a plugin was not loaded; why stands above".into(),
    ))
}
