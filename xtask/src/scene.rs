//! `cargo xtask scene`: a rendered scene with known cameras, for the demo and for tests by hand.

use camino::Utf8PathBuf;
use lichtfeld_testkit::scene::{self, SceneOptions};

use crate::args::SceneArgs;
use crate::error::{Result, TaskError};
use crate::say;
use crate::workspace::Workspace;

/// Renders a scene into a folder.
pub(crate) fn run(args: &SceneArgs) -> Result<()> {
    let options = SceneOptions {
        views: args.views,
        width: args.width,
        height: args.height,
        seed: args.seed,
    };
    let scene =
        scene::render(&options, &args.out).map_err(|error| TaskError::Found(error.to_string()))?;
    say::out(format!(
        "{} images in {}, their true cameras in {}",
        scene.images.len(),
        args.out.join("images"),
        scene.cameras
    ));
    Ok(())
}

/// The images of the demo: rendered once, then kept.
pub(crate) fn for_demo(workspace: &Workspace) -> Result<Utf8PathBuf> {
    let dir = workspace.target("demo/scene");
    let images = dir.join("images");
    // Written last, so that its being there means that all images are.
    if !dir.join("cameras.json").is_file() {
        scene::render(&SceneOptions::default(), &dir)
            .map_err(|error| TaskError::Found(error.to_string()))?;
    }
    Ok(images)
}
