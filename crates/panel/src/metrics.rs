//! How wide and high the front end's font draws a text.
//!
//! A front end measures by a function. A panel that is drawn in another process cannot call it for
//! each text, so a table is made of it once: the widths of the usual characters.

use crate::value::Vec2;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, OnceLock};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The size of a character of an unknown font, in pixels.
const CHARACTER: Vec2 = Vec2::of(7.0, 16.0);

/// The characters of a table: printable ASCII, Latin-1 and Latin Extended-A.
const USUAL: [std::ops::RangeInclusive<char>; 2] = [' '..='~', '\u{a0}'..='\u{17f}'];

/// Measures a line in a font of `size` pixels, 0 for the usual one: its width and its height in pixels.
type Measure = dyn Fn(&str, f32) -> (f32, f32) + Send + Sync;

/// Measures texts. Without a function of the front end it is an estimate: 7 pixels for a character,
/// 16 for a line. Two are equal if they measure by the same function.
#[derive(Clone, Default)]
pub struct TextMetrics(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    Estimate,
    Measured(Arc<Measured>),
    Table(Arc<FontTable>),
}

struct Measured {
    identity: Option<[usize; 2]>,
    measure: Box<Measure>,
    table: OnceLock<Arc<FontTable>>,
}

/// The widths of the usual characters of a font, in pixels before scaling, for another process. Kerning is
/// not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FontTable {
    line_height: f32,
    /// The width of each character of [`USUAL`].
    widths: Vec<f32>,
    /// The width of other characters, for one column of a terminal.
    other: f32,
}

impl TextMetrics {
    /// Measures by a function of the front end, which gets one line at a time and the size of the font
    /// in pixels, 0 for the usual one, and returns width and height in pixels before scaling. It is
    /// called on the thread that draws, without the GIL.
    pub fn new(measure: impl Fn(&str, f32) -> (f32, f32) + Send + Sync + 'static) -> Self {
        Self::made(None, Box::new(measure))
    }

    /// As [`TextMetrics::new`], for a front end that sets it before each drawing: what has the same
    /// identity is equal, and requests no drawing.
    pub fn identified(
        identity: [usize; 2],
        measure: impl Fn(&str, f32) -> (f32, f32) + Send + Sync + 'static,
    ) -> Self {
        Self::made(Some(identity), Box::new(measure))
    }

    fn made(identity: Option<[usize; 2]>, measure: Box<Measure>) -> Self {
        Self(Source::Measured(Arc::new(Measured {
            identity,
            measure,
            table: OnceLock::new(),
        })))
    }

    /// Measures by a table.
    #[must_use]
    pub fn of_table(table: FontTable) -> Self {
        Self(Source::Table(Arc::new(table)))
    }

    /// Returns whether it calls a function of the front end.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        matches!(self.0, Source::Measured(_))
    }

    /// Returns the size of a text of one or several lines, in pixels.
    #[must_use]
    pub fn size(&self, text: &str) -> Vec2 {
        let mut lines = text.lines();
        let mut size = self.line(lines.next().unwrap_or_default());
        for line in lines {
            let next = self.line(line);
            size = Vec2::new(size.x().max(next.x()), size.y() + next.y());
        }
        size
    }

    /// Returns the height of a line, in pixels.
    #[must_use]
    pub fn line_height(&self) -> f32 {
        self.line("Ag").y()
    }

    fn line(&self, line: &str) -> Vec2 {
        match &self.0 {
            Source::Estimate => Vec2::new(line.width() as f32 * CHARACTER.x(), CHARACTER.y()),
            Source::Measured(measured) => measured.line(line),
            Source::Table(table) => table.line(line),
        }
    }

    /// Returns the table of the font, or `None` if nothing is known of it. It is made once.
    #[must_use]
    pub fn table(&self) -> Option<Arc<FontTable>> {
        match &self.0 {
            Source::Estimate => None,
            Source::Measured(measured) => Some(Arc::clone(
                measured
                    .table
                    .get_or_init(|| Arc::new(FontTable::of(measured))),
            )),
            Source::Table(table) => Some(Arc::clone(table)),
        }
    }
}

impl Measured {
    fn line(&self, line: &str) -> Vec2 {
        let (width, height) = (self.measure)(line, 0.0);
        let size = Vec2::new(width, height);
        Vec2::new(size.x().max(0.0), size.y().max(0.0))
    }
}

