//! Checks what the other process has pickled before Python reads it.
//!
//! A pickle is a program for a small machine. This machine runs it without making any object, and
//! refuses it unless each of its steps is one that `crossing.py` writes: plain values, containers,
//! and calls of a few constructors by name with plain arguments. So what arrives can call nothing
//! else, change no class, and cannot be nested so deeply that hashing it would overflow the stack.
//! Python's own unpickler looks names up in a list as well (`PeerUnpickler.find_class`).

use std::str;

/// How deep containers may be nested. Python's pickler gives up at about as many.
pub(super) const MAX_DEPTH: u16 = 1000;
/// How many buffers may come beside the pickle; the sender puts further ones into it.
pub(super) const MAX_BUFFERS: usize = 4096;
/// A value takes at most so many times its bytes in memory, so there may be one in this many bytes
/// of the longest message.
const BYTES_OF_VALUE: u64 = 16;

/// Why a pickle is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// A bound was reached.
    Bound(String),
    /// It does what may not be done.
    Forbidden(String),
}

fn forbidden<T>(what: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Forbidden(what.into()))
}

/// What may be done with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// A value: a class that is passed on. It is not called.
    Value,
    /// Called with plain arguments; makes a plain value.
    Makes,
    /// The same, and items are put into what it makes.
    MakesDict,
    MakesList,
    /// Called with plain arguments. What it makes may act when it is used.
    MakesLive,
    /// Called with any arguments, which it keeps.
    Keeps,
}

