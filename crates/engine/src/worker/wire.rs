//! Frames messages on a stream of bytes: a head of 32 bytes, then the body.
//!
//! | bytes | content |
//! |---|---|
//! | 0 | [`Kind`] |
//! | 1 | [`Topic`] |
//! | 2 to 7 | zero |
//! | 8 to 15 | [`Message::id`], little-endian like all numbers |
//! | 16 to 23 | [`Message::parent`] |
//! | 24 to 31 | length of the body |
//!
//! A long body crosses in pieces, so that other messages can pass it: see
//! [`pieces`](crate::worker::pieces).
//!
//! The process on the other end runs a plugin's code, so nothing that arrives is trusted. A body
//! costs memory only as its bytes arrive, whatever length its head announces.

pub use crate::worker::bounds::{MAX_BODY, MAX_FILES, WireError};

use crate::worker::body::{Body, SendFiles, TakeFiles};
use std::io::{self, IoSlice, Read};
use std::os::fd::OwnedFd;

pub(super) const HEAD: usize = 32;

/// How much memory is reserved for a body before any of its bytes has arrived.
const FIRST_RESERVE: usize = 1 << 20;

/// What a message is for.
///
/// Exhaustive on purpose, like [`Topic`]: both processes have to handle each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A question; it is always answered.
    Request = 1,
    /// The answer to a request that succeeded.
    Done = 2,
    /// The answer to a request that failed.
    Failed = 3,
    /// A notification without an answer.
    Notice = 4,
    /// A piece of a message whose last piece is still to come; [`Message::parent`] is the kind of
    /// that message.
    Piece = 5,
}

impl TryFrom<u8> for Kind {
    type Error = WireError;

    fn try_from(byte: u8) -> Result<Self, WireError> {
        Ok(match byte {
            1 => Self::Request,
            2 => Self::Done,
            3 => Self::Failed,
            4 => Self::Notice,
            5 => Self::Piece,
            _ => return Err(WireError::Kind(byte)),
        })
    }
}

/// Which part of the runtime reads the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Topic {
    /// The engine: [`Ask`](crate::worker::message::Ask) and
    /// [`Tell`](crate::worker::message::Tell).
    Control = 1,
    /// Python: a call, or references that were dropped.
    Python = 2,
    /// Capabilities.
    Capability = 3,
    /// Python on the UI thread: operators.
    Operator = 4,
    /// The pixels of textures.
    Texture = 5,
}

impl TryFrom<u8> for Topic {
    type Error = WireError;

    fn try_from(byte: u8) -> Result<Self, WireError> {
        Ok(match byte {
            1 => Self::Control,
            2 => Self::Python,
            3 => Self::Capability,
            4 => Self::Operator,
            5 => Self::Texture,
            _ => return Err(WireError::Topic(byte)),
        })
    }
}

/// One message.
#[derive(Debug)]
pub struct Message {
    /// What it is for.
    pub kind: Kind,
    /// Which part of the runtime reads it.
    pub topic: Topic,
    /// Identifies a request and its answer; chosen by the process that asks. 0 in a notice.
    pub id: u64,
    /// The request of the *receiver* that the sender was working on when it asked; 0 if there was
    /// none.
    pub parent: u64,
    /// Its content.
    pub body: Body,
}

impl Message {
    /// Checks that the other process, which reads bodies of at most `most` bytes, will accept the
    /// message.
    ///
    /// # Errors
    /// [`WireError::TooLong`] or [`WireError::TooManyFiles`].
    pub fn check(&self, most: u64) -> Result<(), WireError> {
        let length = self.body.len() as u64;
        if length > most {
            return Err(WireError::TooLong { length, most });
        }
        if self.body.files.len() > MAX_FILES {
            return Err(WireError::TooManyFiles);
        }
        Ok(())
    }

