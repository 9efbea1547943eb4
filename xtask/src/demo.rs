//! `cargo xtask demo`: prepares what the main job needs and hands over to `xtask/demo/demo.py`.
//!
//! The job itself is written in Python, as a host would write it, against the public API alone.

use camino::Utf8PathBuf;
use serde_json::Value;

use crate::args::DemoArgs;
use crate::error::{Result, TaskError};
use crate::process::{Run, Stdout};
use crate::python::wheel::Profile;
use crate::python::{self, Prepared, environment};
use crate::scene;
use crate::workspace::Workspace;

/// Runs the demo.
pub(crate) fn run(workspace: &Workspace, args: &DemoArgs) -> Result<()> {
    let images = match &args.images {
        Some(dir) => absolute(dir)?,
        None => scene::for_demo(workspace)?,
    };
    let prepared = python::prepare(workspace, args.python.python.as_ref(), Profile::Release)?;
    let mut run = driver(workspace, &prepared, "demo").args(["--images", images.as_str()]);
    if args.json {
        run = run.arg("--json");
    }
    let status = run.status(Stdout::Inherit)?;
    if status.success() {
        return Ok(());
    }
    Err(TaskError::Found(
        "the demo did not reach its end; what failed stands above".into(),
    ))
}

/// Runs only the loading, and returns the report.
pub(crate) fn timings(workspace: &Workspace, prepared: &Prepared) -> Result<Value> {
    let run = driver(workspace, prepared, "bench/load").args(["--until", "load", "--json"]);
    let (stdout, status) = run.results()?;
    if !status.success() {
        return Err(TaskError::Found(
            "the demo's plugins did not load; see above".into(),
        ));
    }
    serde_json::from_str(&stdout).map_err(|error| TaskError::Unexpected {
        what: "the demo's JSON".into(),
        reason: error.to_string(),
    })
}

/// The driver with a scratch home below `target/`, which is kept: the next run finds its
/// environments there.
fn driver(workspace: &Workspace, prepared: &Prepared, scratch: &str) -> Run {
    let home = workspace.target(scratch).join("home");
    environment::script(&prepared.environment, &workspace.path("xtask/demo/demo.py"))
        .args(["--home", home.as_str()])
        .env("LICHTFELD_UV", prepared.tools.uv())
}

fn absolute(dir: &Utf8PathBuf) -> Result<Utf8PathBuf> {
    if !dir.is_dir() {
        return Err(TaskError::Usage {
            message: format!("--images {dir}: there is no such folder"),
            hint: "name a folder with photos, or leave --images away to use a rendered scene"
                .into(),
        });
    }
    dir.canonicalize_utf8()
        .map_err(TaskError::io("resolve", dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_of_photos_is_a_wrong_use() {
        let error = absolute(&"no/such/photos".into()).unwrap_err();
        assert!(error.to_string().contains("no/such/photos"));
        assert_eq!(error.exit_status(), 2);
    }
}
