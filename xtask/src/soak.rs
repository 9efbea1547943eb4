//! `cargo xtask soak`: thirty plugins in both places, any operation at any time, for half an hour.
//!
//! The soak itself is `tests/soak/soak.py`, a program of its own with a scratch home. It must hold on
//! a machine that is busy, so loops run beside it.

use crate::args::SoakArgs;
use crate::busy::Busy;
use crate::error::{Result, TaskError};
use crate::process::Stdout;
use crate::python::wheel::Profile;
use crate::python::{self, environment};
use crate::say;
use crate::workspace::Workspace;

/// The variables of a developer that would change what the soak does.
const UNSET: [&str; 5] = [
    "LFS_SAFE_MODE",
    "LFS_PLUGIN_AUTOLOAD",
    "LFS_PLUGIN_REGISTRY_URL",
    "LFS_RESOLVED_CACHE_DIR",
    "LICHTFELD_SOAK_RUN",
];

/// Runs the soak. Its log is in the scratch directory, which the next run removes.
pub(crate) fn run(workspace: &Workspace, args: &SoakArgs) -> Result<()> {
    if cfg!(windows) {
        return Err(TaskError::Usage {
            message: "Windows has no workers yet".into(),
            hint: "run it on Linux".into(),
        });
    }
    if !args.minutes.is_finite() || args.minutes <= 0.0 {
        return Err(TaskError::Usage {
            message: format!("--minutes {}: this is no time", args.minutes),
            hint: "name the minutes, for example --minutes 2.5".into(),
        });
    }
    let prepared = python::prepare(workspace, args.python.python.as_ref(), Profile::Dev)?;
    let scratch = workspace.target("soak");
    let mut run = environment::script(&prepared.environment, &workspace.path("tests/soak/soak.py"))
        .args(["--minutes", &args.minutes.to_string()])
        .args(["--home", scratch.as_str()])
        .env("LICHTFELD_UV", prepared.tools.uv());
    for name in UNSET {
        run = run.env_remove(name);
    }
    if let Some(seed) = args.seed {
        run = run.args(["--seed", &seed.to_string()]);
    }
    say::heading(format!(
        "A soak of {} minutes: {}",
        args.minutes,
        run.shown()
    ));
    let busy = Busy::with(args.loops);
    say::note(format!("{} loops keep the machine busy", busy.count()));
    let status = run.status(Stdout::Inherit);
    drop(busy);
    let status = status?;
    if status.success() {
        return Ok(());
    }
    Err(TaskError::Found(format!(
        "the soak failed ({status}); why stands above and in {}",
        scratch.join("soak.log")
    )))
}
