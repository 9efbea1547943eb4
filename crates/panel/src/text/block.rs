//! Rectangles of characters, and how to combine them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Lines of characters; a line is as wide as a terminal shows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
}

/// Returns the number of columns that a terminal needs for a text.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Removes what would move a terminal's cursor or change its colours: plugins write the text.
fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\t' => Some(' '),
            _ if character.is_control() => None,
            // These change the direction of the surrounding text.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            _ => Some(character),
        })
        .collect()
}

/// Cuts a text at `limit` columns, with a sign that something is missing.
pub(super) fn cut(text: &str, limit: usize) -> String {
    let text = printable(text);
    if width(&text) <= limit {
        return text;
    }
    let mut kept = String::new();
    let mut used = 0;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > limit.saturating_sub(1) {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

impl Block {
    /// Makes a block of one line, which is cut if it is too long.
    pub(super) fn line(text: &str, limit: usize) -> Self {
        Self {
            lines: vec![cut(text, limit)],
        }
    }

    /// Wraps a text between words.
    pub(super) fn wrapped(text: &str, limit: usize) -> Self {
        let limit = limit.max(1);
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let paragraph = printable(paragraph);
            let indent: String = paragraph
                .chars()
                .take_while(|character| *character == ' ')
                .collect();
            let mut line = if width(&indent) < limit {
                indent
            } else {
                String::new()
            };
            let mut is_empty = true;
            for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
                if !is_empty && width(&line) + 1 + width(word) > limit {
                    lines.push(std::mem::take(&mut line));
                    is_empty = true;
                }
                if !is_empty {
                    line.push(' ');
                }
                is_empty = false;
                for character in word.chars() {
                    if width(&line) + character.width().unwrap_or(0) > limit && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                    }
                    line.push(character);
                }
            }
            lines.push(line);
        }
        Self { lines }
    }

    /// Returns the width of the widest line.
    pub(super) fn width(&self) -> usize {
        self.lines.iter().map(|line| width(line)).max().unwrap_or(0)
    }

    /// Appends `other` below this block.
    pub(super) fn below(&mut self, other: Self) {
        self.lines.extend(other.lines);
    }

    /// Appends `other` to the right of this block.
    pub(super) fn beside(&mut self, other: &Self, between: &str) {
        let left = self.width();
        let height = self.lines.len().max(other.lines.len());
        self.lines.resize(height, String::new());
        for (index, line) in self.lines.iter_mut().enumerate() {
            let right = other.lines.get(index).map_or("", String::as_str);
            if right.is_empty() && between.trim().is_empty() {
                continue;
            }
            pad(line, left);
            line.push_str(between);
            line.push_str(right);
        }
    }

    /// Moves the block to the right.
    pub(super) fn indented(mut self, columns: usize) -> Self {
        for line in self.lines.iter_mut().filter(|line| !line.is_empty()) {
            line.insert_str(0, &" ".repeat(columns));
        }
        self
    }

    /// Centres the block in `limit` columns.
    pub(super) fn centered(self, limit: usize) -> Self {
        let room = limit.saturating_sub(self.width());
        self.indented(room / 2)
    }

    /// Draws a frame of `limit` columns with a title around the block.
    pub(super) fn framed(self, title: &str, limit: usize) -> Self {
        let inner = limit.saturating_sub(4);
        let title = cut(title, inner.saturating_sub(2));
        let mut top = String::from("┌");
        if !title.is_empty() {
            top.push_str(&format!(" {title} "));
        }
        while width(&top) < limit.saturating_sub(1) {
            top.push('─');
        }
        top.push('┐');
        let mut lines = vec![top];
        for line in self.lines {
            // Content that is still too wide (a table with many columns) is cut here.
            let mut line = cut(&line, inner);
            pad(&mut line, inner);
            lines.push(format!("│ {line} │"));
        }
        lines.push(format!("└{}┘", "─".repeat(limit.saturating_sub(2))));
        Self { lines }
    }
}

/// Fills a line with spaces up to `columns`.
pub(super) fn pad(line: &mut String, columns: usize) {
    for _ in width(line)..columns {
        line.push(' ');
    }
}
