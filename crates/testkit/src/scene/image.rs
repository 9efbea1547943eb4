//! One view as a PNG file.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use camino::Utf8Path;

use super::camera::{Camera, View};
use super::error::SceneError;
use super::geometry::{Ray, Vec3};
use super::texture::{mix, uniform};
use super::world::World;

/// The deviation of the grain, of 255: sensors have some, and features must live with it.
const GRAIN: f64 = 3.0;

/// Casts the view and writes it.
pub(super) fn write(
    world: &World,
    camera: &Camera,
    view: &View,
    path: &Utf8Path,
) -> Result<(), SceneError> {
    let pixels = cast(world, camera, view);
    let file = File::create(path).map_err(SceneError::io("write", path))?;
    let mut file = BufWriter::new(file);
    let mut encoder = png::Encoder::new(&mut file, camera.width, camera.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Noise does not shrink; a better compression would cost seconds and save nothing.
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().map_err(SceneError::encode(path))?;
    writer
        .write_image_data(&pixels)
        .map_err(SceneError::encode(path))?;
    writer.finish().map_err(SceneError::encode(path))?;
    file.flush().map_err(SceneError::io("write", path))
}

fn cast(world: &World, camera: &Camera, view: &View) -> Vec<u8> {
    let [fx, fy, cx, cy] = camera.params;
    let [right, down, forward] = view.rotation.map(Vec3);
    let origin = Vec3(view.center);
    let grain = mix(world.seed() ^ view.center[0].to_bits());
    let mut pixels = Vec::with_capacity(camera.width as usize * camera.height as usize * 3);
    for row in 0..camera.height {
        let y = (f64::from(row) + 0.5 - cy) / fy;
        let line = forward + down * y;
        for column in 0..camera.width {
            let x = (f64::from(column) + 0.5 - cx) / fx;
            let ray = Ray {
                origin,
                direction: line + right * x,
            };
            let noise = uniform(grain ^ (u64::from(row) << 32 | u64::from(column))) - 0.5;
            for channel in world.colour(ray, 1.0 / fx) {
                // A uniform distribution of width w has the deviation w / sqrt(12).
                let value = 255.0 * channel + GRAIN * 12_f64.sqrt() * noise;
                pixels.push(value.clamp(0.0, 255.0) as u8);
            }
        }
    }
    pixels
}
