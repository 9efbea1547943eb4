//! Texts with names, and locations in them as people and editors count.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A location in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters (Unicode scalar values).
    pub column: u32,
    /// The offset from the start of the file, in bytes.
    pub offset: u32,
}

/// A text and the name under which it is reported.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
    /// The offset of the first byte of each line.
    starts: Vec<u32>,
}

impl Source {
    pub(crate) fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Arc<Self> {
        let text = text.into();
        let after_line_ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let mut starts = vec![0];
        starts.extend(after_line_ends.map(|(at, _)| offset(at + 1)));
        Arc::new(Self {
            name: name.into(),
            text,
            starts,
        })
    }

    /// Converts an offset in bytes. One that is outside the text or within a character is moved to
    /// the character before it.
    fn position(&self, offset: u32) -> Position {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let offset = self::offset(at);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied();
        let before = self.text.get(start.unwrap_or(0) as usize..at);
        Position {
            line: self::offset(line),
            column: self::offset(before.unwrap_or("").chars().count() + 1),
            offset,
        }
    }
}

/// Sources are at most `MAX_SOURCE` bytes long, so offsets fit.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Where something is written: a source and an offset in it, converted to a line when needed.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) source: Arc<Source>,
    pub(crate) offset: u32,
}

impl Origin {
    pub(crate) fn new(source: &Arc<Source>, at: usize) -> Self {
        Self {
            source: Arc::clone(source),
            offset: offset(at),
        }
    }

    /// Returns the location `by` bytes later.
    pub(crate) fn after(&self, by: usize) -> Self {
        Self {
            source: Arc::clone(&self.source),
            offset: self.offset.saturating_add(offset(by)),
        }
    }

    pub(crate) fn position(&self) -> Position {
        self.source.position(self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_with_a_line_feed() {
        let source = Source::new("a", "é\r\nxy\n");
        let at = |offset| {
            let found = source.position(offset);
            (found.line, found.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(1), (1, 1), "within the first character");
        assert_eq!(at(2), (1, 2));
        assert_eq!(at(5), (2, 2));
        assert_eq!(at(7), (3, 1));
        assert_eq!(at(900), (3, 1));
        assert_eq!(Source::new("a", "").position(3).column, 1);
    }
}
