//! Locations in a file, as people and editors count them.

use std::ops::Range;

use serde::Serialize;

/// A location in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters (Unicode scalar values).
    pub column: usize,
    /// The offset from the start of the file, in bytes.
    pub offset: usize,
}

/// A range of a text, from `start` up to but without `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Span {
    /// The location of the first character.
    pub start: Position,
    /// The location after the last character.
    pub end: Position,
}

impl Span {
    /// Returns the range in bytes, for slicing the text.
    #[must_use]
    pub fn bytes(&self) -> Range<usize> {
        self.start.offset..self.end.offset
    }
}

/// Converts byte ranges of a text to [`Span`]s.
pub(crate) struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The number of characters before each multiple of [`BLOCK`] bytes, so that a column in a very
    /// long line is found without counting the whole line.
    characters: Vec<usize>,
}

const BLOCK: usize = 512;

impl<'a> LineIndex<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, b)| *b == b'\n')
                .map(|(at, _)| at + 1),
        );
        let mut count = 0;
        let characters = text
            .as_bytes()
            .chunks(BLOCK)
            .map(|block| {
                let before = count;
                count += starting(block);
                before
            })
            .collect();
        Self {
            text,
            starts,
            characters,
        }
    }

    /// Converts a byte range. If a parser was imprecise, the range is moved into the text and to
    /// whole characters.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let start = self.floor(range.start);
        let end = self.floor(range.end.max(start));
        Span {
            start: self.position(start),
            end: self.position(end),
        }
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn characters_before(&self, offset: usize) -> usize {
        // An offset at the very end may be after the last block.
        let block = (offset / BLOCK).min(self.characters.len().saturating_sub(1));
        let before = self.characters.get(block).copied().unwrap_or(0);
        before
            + self
                .text
                .as_bytes()
                .get(block * BLOCK..offset)
                .map_or(0, starting)
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let before = if offset - start < BLOCK {
            self.text.as_bytes().get(start..offset).map_or(0, starting)
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        let column = before + 1;
        Position {
            line,
            column,
            offset,
        }
    }
}

/// Counts the characters that start in a part of a text: all bytes but continuation bytes.
fn starting(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let index = LineIndex::new("a\r\nnäme = 1\n");
        let span = index.span(3..8);
        assert_eq!(
            (span.start.line, span.start.column, span.start.offset),
            (2, 1, 3)
        );
        assert_eq!((span.end.line, span.end.column, span.end.offset), (2, 5, 8));
    }

    #[test]
    fn columns_of_long_lines_are_counted_by_blocks() {
        let text = "ä".repeat(2048);
        let index = LineIndex::new(&text);
        for characters in [0, 1, 255, 256, 257, 1024, 1999, 2048] {
            assert_eq!(
                index.span(2 * characters..4096).start.column,
                characters + 1
            );
        }
    }

    #[test]
    fn ranges_outside_are_moved_inside() {
        let index = LineIndex::new("ä");
        assert_eq!(index.span(1..99).bytes(), 0..2);
        assert_eq!(LineIndex::new("").span(5..9).bytes(), 0..0);
        assert_eq!(LineIndex::new("x\n").span(2..2).start.line, 2);
    }
}
