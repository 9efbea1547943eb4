//! Reading a pipe to its end, line by line, whatever is in it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use serde::{Deserialize, Serialize};

/// How many of the last lines of a child are kept.
pub const TAIL_LINES: usize = 100;

/// Longer lines are passed on in pieces of this many bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// One of the two output pipes of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line that a child wrote, without its end. What is not UTF-8 is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Line {
    /// The pipe that it came from.
    pub stream: Stream,
    /// Its text.
    pub text: String,
}

impl Line {
    /// A line, without its end.
    #[must_use]
    pub fn new(stream: Stream, text: impl Into<String>) -> Self {
        Self {
            stream,
            text: text.into(),
        }
    }
}

type OnBytes = dyn Fn(Stream, &[u8]) + Send + Sync;

/// What receives the output of a child, on the threads that read its pipes.
pub(super) enum Sink {
    /// Each line as it comes. The last ones are kept as the tail of the child.
    Lines(Box<dyn Fn(Line) + Send + Sync>),
    /// The bytes as they come, with no tail.
    Bytes(Box<OnBytes>),
}

impl Sink {
    /// Reads a pipe to its end. `keep` is called with the text of each line before the line is
    /// passed on.
    pub(super) fn read(&self, pipe: impl Read, stream: Stream, keep: &dyn Fn(&str)) {
        match self {
            Self::Lines(on_line) => drain(pipe, stream, &|line| {
                keep(&line.text);
                on_line(line);
            }),
            Self::Bytes(on_bytes) => copy(pipe, &|bytes| on_bytes(stream, bytes)),
        }
    }
}

/// Reads until the end or an error.
fn copy(pipe: impl Read, give: &dyn Fn(&[u8])) {
    let mut reader = BufReader::with_capacity(LONGEST_LINE, pipe);
    loop {
        let length = match reader.fill_buf() {
            Ok([]) | Err(_) => return,
            Ok(chunk) => {
                give(chunk);
                chunk.len()
            }
        };
        reader.consume(length);
    }
}

/// Reads until the end or an error. Lines end with `\n`, `\r\n` or `\r`: progress bars use the
/// last one.
fn drain(pipe: impl Read, stream: Stream, give: &dyn Fn(Line)) {
    let mut reader = BufReader::with_capacity(LONGEST_LINE, pipe);
    let mut line: Vec<u8> = Vec::new();
    let flush = |line: &mut Vec<u8>| {
        let text = String::from_utf8_lossy(line).into_owned();
        line.clear();
        give(Line { stream, text });
    };
    let mut after_return = false;
    loop {
        let chunk = match reader.fill_buf() {
            Ok([]) | Err(_) => break,
            Ok(chunk) => chunk,
        };
        let length = chunk.len();
        for &byte in chunk {
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => flush(&mut line),
                _ => line.push(byte),
            }
            after_return = byte == b'\r';
            if line.len() == LONGEST_LINE {
                flush(&mut line);
            }
        }
        reader.consume(length);
    }
    if !line.is_empty() {
        flush(&mut line);
    }
}

/// The last lines of a child.
#[derive(Debug, Default)]
pub(super) struct Tail(VecDeque<String>);

impl Tail {
    pub(super) fn push(&mut self, text: &str) {
        if self.0.len() == TAIL_LINES {
            self.0.pop_front();
        }
        self.0.push_back(text.to_owned());
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn lines(bytes: &[u8]) -> Vec<String> {
        let found = RefCell::new(Vec::new());
        drain(bytes, Stream::Stderr, &|line| {
            found.borrow_mut().push(line.text);
        });
        found.into_inner()
    }

    #[test]
    fn splits_at_every_kind_of_line_end() {
        assert_eq!(lines(b"a\nb\r\nc\rd\n\ne"), ["a", "b", "c", "d", "", "e"]);
    }

    #[test]
    fn garbage_is_kept_readable_and_long_lines_are_cut() {
        assert_eq!(lines(b"\xff\xfe\n"), ["\u{fffd}\u{fffd}"]);
        let long = vec![b'x'; LONGEST_LINE * 2 + 1];
        assert_eq!(
            lines(&long).iter().map(String::len).collect::<Vec<_>>(),
            [LONGEST_LINE, LONGEST_LINE, 1]
        );
    }

    #[test]
    fn the_tail_has_the_last_lines() {
        let mut tail = Tail::default();
        for number in 0..TAIL_LINES + 5 {
            tail.push(&number.to_string());
        }
        assert_eq!(tail.lines().len(), TAIL_LINES);
        assert_eq!(tail.lines()[0], "5");
    }
}