fn rule(module: &str, name: &str) -> Option<Rule> {
    Some(match (module, name) {
        (
            "_lichtfeld_crossing",
            "_theirs" | "_yours" | "_exception_class" | "_enum" | "_member" | "_yours_member",
        ) => Rule::MakesLive,
        (
            "_lichtfeld_crossing",
            "_array" | "_memory" | "_part" | "_plain" | "_uuid" | "_fraction" | "_zone",
        ) => Rule::Makes,
        ("builtins", "complex") => Rule::Makes,
        // Iterating it takes as long as it likes.
        ("builtins", "range") => Rule::MakesLive,
        ("builtins", "slice") => Rule::Keeps,
        (
            "builtins",
            "bool" | "bytearray" | "bytes" | "dict" | "float" | "frozenset" | "int" | "list"
            | "set" | "str" | "tuple",
        )
        | ("fractions", "Fraction")
        | ("uuid", "UUID")
        | ("zoneinfo", "ZoneInfo") => Rule::Value,
        ("collections", "OrderedDict" | "Counter") => Rule::MakesDict,
        ("collections", "deque") => Rule::MakesList,
        ("datetime", "date" | "datetime" | "time" | "timedelta" | "timezone")
        | ("decimal", "Decimal")
        | ("ipaddress", "IPv4Address" | "IPv6Address")
        | (
            "pathlib" | "pathlib._local",
            "Path" | "PosixPath" | "PurePath" | "PurePosixPath" | "PureWindowsPath" | "WindowsPath",
        ) => Rule::Makes,
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Plain,
    /// A text at this offset of this length.
    Text(usize, usize),
    Tuple,
    List,
    Dict,
    Set,
    Named(Rule),
}

/// One value on the stack of the machine.
#[derive(Clone, Copy, Debug)]
struct Item {
    what: What,
    depth: u16,
    /// It is or contains something that acts when it is used.
    is_live: bool,
}

const PLAIN: Item = Item {
    what: What::Plain,
    depth: 0,
    is_live: false,
};

struct Machine<'a> {
    code: &'a [u8],
    at: usize,
    stack: Vec<Item>,
    marks: Vec<usize>,
    memo: Vec<Item>,
    buffers: usize,
    values: u64,
    most_values: u64,
}

/// Checks a pickle that `buffers` buffers come with, in a channel whose messages have at most
/// `most` bytes.
///
/// # Errors
/// Why it is refused.
pub(super) fn check(code: &[u8], buffers: usize, most: u64) -> Result<(), Refused> {
    let mut machine = Machine {
        code,
        at: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: Vec::new(),
        buffers,
        values: 0,
        most_values: most / BYTES_OF_VALUE,
    };
    while machine.step()? {}
    Ok(())
}

impl<'a> Machine<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refused> {
        let end = self.at.checked_add(count);
        let Some(bytes) = end.and_then(|end| self.code.get(self.at..end)) else {
            return forbidden("a pickle was cut off");
        };
        self.at += count;
        Ok(bytes)
    }

    fn number(&mut self, bytes: usize) -> Result<usize, Refused> {
        let taken = self.take(bytes)?;
        let mut all = [0; 8];
        all[..bytes].copy_from_slice(taken);
        usize::try_from(u64::from_le_bytes(all))
            .map_err(|_| Refused::Forbidden("a pickle was cut off".into()))
    }

    fn push(&mut self, item: Item) -> Result<(), Refused> {
        self.values += 1;
        if self.values > self.most_values {
            return Err(Refused::Bound(format!(
                "more than {} values in one message; pass many numbers as a NumPy array",
                self.most_values
            )));
        }
        self.stack.push(item);
        Ok(())
    }

    /// The number of items below the last mark, which cannot be taken.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Item, Refused> {
        if self.stack.len() <= self.floor() {
            return forbidden("a pickle takes more than it has put");
        }
        self.stack
            .pop()
            .map_or_else(|| forbidden("an empty stack"), Ok)
    }

    fn pop_mark(&mut self) -> Result<Item, Refused> {
        let Some(mark) = self.marks.pop() else {
            return forbidden("a pickle without a mark");
        };
        let inner = self.stack.drain(mark..);
        Ok(inner.fold(PLAIN, Item::with))
    }

    fn tuple(&mut self, count: usize) -> Result<(), Refused> {
        let mut inner = PLAIN;
        for _ in 0..count {
            inner = inner.with(self.pop()?);
        }
        self.container(What::Tuple, inner)
    }

    fn container(&mut self, what: What, inner: Item) -> Result<(), Refused> {
        let depth = deeper(inner.depth)?;
        let is_live = inner.is_live;
        self.push(Item {
            what,
            depth,
            is_live,
        })
    }

    /// Puts `inner` into the container below it.
    fn add(&mut self, kinds: &[What], inner: Item) -> Result<(), Refused> {
        let Some(item) = self
            .stack
            .last_mut()
            .filter(|item| kinds.contains(&item.what))
        else {
            return forbidden("a pickle puts items into what is no container");
        };
        item.depth = item.depth.max(deeper(inner.depth)?);
        item.is_live |= inner.is_live;
        Ok(())
    }

    fn text_of(&self, item: Item) -> Result<&'a str, Refused> {
        let What::Text(at, length) = item.what else {
            return forbidden("a name that is no text");
        };
        str::from_utf8(&self.code[at..at + length])
            .map_err(|_| Refused::Forbidden("a name that is no text".into()))
    }

    fn named(&mut self) -> Result<(), Refused> {
        let (name, module) = (self.pop()?, self.pop()?);
        let (module, name) = (self.text_of(module)?, self.text_of(name)?);
        match rule(module, name) {
            // A class may be in a container that is an argument, but nothing may iterate it.
            Some(rule) => self.push(Item {
                what: What::Named(rule),
                depth: 0,
                is_live: true,
            }),
            None => forbidden(format!("{module}.{name} may not cross between processes")),
        }
    }

    fn call(&mut self) -> Result<(), Refused> {
        let (arguments, callee) = (self.pop()?, self.pop()?);
        let What::Named(rule) = callee.what else {
            return forbidden("a pickle calls what is no name");
        };
        if arguments.what != What::Tuple {
            return forbidden("a pickle calls without arguments");
        }
        if rule == Rule::Value || (arguments.is_live && rule != Rule::Keeps) {
            return forbidden("a pickle calls a class that is not called so");
        }
        let what = match rule {
            Rule::MakesDict => What::Dict,
            Rule::MakesList => What::List,
            _ => What::Plain,
        };
        self.push(Item {
            what,
            depth: arguments.depth,
            is_live: rule == Rule::MakesLive || arguments.is_live,
        })
    }

    fn text(&mut self, length_bytes: usize) -> Result<(), Refused> {
        let length = self.number(length_bytes)?;
        let at = self.at;
        self.take(length)?;
        let what = What::Text(at, length);
        self.push(Item { what, ..PLAIN })
    }

    fn bytes(&mut self, length_bytes: usize) -> Result<(), Refused> {
        let length = self.number(length_bytes)?;
        self.take(length)?;
        self.push(PLAIN)
    }

    fn fixed(&mut self, length: usize) -> Result<(), Refused> {
        self.take(length)?;
        self.push(PLAIN)
    }

    fn recall(&mut self, index: usize) -> Result<(), Refused> {
        match self.memo.get(index) {
            Some(item) => self.push(*item),
            None => forbidden("a pickle recalls what it has not kept"),
        }
    }

    /// Does one step. Returns whether there is another one. The numbers are those of Python's
    /// `pickletools`, of protocol 5.
    fn step(&mut self) -> Result<bool, Refused> {
        match self.take(1)?[0] {
            0x80 if self.take(1)?[0] == 5 => {}
            // FRAME: a hint on how much follows.
            0x95 => drop(self.number(8)?),
            b'.' => {
                self.pop()?;
                return Ok(false);
            }
            b'N' | 0x88 | 0x89 => self.push(PLAIN)?,
            b'J' => self.fixed(4)?,
            b'K' => self.fixed(1)?,
            b'M' => self.fixed(2)?,
            b'G' => self.fixed(8)?,
            0x8a | b'C' => self.bytes(1)?,
            0x8b | b'B' => self.bytes(4)?,
            0x8e | 0x96 => self.bytes(8)?,
            0x8c => self.text(1)?,
            b'X' => self.text(4)?,
            0x8d => self.text(8)?,
            b']' => self.container(What::List, PLAIN)?,
            b'}' => self.container(What::Dict, PLAIN)?,
            0x8f => self.container(What::Set, PLAIN)?,
            b')' => self.tuple(0)?,
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b'(' => self.marks.push(self.stack.len()),
            b't' => {
                let inner = self.pop_mark()?;
                self.container(What::Tuple, inner)?;
            }
            // FROZENSET
            0x91 => {
                let inner = self.pop_mark()?;
                self.container(What::Plain, inner)?;
            }
            b'a' => {
                let inner = self.pop()?;
                self.add(&[What::List], inner)?;
            }
            b'e' => {
                let inner = self.pop_mark()?;
                self.add(&[What::List], inner)?;
            }
            b's' => {
                let inner = self.pop()?.with(self.pop()?);
                self.add(&[What::Dict], inner)?;
            }
            b'u' => {
                let inner = self.pop_mark()?;
                self.add(&[What::Dict], inner)?;
            }
            0x90 => {
                let inner = self.pop_mark()?;
                self.add(&[What::Set], inner)?;
            }
            b'0' => drop(self.pop()?),
            b'1' => drop(self.pop_mark()?),
            // MEMOIZE
            0x94 => match self.stack.last() {
                Some(item) => self.memo.push(*item),
                None => return forbidden("a pickle keeps nothing"),
            },
            b'h' => {
                let index = self.number(1)?;
                self.recall(index)?;
            }
            b'j' => {
                let index = self.number(4)?;
                self.recall(index)?;
            }
            // STACK_GLOBAL, REDUCE
            0x93 => self.named()?,
            b'R' => self.call()?,
            // NEXT_BUFFER, READONLY_BUFFER
            0x97 => {
                let Some(left) = self.buffers.checked_sub(1) else {
                    return forbidden("a pickle uses more buffers than came with it");
                };
                self.buffers = left;
                self.push(PLAIN)?;
            }
            0x98 => {
                let item = self.pop()?;
                self.push(item)?;
            }
            other => return forbidden(format!("step {other:#x} of a pickle is not allowed")),
        }
        Ok(true)
    }
}

