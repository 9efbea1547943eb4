//! Synthetic photo sets with known cameras, for tests of reconstruction and for the demo.
//!
//! A textured room with boxes is cast ray by ray into PNG images, and `cameras.json` beside them
//! says where each camera really was. The same options give the same bytes on every machine, so a
//! test can compare what a reconstruction found with what is true.
//!
//! Never: lens distortion, moving things, glossy surfaces, EXIF. A scene is easy on purpose; it
//! asks whether a pipeline is wired correctly, not how good its features are.

mod camera;
mod error;
mod geometry;
mod image;
mod options;
mod texture;
mod world;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};

pub use camera::{Camera, View};
pub use error::SceneError;
pub use options::SceneOptions;

use world::World;

/// The file beside the images that says where the cameras were.
pub const CAMERAS_FILE: &str = "cameras.json";

/// What was rendered, and the truth about it; `cameras.json` is this, as JSON.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Scene {
    /// The version of the format of `cameras.json`.
    pub version: u32,
    /// The seed it was made from.
    pub seed: u64,
    /// The diagonal of the box around all camera centres and the boxes of the room, in metres.
    pub size: f64,
    /// The one camera that took all images.
    pub camera: Camera,
    /// The images in the order in which a photographer would have walked.
    pub images: Vec<View>,
    /// The folder with the images.
    #[serde(skip)]
    pub folder: Utf8PathBuf,
}

/// Renders the images into `folder`, which is made where it is missing, and writes
/// `cameras.json` last: where it is, the set is whole.
///
/// Files of the same names are replaced, others are left alone.
///
/// # Errors
/// [`SceneError`] for options that make no scene and for files that cannot be written.
///
/// # Examples
/// ```
/// use lichtfeld_testkit::scene::{SceneOptions, render};
///
/// let dir = tempfile::tempdir()?;
/// let dir = camino::Utf8Path::from_path(dir.path()).expect("a UTF-8 path");
/// let options = SceneOptions::new(2, 48, 32)?.with_seed(7);
/// let scene = render(&options, dir)?;
/// assert_eq!(scene.images[1].name, "view_001.png");
/// assert!(dir.join("view_001.png").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn render(options: &SceneOptions, folder: &Utf8Path) -> Result<Scene, SceneError> {
    std::fs::create_dir_all(folder).map_err(SceneError::io("make the folder", folder))?;
    let world = World::new(options.seed());
    let camera = Camera::for_size(options.width(), options.height());
    let images = camera::walk(options);
    render_all(&world, &camera, &images, folder)?;
    let scene = Scene {
        version: 1,
        seed: options.seed(),
        size: world.size_with(&images),
        camera,
        images,
        folder: folder.to_owned(),
    };
    let path = folder.join(CAMERAS_FILE);
    let text = serde_json::to_string_pretty(&scene).map_err(SceneError::encode(&path))?;
    lichtfeld_system::files::write_atomic(&path, text.as_bytes())
        .map_err(SceneError::state_file)?;
    Ok(scene)
}

/// One thread per core, each taking the next view that nobody has taken yet.
fn render_all(
    world: &World,
    camera: &Camera,
    views: &[View],
    folder: &Utf8Path,
) -> Result<(), SceneError> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .min(views.len());
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), SceneError> {
        while let Some(view) = views.get(next.fetch_add(1, Ordering::Relaxed)) {
            image::write(world, camera, view, &folder.join(&view.name))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or(Err(SceneError::Interrupted)))
    })
}

#[cfg(test)]
mod tests;
