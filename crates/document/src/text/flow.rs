//! Blocks, lines and rows of text.

use unicode_width::UnicodeWidthStr;

use super::controls;
use crate::changes::{Content, Snapshot};
use crate::style::computed::Style;

/// Draws elements in columns.
pub(super) struct Flow<'a> {
    width: usize,
    embedded: &'a str,
}

/// Removes what would move a terminal's cursor or change the direction of text.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\t' | '\n' | '\u{a0}' => Some(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            _ => (!character.is_control()).then_some(character),
        })
        .collect()
}

fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

fn is_block(element: &str, style: &Style) -> bool {
    const INLINE: [&str; 4] = ["inline", "inline-block", "inline-flex", "table-cell"];
    element != "option" && !INLINE.iter().any(|display| style.is("display", display))
}

impl<'a> Flow<'a> {
    pub(super) fn new(width: usize, embedded: &'a str) -> Self {
        Self { width, embedded }
    }

    /// Draws an element as lines. The depth of snapshots is bounded.
    pub(super) fn lines(&self, snapshot: &Snapshot) -> Vec<String> {
        let Content::Element {
            element,
            id,
            attributes,
            style,
            children,
            ..
        } = &snapshot.content
        else {
            return self.wrapped(&self.inline(snapshot));
        };
        if style.is("display", "none") || style.is("visibility", "hidden") {
            return Vec::new();
        }
        if id.as_deref() == Some("im-root") && !self.embedded.is_empty() {
            return self.embedded.lines().map(printable).collect();
        }
        if element == "hr" {
            return vec!["─".repeat(self.width)];
        }
        if element == "button" || controls::draw(element, attributes, &[]).is_some() {
            return self.wrapped(&self.inline(snapshot));
        }
        if style.is("white-space", "pre") {
            let text = texts(snapshot);
            return text.trim_matches('\n').lines().map(printable).collect();
        }
        let is_flex = style.is("display", "flex") || style.is("display", "inline-flex");
        let is_row = is_flex
            && !style.is("flex-direction", "column")
            && !style.is("flex-direction", "column-reverse");
        if is_row || style.is("display", "table-row") {
            return self.row(children, if is_row { "  " } else { " | " });
        }
        let mut lines = self.stacked(children, is_flex);
        if element == "li" {
            for (index, line) in lines.iter_mut().enumerate() {
                line.insert_str(0, if index == 0 { "- " } else { "  " });
            }
        }
        lines
    }

    /// Draws children below each other; those that are no blocks share lines.
    fn stacked(&self, children: &[Snapshot], is_column: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for child in children {
            match &child.content {
                Content::Element { style, .. } if style.is("display", "none") => {}
                Content::Element { element, style, .. }
                    if is_column || is_block(element, style) =>
                {
                    lines.extend(self.wrapped(&std::mem::take(&mut line)));
                    lines.extend(self.lines(child));
                }
                Content::Element { element, .. } if element == "br" => line.push('\n'),
                Content::Element {
                    element,
                    attributes,
                    ..
                } if element == "button" || controls::draw(element, attributes, &[]).is_some() => {
                    // White space alone is no text, so that controls would touch each other.
                    line.push(' ');
                    line.push_str(&self.inline(child));
                }
                _ => line.push_str(&self.inline(child)),
            }
        }
        lines.extend(self.wrapped(&line));
        lines
    }

    /// Draws children beside each other, or below each other if there is no room.
    fn row(&self, children: &[Snapshot], between: &str) -> Vec<String> {
        let blocks: Vec<Vec<String>> = children
            .iter()
            .map(|child| self.lines(child))
            .filter(|block| !block.is_empty())
            .collect();
        let widths: Vec<usize> = blocks
            .iter()
            .map(|block| block.iter().map(|line| width(line)).max().unwrap_or(0))
            .collect();
        let total: usize =
            widths.iter().sum::<usize>() + width(between) * blocks.len().saturating_sub(1);
        if total > self.width {
            return blocks.into_iter().flatten().collect();
        }
        let height = blocks.iter().map(Vec::len).max().unwrap_or(0);
        let mut lines = Vec::with_capacity(height);
        for index in 0..height {
            let mut line = String::new();
            for (at, (block, columns)) in blocks.iter().zip(&widths).enumerate() {
                if at > 0 {
                    line.push_str(between);
                }
                let part = block.get(index).map_or("", String::as_str);
                line.push_str(part);
                line.extend((width(part)..*columns).map(|_| ' '));
            }
            lines.push(line);
        }
        lines
    }

    /// Draws an element or text within a line. `\n` is a break.
    fn inline(&self, snapshot: &Snapshot) -> String {
        let (element, attributes, style, children) = match &snapshot.content {
            Content::Text { text } => return printable(text),
            Content::Element {
                element,
                attributes,
                style,
                children,
                ..
            } => (element, attributes, style, children),
        };
        if style.is("display", "none") || style.is("visibility", "hidden") {
            return String::new();
        }
        if let Some(control) = controls::draw(element, attributes, children) {
            return printable(&control);
        }
        if element == "br" {
            return "\n".to_owned();
        }
        let inner: String = children.iter().map(|child| self.inline(child)).collect();
        match element.as_str() {
            "button" => format!("[ {} ]", collapsed(&inner)),
            _ if style.is("text-transform", "uppercase") => inner.to_uppercase(),
            _ if style.is("text-transform", "lowercase") => inner.to_lowercase(),
            _ => inner,
        }
    }

    /// Wraps a text between words.
    fn wrapped(&self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let paragraphs = text.split('\n');
        let is_broken = text.contains('\n');
        for paragraph in paragraphs {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                if !line.is_empty() && width(&line) + 1 + width(word) > self.width {
                    lines.push(std::mem::take(&mut line));
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            if !line.is_empty() || is_broken {
                lines.push(line);
            }
        }
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn texts(snapshot: &Snapshot) -> String {
    match &snapshot.content {
        Content::Text { text } => text.clone(),
        Content::Element { children, .. } => children.iter().map(texts).collect(),
    }
}
