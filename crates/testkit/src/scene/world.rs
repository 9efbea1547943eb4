//! The room: its walls, the boxes in it, and the colour that a ray brings back.

use super::camera::View;
use super::geometry::{Ray, Vec3, through_box};
use super::texture::{grey, mix, uniform};

const ROOM: [f64; 3] = [4.0, 4.0, 1.7];
const BOXES: u64 = 7;
/// How bright sides across x, y, z are: light from above, a window to one side.
const LIGHT: [f64; 3] = [0.78, 0.92, 1.0];

struct Block {
    centre: Vec3,
    half: Vec3,
    /// Cosine and sine of its turn about the vertical axis.
    turn: (f64, f64),
    key: u64,
}

/// A closed room with boxes on its floor; the floor is at z = 0.
pub(super) struct World {
    blocks: Vec<Block>,
    room_key: u64,
    seed: u64,
}

/// What a ray hits.
struct Hit {
    distance: f64,
    axis: usize,
    u: f64,
    v: f64,
    key: u64,
    /// The cosine between the ray and the surface's normal.
    facing: f64,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let root = mix(seed ^ 0x5ce1_e000);
        let blocks = (0..BOXES)
            .map(|i| block(mix(root ^ i), i))
            .collect::<Vec<_>>();
        Self {
            blocks,
            room_key: mix(root ^ 0xffff),
            seed,
        }
    }

    /// The colour along a ray; `pixel` is how wide a pixel is one length of the direction away.
    pub(super) fn colour(&self, ray: Ray, pixel: f64) -> [f64; 3] {
        let Some(hit) = self.hit(ray) else {
            // The room is closed; only a ray with a zero direction gets here.
            return [0.0; 3];
        };
        let footprint = pixel * hit.distance / hit.facing.max(0.2);
        let value = grey(hit.key, hit.u, hit.v, footprint) * LIGHT[hit.axis];
        let warm = 0.25 * (uniform(hit.key) - 0.5);
        [value * (1.0 + warm), value, value * (1.0 - warm)]
    }

    /// The diagonal of the box around all camera centres and all blocks, in metres.
    pub(super) fn size_with(&self, views: &[View]) -> f64 {
        let corners = self.blocks.iter().flat_map(|block| {
            let reach = Vec3::new(block.half.0[0], block.half.0[1], block.half.0[2]);
            [block.centre + reach, block.centre - reach]
        });
        let centres = views.iter().map(|view| Vec3(view.center));
        let mut low = Vec3([f64::INFINITY; 3]);
        let mut high = Vec3([f64::NEG_INFINITY; 3]);
        for point in corners.chain(centres) {
            for axis in 0..3 {
                low.0[axis] = low.0[axis].min(point.0[axis]);
                high.0[axis] = high.0[axis].max(point.0[axis]);
            }
        }
        (high - low).length()
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    fn hit(&self, ray: Ray) -> Option<Hit> {
        let mut nearest: Option<Hit> = None;
        for block in &self.blocks {
            let back = (block.turn.0, -block.turn.1);
            let local = Ray {
                origin: (ray.origin - block.centre).turned(back),
                direction: ray.direction.turned(back),
            };
            let Some((enter, _)) = through_box(local, block.half) else {
                continue;
            };
            let is_nearer = nearest.as_ref().is_none_or(|n| enter.distance < n.distance);
            if enter.distance > 1e-6 && is_nearer {
                nearest = Some(on_side(local, enter.distance, enter.axis, block.key));
            }
        }
        if nearest.is_some() {
            return nearest;
        }
        let half = Vec3(ROOM);
        let local = Ray {
            origin: ray.origin - Vec3::new(0.0, 0.0, ROOM[2]),
            direction: ray.direction,
        };
        let (_, leave) = through_box(local, half)?;
        Some(on_side(local, leave.distance, leave.axis, self.room_key))
    }
}

fn on_side(local: Ray, distance: f64, axis: usize, key: u64) -> Hit {
    let point = local.origin + local.direction * distance;
    let [x, y, z] = point.0;
    let (u, v) = match axis {
        0 => (y, z),
        1 => (x, z),
        _ => (x, y),
    };
    // Opposite sides must not look the same, or features of one match those of the other.
    let side = 2 * axis as u64 + u64::from(point.0[axis] > 0.0);
    Hit {
        distance,
        axis,
        u,
        v,
        key: mix(key ^ side),
        facing: local.direction.0[axis].abs() / local.direction.length(),
    }
}

/// Boxes stand on a ring around the middle, so that none hides all others.
fn block(key: u64, index: u64) -> Block {
    let random = |n: u64, low: f64, high: f64| low + (high - low) * uniform(key ^ (n << 8));
    let angle = std::f64::consts::TAU * (index as f64 + random(1, -0.2, 0.2)) / BOXES as f64;
    let away = if index == 0 {
        0.0
    } else {
        random(2, 0.65, 1.15)
    };
    let half = Vec3::new(
        random(3, 0.18, 0.34),
        random(4, 0.18, 0.34),
        random(5, 0.15, 0.55),
    );
    let turn = random(6, 0.0, std::f64::consts::FRAC_PI_2);
    Block {
        centre: Vec3::new(away * angle.cos(), away * angle.sin(), half.0[2]),
        half,
        turn: (turn.cos(), turn.sin()),
        key,
    }
}
