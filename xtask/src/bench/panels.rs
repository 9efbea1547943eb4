//! Panels: a frame recorded from Python beside the same loop over empty C functions, its encoding,
//! and 60 frames a second of twenty panels.

use super::series::Series;
use super::{Bench, Context};
use crate::error::{Result, TaskError};
use crate::process::Run;

pub(super) const BENCH: Bench = Bench {
    name: "panels",
    about: "a frame of 1,000 widgets, 60 frames a second; the floor is empty C functions",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    if cfg!(windows) {
        return Err(TaskError::Usage {
            message: "the floor of this benchmark is compiled with cc, which Windows has not"
                .into(),
            hint: "run it on Linux or macOS".into(),
        });
    }
    let floor = context.scratch("panels_floor")?;
    let include = Run::new(context.prepared()?.environment.python())
        .args([
            "-c",
            "import sysconfig; print(sysconfig.get_path('include'))",
        ])
        .read()?;
    Run::new("cc")
        .args(["-O2", "-shared", "-fPIC", "-I", include.trim()])
        .args(undefined_symbols())
        .arg(context.workspace.path("xtask/bench/panels.c"))
        .args(["-o", floor.join("panels_floor.so").as_str()])
        .read()?;
    context.python_script("panels", &[("LICHTFELD_BENCH_FLOOR", floor.to_string())])
}

/// macOS asks to be told that the interpreter's symbols are found when the module is imported.
fn undefined_symbols() -> &'static [&'static str] {
    if cfg!(target_os = "macos") {
        &["-undefined", "dynamic_lookup"]
    } else {
        &[]
    }
}
