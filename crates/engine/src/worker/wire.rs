//! Messages on a stream of bytes: a fixed head, then a body of any length.

use crate::worker::body::{Body, SendFiles, TakeFiles};
use std::io::{self, IoSlice, Read};

const HEAD: usize = 32;
/// A longer body is taken for garbage: something else has written into the socket.
const MAX_BODY: u64 = 1 << 36;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Wants an answer.
    Request = 1,
    /// The answer of what succeeded.
    Done = 2,
    /// The answer of what failed.
    Failed = 3,
    /// Wants no answer.
    Notice = 4,
}

/// Who reads the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Topic {
    /// The runtime.
    Control = 1,
    /// Python: a call, or objects that were let go of.
    Python = 2,
    /// Capabilities.
    Capability = 3,
    /// Python, on the thread that draws: operators.
    Operator = 4,
}

/// One message.
#[derive(Debug)]
pub struct Message {
    /// What kind of message it is.
    pub kind: Kind,
    /// Which part of the runtime it is for.
    pub topic: Topic,
    /// Of a request and its answer; chosen by who asks.
    pub id: u64,
    /// The request of the *receiver* that the sender was working on when it asked; 0 if none.
    pub parent: u64,
    /// What it carries.
    pub body: Body,
}

impl Message {
    /// Writes head and body.
    ///
    /// # Errors
    /// What the stream says; after one the stream is of no use any more.
    pub fn write(&self, stream: &mut impl SendFiles) -> io::Result<()> {
        let mut head = [0_u8; HEAD];
        head[0] = self.kind as u8;
        head[1] = self.topic as u8;
        head[8..16].copy_from_slice(&self.id.to_le_bytes());
        head[16..24].copy_from_slice(&self.parent.to_le_bytes());
        head[24..32].copy_from_slice(&(self.body.len() as u64).to_le_bytes());
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

    /// Reads the next message.
    ///
    /// # Errors
    /// `UnexpectedEof` at the end, `InvalidData` for what is no message.
    pub fn read(stream: &mut impl TakeFiles) -> io::Result<Self> {
        let mut head = [0_u8; HEAD];
        stream.read_exact(&mut head)?;
        let files = stream.take_files();
        let number = |at: usize| {
            let mut bytes = [0_u8; 8];
            bytes.copy_from_slice(&head[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        let kind = match head[0] {
            1 => Kind::Request,
            2 => Kind::Done,
            3 => Kind::Failed,
            4 => Kind::Notice,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let topic = match head[1] {
            1 => Topic::Control,
            2 => Topic::Python,
            3 => Topic::Capability,
            4 => Topic::Operator,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let length = number(24);
        if length > MAX_BODY {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let length = usize::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?;
        let mut body = Vec::new();
        body.try_reserve_exact(length)
            .map_err(|_| io::ErrorKind::OutOfMemory)?;
        let read = stream.take(length as u64).read_to_end(&mut body)?;
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Self {
            kind,
            topic,
            id: number(8),
            parent: number(16),
            body: Body { bytes: body, files },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::fd::OwnedFd;

    fn message(body: Vec<u8>) -> Message {
        Message {
            kind: Kind::Request,
            topic: Topic::Python,
            id: 7,
            parent: u64::MAX,
            body: body.into(),
        }
    }

    impl SendFiles for Vec<u8> {
        fn send(&mut self, parts: &[IoSlice<'_>], _files: &[OwnedFd]) -> io::Result<usize> {
            self.write_vectored(parts)
        }
    }

    impl TakeFiles for &[u8] {
        fn take_files(&mut self) -> Vec<OwnedFd> {
            Vec::new()
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 31, 32, 33, 100_000] {
            let mut bytes = Vec::new();
            message(vec![7; length]).write(&mut bytes).unwrap();
            let read = Message::read(&mut bytes.as_slice()).unwrap();
            assert_eq!(
                (read.id, read.parent, read.body.len()),
                (7, u64::MAX, length)
            );
        }
    }

    #[test]
    fn a_torn_or_foreign_message_is_an_error() {
        let mut bytes = Vec::new();
        message(vec![7; 100]).write(&mut bytes).unwrap();
        for length in 0..bytes.len() {
            assert!(Message::read(&mut &bytes[..length]).is_err(), "{length}");
        }
        let error = Message::read(&mut [b'x'; 64].as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
