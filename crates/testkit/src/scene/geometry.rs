//! Vectors, rays, and where a ray meets a box.

use std::ops::{Add, Mul, Sub};

/// A point or a direction, in metres; z points up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vec3(pub(super) [f64; 3]);

impl Vec3 {
    pub(super) fn new(x: f64, y: f64, z: f64) -> Self {
        Self([x, y, z])
    }

    pub(super) fn dot(self, other: Self) -> f64 {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        a * x + b * y + c * z
    }

    pub(super) fn cross(self, other: Self) -> Self {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([b * z - c * y, c * x - a * z, a * y - b * x])
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    pub(super) fn unit(self) -> Self {
        self * (1.0 / self.length())
    }

    /// Turned about the vertical axis, by the angle with this cosine and sine.
    pub(super) fn turned(self, (cos, sin): (f64, f64)) -> Self {
        let [x, y, z] = self.0;
        Self([cos * x - sin * y, sin * x + cos * y, z])
    }
}

impl Add for Vec3 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([a + x, b + y, c + z])
    }
}

impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([a - x, b - y, c - z])
    }
}

impl Mul<f64> for Vec3 {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        let [x, y, z] = self.0;
        Self([x * by, y * by, z * by])
    }
}

/// A ray; the direction need not be a unit vector.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ray {
    pub(super) origin: Vec3,
    pub(super) direction: Vec3,
}

/// Which side of a box a ray meets, and after how many lengths of its direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crossing {
    pub(super) distance: f64,
    /// 0, 1, 2 for x, y, z.
    pub(super) axis: usize,
}

/// Where a ray enters and leaves the box `[-half, half]`, by the slab method: the ray is inside
/// where it is between all three pairs of planes at once.
pub(super) fn through_box(ray: Ray, half: Vec3) -> Option<(Crossing, Crossing)> {
    let mut enter = Crossing {
        distance: f64::NEG_INFINITY,
        axis: 0,
    };
    let mut leave = Crossing {
        distance: f64::INFINITY,
        axis: 0,
    };
    for axis in 0..3 {
        let inverse = 1.0 / ray.direction.0[axis];
        let a = (-half.0[axis] - ray.origin.0[axis]) * inverse;
        let b = (half.0[axis] - ray.origin.0[axis]) * inverse;
        let (near, far) = if a < b { (a, b) } else { (b, a) };
        if near > enter.distance {
            enter = Crossing {
                distance: near,
                axis,
            };
        }
        if far < leave.distance {
            leave = Crossing {
                distance: far,
                axis,
            };
        }
    }
    (enter.distance < leave.distance && leave.distance > 0.0).then_some((enter, leave))
}
