//! `cargo xtask scene`: a rendered scene with known cameras, for the demo and for tests by hand.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_testkit::scene::{self, CAMERAS_FILE, Scene, SceneError, SceneOptions};

use crate::args::SceneArgs;
use crate::error::{Result, TaskError};
use crate::say;
use crate::workspace::Workspace;

/// Renders a scene into a folder, the same one for the same seed.
pub(crate) fn render(views: u32, size: (u32, u32), seed: u64, folder: &Utf8Path) -> Result<Scene> {
    let rendered = SceneOptions::new(views, size.0, size.1)
        .and_then(|options| scene::render(&options.with_seed(seed), folder));
    rendered.map_err(|error: SceneError| TaskError::Found(error.to_string()))
}

/// Renders a scene into a folder.
pub(crate) fn run(args: &SceneArgs) -> Result<()> {
    let scene = render(args.views, (args.width, args.height), args.seed, &args.out)?;
    say::out(format!(
        "{} images in {}, their true cameras in {CAMERAS_FILE} beside them",
        scene.images.len(),
        args.out,
    ));
    Ok(())
}

/// The images of the demo: rendered once, then kept.
pub(crate) fn for_demo(workspace: &Workspace) -> Result<Utf8PathBuf> {
    let folder = workspace.target("demo/images");
    // Written last, so that its being there means that all images are.
    if !folder.join(CAMERAS_FILE).is_file() {
        render(16, (320, 240), 1, &folder)?;
    }
    Ok(folder)
}