impl FontTable {
    fn of(measured: &Measured) -> Self {
        // The second of two: the width of one alone may have the bearings of the glyph in it.
        let width = |character: char| {
            let two = measured.line(&String::from_iter([character, character]));
            let one = measured.line(character.encode_utf8(&mut [0; 4]));
            (two.x() - one.x()).max(0.0)
        };
        let widths: Vec<f32> = USUAL.into_iter().flatten().map(width).collect();
        let other = widths.iter().sum::<f32>() / widths.len() as f32;
        Self {
            line_height: measured.line("Ag").y(),
            widths,
            other,
        }
    }

    fn width_of(&self, character: char) -> f32 {
        let mut before = 0;
        for range in USUAL {
            let length = u32::from(*range.end()) - u32::from(*range.start()) + 1;
            if range.contains(&character) {
                let at = before + u32::from(character) - u32::from(*range.start());
                let width = usize::try_from(at).ok().and_then(|at| self.widths.get(at));
                return width.copied().unwrap_or(self.other);
            }
            before += length;
        }
        character.width().unwrap_or(0) as f32 * self.other
    }

    fn line(&self, line: &str) -> Vec2 {
        let width = line.chars().map(|character| self.width_of(character)).sum();
        Vec2::new(width, self.line_height)
    }
}

impl PartialEq for TextMetrics {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Source::Estimate, Source::Estimate) => true,
            (Source::Measured(one), Source::Measured(two)) => {
                Arc::ptr_eq(one, two) || (one.identity.is_some() && one.identity == two.identity)
            }
            (Source::Table(one), Source::Table(two)) => one == two,
            _ => false,
        }
    }
}

impl fmt::Debug for TextMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Estimate => "TextMetrics(estimate)",
            Source::Measured(_) => "TextMetrics(measured)",
            Source::Table(_) => "TextMetrics(table)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A font whose `i` is thin, and that draws `AV` closer.
    fn measure(line: &str, _: f32) -> (f32, f32) {
        let width = |character| if character == 'i' { 3.0 } else { 8.0 };
        let kerning = if line.contains("AV") { 1.5 } else { 0.0 };
        (1.0 + line.chars().map(width).sum::<f32>() - kerning, 20.0)
    }

    #[test]
    fn an_unknown_font_is_estimated() {
        let unknown = TextMetrics::default();
        assert_eq!(unknown.size("abc\nd"), Vec2::new(21.0, 32.0));
        assert_eq!(unknown.size(""), Vec2::new(0.0, 16.0));
        assert_eq!((unknown.line_height(), unknown.table()), (16.0, None));
    }

    #[test]
    fn the_front_end_measures_each_line() {
        let font = TextMetrics::new(measure);
        assert_eq!(font.size("iAV\nii"), Vec2::new(18.5, 40.0));
        assert_eq!(font.line_height(), 20.0);
        let wrong = TextMetrics::new(|_, _| (f32::NAN, -4.0));
        assert_eq!(wrong.size("a"), Vec2::ZERO);
    }

    #[test]
    fn a_table_measures_as_the_font_does_but_for_kerning() {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        let font = TextMetrics::new(|line, size| {
            CALLS.fetch_add(1, Ordering::Relaxed);
            measure(line, size)
        });
        let table = font.table().unwrap();
        let calls = CALLS.load(Ordering::Relaxed);
        let json = serde_json::to_string(&*font.table().unwrap()).unwrap();
        assert_eq!(CALLS.load(Ordering::Relaxed), calls, "it is made once");
        let read: FontTable = serde_json::from_str(&json).unwrap();
        assert_eq!(read, *table);
        let there = TextMetrics::of_table(read);
        assert_eq!(there.size("iAV\nöi"), Vec2::new(19.0, 40.0));
        let other = there.size("語").x() / 2.0;
        assert!(other > 7.0 && other < 8.0, "the mean: {other}");
        // A table that another process has cut.
        let cut = TextMetrics::of_table(FontTable {
            widths: vec![],
            ..(*table).clone()
        });
        assert_eq!(cut.size("i").x(), table.other);
    }

    #[test]
    fn what_measures_by_the_same_function_is_equal() {
        let (one, two) = (TextMetrics::new(measure), TextMetrics::new(measure));
        assert_eq!(one, one.clone());
        assert_ne!(one, two);
        assert_ne!(one, TextMetrics::default());
        let known = |identity| TextMetrics::identified([identity, 0], measure);
        assert_eq!(known(1), known(1));
        assert_ne!(known(1), known(2));
    }
}
