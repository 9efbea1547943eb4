//! How soon the death of a worker is reported, and all that a killed host has started is gone.

use super::series::Series;
use super::{Bench, Context};
use crate::error::Result;

pub(super) const BENCH: Bench = Bench {
    name: "ends",
    about: "workers that die or hang, hosts that are killed; the floor is the kernel's kill",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    super::isolation::needs_workers()?;
    context.python_script("ends", &[])
}