fn deeper(depth: u16) -> Result<u16, Refused> {
    if depth >= MAX_DEPTH {
        return Err(Refused::Bound(format!(
            "values are nested more than {MAX_DEPTH} deep"
        )));
    }
    Ok(depth + 1)
}

impl Item {
    /// What is known of a container that has both inside.
    fn with(self, other: Self) -> Self {
        Self {
            what: self.what,
            depth: self.depth.max(other.depth),
            is_live: self.is_live || other.is_live,
        }
    }
}

/// Where the pickle and the buffers of a body are: their number, their lengths, then they, each
/// number of 8 bytes.
///
/// # Errors
/// If that is not so, or the pickle is refused.
pub(super) fn parts(body: &[u8], most: u64) -> Result<Vec<(usize, usize)>, Refused> {
    let number = |index: usize| {
        let begin = index.checked_mul(8)?;
        let bytes = body.get(begin..begin.checked_add(8)?)?;
        let number = u64::from_le_bytes(bytes.try_into().ok()?);
        usize::try_from(number).ok()
    };
    let cut_off = || Refused::Forbidden("a message was cut off".into());
    let count = number(0).ok_or_else(cut_off)?;
    if count > MAX_BUFFERS + 1 {
        return Err(Refused::Bound(format!(
            "more than {MAX_BUFFERS} buffers in one message"
        )));
    }
    let mut at = 8 + 8 * count;
    let mut parts = Vec::with_capacity(count);
    for index in 1..=count {
        let length = number(index).ok_or_else(cut_off)?;
        let end = at.checked_add(length).filter(|end| *end <= body.len());
        parts.push((at, length));
        at = end.ok_or_else(cut_off)?;
    }
    let (begin, length) = parts.first().copied().ok_or_else(cut_off)?;
    check(&body[begin..begin + length], count - 1, most)?;
    Ok(parts)
}

#[cfg(test)]
#[path = "pickle_check_tests.rs"]
mod tests;
