//! How long the COLMAP plugin reconstructs, and how soon it ends. The floor is pycolmap alone.

use super::series::Series;
use super::{Bench, Context};
use crate::error::Result;
use crate::python;
use crate::scene;

pub(super) const BENCH: Bench = Bench {
    name: "colmap",
    about: "a reconstruction, cancels in each stage, unloading; the floor is pycolmap alone",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    let prepared = context.prepared()?;
    let environment = python::with_colmap(
        context.workspace,
        &prepared.tools,
        &prepared.interpreter,
        &prepared.wheel,
    )?;
    let views = context.scratch("colmap_scene")?;
    scene::render(24, (320, 240), 2, &views)?;
    let photos = context.scratch("colmap_photos")?;
    scene::render(4, (3200, 2400), 1, &photos)?;
    let variables = [
        ("LICHTFELD_BENCH_SCENE", views.to_string()),
        ("LICHTFELD_BENCH_PHOTOS", photos.to_string()),
    ];
    context.python_script_in(&environment, "colmap", &variables)
}
