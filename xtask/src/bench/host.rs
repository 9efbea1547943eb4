//! The application's API in a worker: attributes, calls, callbacks, drawing, arrays.

use super::isolation::needs_workers;
use super::series::Series;
use super::{Bench, Context};
use crate::error::Result;

pub(super) const BENCH: Bench = Bench {
    name: "host",
    about: "the application's API in a worker; the floor is the same plugin in the application's process",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    needs_workers()?;
    context.python_script("host", &[])
}
