//! How long a retained panel takes to parse, to mount and to bring up to date. The measurement is an
//! example of the crate, so that it can be run without this tool. The floor of parsing splits the same
//! text into tokens; that of an update is a call that finds nothing dirty.

use super::series::Series;
use super::{Bench, Context};
use crate::error::{Result, TaskError};
use crate::process::Run;

pub(super) const BENCH: Bench = Bench {
    name: "document",
    about: "a template of 400 elements with 60 bindings; the floor is its tokens alone",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    let text = Run::cargo()
        .args([
            "run",
            "--quiet",
            "--locked",
            "--release",
            "--package",
            "lichtfeld-document",
        ])
        .args(["--example", "measure_document"])
        .dir(context.workspace.root())
        .read()?;
    serde_json::from_str(&text).map_err(|error| TaskError::Unexpected {
        what: "the output of the example measure_document".into(),
        reason: error.to_string(),
    })
}
