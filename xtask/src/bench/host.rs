//! The application's API in a worker: attributes, calls, callbacks, drawing, arrays; and a frame in C++.

use super::isolation::needs_workers;
use super::series::{Series, in_both_places};
use super::{Bench, Context, frames};
use crate::error::Result;
use crate::say;

pub(super) const BENCH: Bench = Bench {
    name: "host",
    about: "the application's API in a worker; the floor is the same plugin in the application's \
            process; frames in C++",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    needs_workers()?;
    let mut series = context.python_script("host", &[])?;
    // As docs/isolation.md has it.
    say::out(in_both_places(&series));
    say::out("");
    series.extend(frames::series(context)?);
    Ok(series)
}