    /// Writes head and body.
    ///
    /// # Errors
    /// `InvalidInput` with a [`WireError`] if the message cannot be sent; then nothing was written.
    /// After any other error the stream is unusable.
    pub fn write(&self, stream: &mut impl SendFiles) -> io::Result<()> {
        self.check(MAX_BODY)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let head = Head {
            kind: self.kind,
            topic: self.topic,
            id: self.id,
            parent: self.parent,
            length: self.body.len() as u64,
        };
        let head = head.to_bytes();
        let written = loop {
            let parts = [IoSlice::new(&head), IoSlice::new(&self.body)];
            match stream.send(&parts, &self.body.files) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if written < HEAD {
            stream.write_all(&head[written..])?;
        }
        stream.write_all(&self.body[written.saturating_sub(HEAD)..])
    }

    /// Reads the next message, or the next piece of one, of at most [`MAX_BODY`] bytes.
    ///
    /// # Errors
    /// `UnexpectedEof` at the end of the stream, `InvalidData` with a [`WireError`] if the bytes
    /// are not a message, `OutOfMemory` if there is no memory for the body.
    pub fn read(stream: &mut impl TakeFiles) -> io::Result<Self> {
        let (head, files) = Head::read(stream)?;
        let mut bytes = Vec::new();
        head.read_body(stream, MAX_BODY, &mut bytes)?;
        Ok(head.with(Body { bytes, files }))
    }
}

/// The head of a message or of a piece of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) kind: Kind,
    pub(super) topic: Topic,
    pub(super) id: u64,
    pub(super) parent: u64,
    pub(super) length: u64,
}

impl Head {
    pub(super) fn to_bytes(self) -> [u8; HEAD] {
        let mut head = [0_u8; HEAD];
        head[0] = self.kind as u8;
        head[1] = self.topic as u8;
        head[8..16].copy_from_slice(&self.id.to_le_bytes());
        head[16..24].copy_from_slice(&self.parent.to_le_bytes());
        head[24..32].copy_from_slice(&self.length.to_le_bytes());
        head
    }

    /// Reads a head, and the files that came with it.
    pub(super) fn read(stream: &mut impl TakeFiles) -> io::Result<(Self, Vec<OwnedFd>)> {
        let mut head = [0_u8; HEAD];
        stream.read_exact(&mut head)?;
        let files = stream.take_files();
        if files.len() > MAX_FILES {
            return Err(WireError::TooManyFiles.invalid());
        }
        let kind = Kind::try_from(head[0]).map_err(WireError::invalid)?;
        let topic = Topic::try_from(head[1]).map_err(WireError::invalid)?;
        if head[2..8].iter().any(|byte| *byte != 0) {
            return Err(WireError::Reserved.invalid());
        }
        let number = |at: usize| {
            let mut bytes = [0_u8; 8];
            bytes.copy_from_slice(&head[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        let head = Self {
            kind,
            topic,
            id: number(8),
            parent: number(16),
            length: number(24),
        };
        Ok((head, files))
    }

    /// Appends the body that follows to `bytes`, which is at most `most` bytes long then.
    pub(super) fn read_body(
        self,
        stream: &mut impl TakeFiles,
        most: u64,
        bytes: &mut Vec<u8>,
    ) -> io::Result<()> {
        read_body(stream, self.length, most, bytes)?;
        // The sender attaches files to the head. Others would end up with the next message.
        if !stream.take_files().is_empty() {
            return Err(WireError::MisplacedFiles.invalid());
        }
        Ok(())
    }

    pub(super) fn with(self, body: Body) -> Message {
        Message {
            kind: self.kind,
            topic: self.topic,
            id: self.id,
            parent: self.parent,
            body,
        }
    }
}

/// Appends exactly `length` bytes. Memory is reserved in steps that at most double what has arrived.
fn read_body(stream: &mut impl Read, length: u64, most: u64, body: &mut Vec<u8>) -> io::Result<()> {
    let whole = length.saturating_add(body.len() as u64);
    let too_long = || {
        let length = whole;
        WireError::TooLong { length, most }.invalid()
    };
    if whole > most {
        return Err(too_long());
    }
    // A 32-bit process cannot hold a body of 4 GiB.
    let whole = usize::try_from(whole).map_err(|_| too_long())?;
    while body.len() < whole {
        let step = (whole - body.len()).min(body.len().max(FIRST_RESERVE));
        body.try_reserve_exact(step)
            .map_err(|_| io::ErrorKind::OutOfMemory)?;
        if stream.take(step as u64).read_to_end(body)? < step {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
