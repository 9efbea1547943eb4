//! The numbers of an array as pixels: red, green, blue and opacity, a byte each.

use std::ops::Range;

/// The type of the numbers of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// From 0 to 255.
    U8,
    /// 0 or 255.
    Bool,
    /// From 0 to 255, as the ones below.
    I32,
    I64,
    /// From 0 to 1, as the ones below.
    F16,
    BF16,
    F32,
    F64,
}

impl Kind {
    /// The types that are taken, for messages.
    pub(super) const EXPECTED: &'static str =
        "uint8, int32, int64 (0 to 255), float16, float32, float64 (0 to 1), or bool";

    /// Returns the size of one number in bytes.
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::Bool => 1,
            Self::F16 | Self::BF16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::I64 | Self::F64 => 8,
        }
    }

    /// Returns the type with this letter of NumPy and this size in bytes.
    pub(super) fn of_letter(letter: char, bytes: usize) -> Option<Self> {
        Some(match (letter, bytes) {
            ('u', 1) => Self::U8,
            ('b', 1) => Self::Bool,
            ('i', 4) => Self::I32,
            ('i', 8) => Self::I64,
            ('f', 2) => Self::F16,
            ('f', 4) => Self::F32,
            ('f', 8) => Self::F64,
            _ => return None,
        })
    }
}

/// An array of numbers in memory: height x width x channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    /// Where the first number is.
    address: usize,
    shape: [usize; 3],
    /// The distances in bytes between neighbours, in each direction.
    strides: [isize; 3],
    kind: Kind,
}

impl Numbers {
    /// Describes an array. Without strides it lies in one piece, row by row.
    ///
    /// # Safety
    /// All numbers can be read as long as this is used.
    pub(super) unsafe fn new(
        address: usize,
        shape: [usize; 3],
        strides: Option<[isize; 3]>,
        kind: Kind,
    ) -> Self {
        let size = kind.bytes() as isize;
        let [_, width, channels] = shape.map(|length| length as isize);
        let strides = strides.unwrap_or([
            width.wrapping_mul(channels).wrapping_mul(size),
            channels.wrapping_mul(size),
            size,
        ]);
        Self {
            address,
            shape,
            strides,
            kind,
        }
    }

    /// Returns width and height, in pixels.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.shape[1] as u64, self.shape[0] as u64)
    }

    /// Returns the size of the pixels of a row, in bytes.
    pub(super) fn row_bytes(&self) -> usize {
        self.shape[1] * 4
    }

    /// Returns how many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.shape[0]
    }

    /// Writes the pixels of some rows; `pixels` has the size of them.
    pub(super) fn write(&self, rows: Range<usize>, pixels: &mut [u8]) {
        match self.kind {
            Kind::U8 => self.write_as::<u8>(rows, pixels),
            Kind::Bool => self.write_as::<Truth>(rows, pixels),
            Kind::I32 => self.write_as::<i32>(rows, pixels),
            Kind::I64 => self.write_as::<i64>(rows, pixels),
            Kind::F16 => self.write_as::<Half>(rows, pixels),
            Kind::BF16 => self.write_as::<Brain>(rows, pixels),
            Kind::F32 => self.write_as::<f32>(rows, pixels),
            Kind::F64 => self.write_as::<f64>(rows, pixels),
        }
    }

    fn write_as<T: Number>(&self, rows: Range<usize>, pixels: &mut [u8]) {
        match self.shape[2] {
            1 => self.write_pixels::<T, 1>(rows, pixels),
            3 => self.write_pixels::<T, 3>(rows, pixels),
            _ => self.write_pixels::<T, 4>(rows, pixels),
        }
    }

    fn write_pixels<T: Number, const CHANNELS: usize>(
        &self,
        rows: Range<usize>,
        pixels: &mut [u8],
    ) {
        let begin = std::ptr::with_exposed_provenance::<u8>(self.address);
        let [down, right, next] = self.strides;
        let mut pixels = pixels.chunks_exact_mut(4);
        for row in rows.start..rows.end.min(self.shape[0]) {
            for column in 0..self.shape[1] {
                let Some(pixel) = pixels.next() else {
                    return;
                };
                let read = |channel: isize| {
                    let at = down * row as isize + right * column as isize + next * channel;
                    // SAFETY: it is inside the array, all of which can be read as `new` demands. The
                    // memory may not be aligned.
                    unsafe { begin.offset(at).cast::<T>().read_unaligned() }.byte()
                };
                let color = match CHANNELS {
                    1 => [read(0); 3],
                    _ => [read(0), read(1), read(2)],
                };
                pixel[..3].copy_from_slice(&color);
                pixel[3] = if CHANNELS == 4 { read(3) } else { 255 };
            }
        }
    }
}

/// A number of an array.
trait Number: Copy {
    /// Returns it as a component of a colour.
    fn byte(self) -> u8;
}

impl Number for u8 {
    fn byte(self) -> u8 {
        self
    }
}

impl Number for i32 {
    fn byte(self) -> u8 {
        self.clamp(0, 255) as u8
    }
}

