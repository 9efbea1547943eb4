//! Plugins in worker processes: start, calls, frames, large arrays; and the choice of the place.

use super::series::Series;
use super::{Bench, Context};
use crate::error::{Result, TaskError};

pub(super) const BENCH: Bench = Bench {
    name: "isolation",
    about: "workers: start, call, frame, array; placing; the floor is the same with `multiprocessing`",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    needs_workers()?;
    context.python_script("isolation", &[])
}

/// Returns an error on a system where plugins cannot have a process of their own.
pub(super) fn needs_workers() -> Result<()> {
    if cfg!(windows) {
        return Err(TaskError::Usage {
            message: "Windows has no workers yet".into(),
            hint: "run it on Linux or macOS".into(),
        });
    }
    Ok(())
}
