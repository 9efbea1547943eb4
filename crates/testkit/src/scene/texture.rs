//! Surfaces that never repeat: value noise of several sizes, from a seed alone.

/// The largest blobs, in metres; each further layer is half as large.
const COARSEST: f64 = 0.64;
const LAYERS: u32 = 9;
/// Steepens the sum of the layers, so that blobs have edges for a feature detector to find.
const CONTRAST: f64 = 2.1;

/// A well-mixed 64-bit number (the finalizer of `SplitMix64`).
pub(super) fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in 0..1 for a key; the same key always gives the same number.
pub(super) fn uniform(key: u64) -> f64 {
    // The upper 53 bits fill the mantissa exactly.
    (mix(key) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The grey value (0..1) of surface `key` at `(u, v)` metres, seen by pixels `footprint` metres
/// wide: layers finer than the pixels fade out, as a lens would blur them.
pub(super) fn grey(key: u64, u: f64, v: f64, footprint: f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    let mut cell = COARSEST;
    for layer in 0..LAYERS {
        let visible = ((cell / footprint - 1.5) / 1.5).clamp(0.0, 1.0);
        if visible == 0.0 {
            break;
        }
        sum += visible * (noise(mix(key ^ u64::from(layer)), u / cell, v / cell) - 0.5);
        // Not the sum of `visible`: a far surface loses contrast in detail, not in brightness.
        weights += 0.55;
        cell *= 0.5;
    }
    (0.5 + CONTRAST * sum / f64::max(weights, 1.0)).clamp(0.02, 0.98)
}

/// Random values on a grid of whole numbers, blended smoothly between them.
fn noise(key: u64, u: f64, v: f64) -> f64 {
    let (column, row) = (u.floor(), v.floor());
    let (x, y) = (smooth(u - column), smooth(v - row));
    let (column, row) = (column as i64, row as i64);
    let top = blend(corner(key, column, row), corner(key, column + 1, row), x);
    let bottom = blend(
        corner(key, column, row + 1),
        corner(key, column + 1, row + 1),
        x,
    );
    blend(top, bottom, y)
}

fn corner(key: u64, column: i64, row: i64) -> f64 {
    let at = (column as u64).wrapping_mul(0x8cb9_2ba7_2f3d_8dd7)
        ^ (row as u64).wrapping_mul(0xd6e8_feb8_6659_fd93);
    uniform(key ^ at)
}

fn blend(a: f64, b: f64, t: f64) -> f64 {
    a + (b - a) * t
}

fn smooth(t: f64) -> f64 {
    t * t * (3.0 - 2.0 * t)
}
