//! `cargo xtask scene`: a rendered scene with known cameras, for the demo and for tests by hand.

use camino::Utf8PathBuf;

use crate::args::SceneArgs;
use crate::error::{Result, TaskError};
use crate::workspace::Workspace;

/// Renders a scene into a folder.
pub(crate) fn run(args: &SceneArgs) -> Result<()> {
    let _ = (args.views, args.width, args.height, args.seed);
    Err(TaskError::Found(format!(
        "{}: the scene generator is not there yet",
        args.out
    )))
}

/// The images of the demo: rendered once, then kept.
pub(crate) fn for_demo(workspace: &Workspace) -> Result<Utf8PathBuf> {
    Ok(workspace.target("demo/images"))
}
