//! What one message may hold, and what is refused.

use std::io;

/// The longest body that is sent or read, unless the host sets another limit
/// ([`WorkerLimits::message`](crate::worker::limits::WorkerLimits::message)): 1 GiB. Large arrays
/// cross as files ([`Body::files`](crate::worker::body::Body::files)).
pub const MAX_BODY: u64 = 1 << 30;

/// How many files one message may carry. Systems refuse more than about 250.
pub const MAX_FILES: usize = 64;

/// How many requests of the other process may be under way at once: waiting, or being answered.
pub const MAX_REQUESTS: usize = 4096;

/// How many files the requests under way may hold together.
pub const MAX_HELD_FILES: usize = 256;

/// Bytes that are not a message, or a message that the other process would refuse.
///
/// [`Message::read`](crate::worker::wire::Message::read) and [`Message::write`](crate::worker::wire::Message::write) return it inside an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The first byte names no [`Kind`](crate::worker::wire::Kind).
    #[error("{0} is not a kind of message")]
    Kind(u8),
    /// The second byte names no [`Topic`](crate::worker::wire::Topic).
    #[error("{0} is not a topic")]
    Topic(u8),
    /// A reserved byte is not zero.
    #[error("a reserved byte is not zero")]
    Reserved,
    /// The body is longer than the limit, which is [`MAX_BODY`] unless the host sets another.
    #[error("a message of {length} bytes is too long; at most {most} bytes are allowed")]
    TooLong {
        /// The length of the body.
        length: u64,
        /// The limit.
        most: u64,
    },
    /// A piece of a message that does not continue the piece before it.
    #[error("a piece of a message does not belong to the one before it")]
    StrayPiece,
    /// More than [`MAX_FILES`] files came with one message.
    #[error("more than {MAX_FILES} files came with one message")]
    TooManyFiles,
    /// Files came with the bytes of a body instead of those of a head.
    #[error("files came in the middle of a message")]
    MisplacedFiles,
}

impl WireError {
    pub(crate) fn invalid(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }
}