impl Number for i64 {
    fn byte(self) -> u8 {
        self.clamp(0, 255) as u8
    }
}

impl Number for f32 {
    /// The nearest of 256 steps; NaN is 0.
    fn byte(self) -> u8 {
        (self * 255.0 + 0.5) as u8
    }
}

impl Number for f64 {
    fn byte(self) -> u8 {
        (self as f32).byte()
    }
}

/// A truth value: a byte, of which any but 0 is true.
#[derive(Clone, Copy)]
struct Truth(u8);

impl Number for Truth {
    fn byte(self) -> u8 {
        if self.0 == 0 { 0 } else { 255 }
    }
}

/// A number of 16 bits, as IEEE 754 has it.
#[derive(Clone, Copy)]
struct Half(u16);

impl Number for Half {
    fn byte(self) -> u8 {
        let (exponent, fraction) = ((self.0 >> 10) & 31, u32::from(self.0 & 1023));
        let is_negative = self.0 >> 15 != 0;
        match exponent {
            _ if is_negative => 0,
            31 if fraction != 0 => 0,
            31 => 255,
            // Too small to be seen.
            0 => 0,
            _ => f32::from_bits(((u32::from(exponent) + 112) << 23) | (fraction << 13)).byte(),
        }
    }
}

/// The upper 16 bits of a number of 32.
#[derive(Clone, Copy)]
struct Brain(u16);

impl Number for Brain {
    fn byte(self) -> u8 {
        f32::from_bits(u32::from(self.0) << 16).byte()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels<T>(data: &[T], shape: [usize; 3], kind: Kind) -> Vec<u8> {
        let address = data.as_ptr().expose_provenance();
        // SAFETY: the tests give as many numbers as the shape says.
        let numbers = unsafe { Numbers::new(address, shape, None, kind) };
        let mut pixels = vec![9; shape[0] * numbers.row_bytes()];
        numbers.write(0..shape[0], &mut pixels);
        pixels
    }

    #[test]
    fn one_three_and_four_channels() {
        assert_eq!(
            pixels(&[7_u8, 8], [1, 2, 1], Kind::U8),
            [7, 7, 7, 255, 8, 8, 8, 255]
        );
        assert_eq!(pixels(&[1_u8, 2, 3], [1, 1, 3], Kind::U8), [1, 2, 3, 255]);
        assert_eq!(pixels(&[1_u8, 2, 3, 4], [1, 1, 4], Kind::U8), [1, 2, 3, 4]);
    }

    #[test]
    fn numbers_of_every_type_are_rounded_and_limited() {
        let of = |pixels: Vec<u8>| pixels.iter().step_by(4).copied().collect::<Vec<_>>();
        let floats = [0.0, 1.0, 0.5, -1.0, 2.0, f32::NAN, f32::INFINITY, 0.2];
        assert_eq!(
            of(pixels(&floats, [8, 1, 1], Kind::F32)),
            [0, 255, 128, 0, 255, 0, 255, 51]
        );
        let doubles = floats.map(f64::from);
        assert_eq!(
            of(pixels(&doubles, [8, 1, 1], Kind::F64)),
            of(pixels(&floats, [8, 1, 1], Kind::F32))
        );
        // 0, 1, 0.5, -1, 2, NaN, infinity, 0.2
        let halves = [
            0_u16, 0x3c00, 0x3800, 0xbc00, 0x4000, 0x7e00, 0x7c00, 0x3266,
        ];
        assert_eq!(
            of(pixels(&halves, [8, 1, 1], Kind::F16)),
            [0, 255, 128, 0, 255, 0, 255, 51]
        );
        let brains = floats.map(|number| (number.to_bits() >> 16) as u16);
        assert_eq!(
            of(pixels(&brains, [8, 1, 1], Kind::BF16)),
            [0, 255, 128, 0, 255, 0, 255, 51]
        );
        assert_eq!(
            of(pixels(&[-3_i32, 0, 200, 300], [4, 1, 1], Kind::I32)),
            [0, 0, 200, 255]
        );
        assert_eq!(
            of(pixels(&[i64::MIN, 9, i64::MAX], [3, 1, 1], Kind::I64)),
            [0, 9, 255]
        );
        assert_eq!(
            of(pixels(&[0_u8, 1, 2], [3, 1, 1], Kind::Bool)),
            [0, 255, 255]
        );
    }

    #[test]
    fn strides_lead_in_any_direction() {
        let data = [1_u8, 2, 3, 4, 5, 6];
        let last = data.as_ptr().expose_provenance() + 5;
        // SAFETY: two rows of three, from the end to the beginning.
        let numbers = unsafe { Numbers::new(last, [2, 3, 1], Some([-3, -1, 1]), Kind::U8) };
        let mut pixels = vec![0; 12];
        numbers.write(1..2, &mut pixels);
        assert_eq!(pixels, [3, 3, 3, 255, 2, 2, 2, 255, 1, 1, 1, 255]);
    }
}
