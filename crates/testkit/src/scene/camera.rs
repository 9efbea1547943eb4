//! Where the cameras are, in the terms of COLMAP.

use super::geometry::Vec3;
use super::options::SceneOptions;
use super::texture::{mix, uniform};

/// The walk goes around the boxes at this distance from the middle, in metres.
const RADIUS: f64 = 2.6;
const HEIGHT: f64 = 1.25;
/// Neighbours at most this far apart: beyond it, sides change faster than features can follow.
const STEP_DEGREES: f64 = 7.5;
/// The focal length as a share of the width: 58 degrees from left to right.
const FOCAL: f64 = 0.9;

/// A pinhole camera. The middle of the upper left pixel is at (0.5, 0.5), as COLMAP has it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Camera {
    /// COLMAP's name of the model: `PINHOLE`.
    pub model: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// fx, fy, cx, cy in pixels.
    pub params: [f64; 4],
}

impl Camera {
    pub(super) fn for_size(width: u32, height: u32) -> Self {
        let focal = FOCAL * f64::from(width);
        Self {
            model: "PINHOLE",
            width,
            height,
            params: [
                focal,
                focal,
                f64::from(width) / 2.0,
                f64::from(height) / 2.0,
            ],
        }
    }
}

/// One image and the camera's true pose: `x_camera = rotation * x_world + translation`, with x to
/// the right, y down and z forward in the camera, metres in the world.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct View {
    /// The file's name.
    pub name: String,
    /// Three rows.
    pub rotation: [[f64; 3]; 3],
    /// In metres.
    pub translation: [f64; 3],
    /// Where the camera was, in metres.
    pub center: [f64; 3],
}

/// The views of a walk around the boxes: never more than once around.
pub(super) fn walk(options: &SceneOptions) -> Vec<View> {
    let count = options.views();
    let step = STEP_DEGREES.min(360.0 / f64::from(count)).to_radians();
    let first = std::f64::consts::TAU * uniform(mix(options.seed()));
    (0..count)
        .map(|index| view(options.seed(), index, first + step * f64::from(index)))
        .collect()
}

fn view(seed: u64, index: u32, angle: f64) -> View {
    let key = mix(seed ^ 0xca3e_0000 ^ u64::from(index));
    // Nobody holds a camera still: without the jitter all centres would lie on one circle, which
    // says little about scale and height.
    let jitter = |n: u64, reach: f64| reach * (2.0 * uniform(key ^ (n << 20)) - 1.0);
    let radius = RADIUS + jitter(1, 0.2);
    let centre = Vec3::new(
        radius * angle.cos(),
        radius * angle.sin(),
        HEIGHT + jitter(2, 0.3),
    );
    let target = Vec3::new(jitter(3, 0.15), jitter(4, 0.15), 0.45 + jitter(5, 0.1));
    let forward = (target - centre).unit();
    let right = forward.cross(Vec3::new(0.0, 0.0, 1.0)).unit();
    let down = forward.cross(right);
    let rows = [right, down, forward];
    View {
        name: format!("view_{index:03}.png"),
        rotation: rows.map(|row| row.0),
        translation: rows.map(|row| -row.dot(centre)),
        center: centre.0,
    }
}
