//! How long a panel's frame takes to record and to encode, and twenty panels at 60 frames a second.
//! The floor is the same loop over empty C functions.

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
            message: "the floor of this benchmark is compiled with cc, which Windows does not have"
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

/// On macOS the linker refuses the interpreter's symbols, which the import provides, without this.
fn undefined_symbols() -> &'static [&'static str] {
    if cfg!(target_os = "macos") {
        &["-undefined", "dynamic_lookup"]
    } else {
        &[]
    }
}
