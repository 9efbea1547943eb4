//! Long messages in pieces: another message can go between two of them, so that a large array does
//! not delay a drawing.
//!
//! One message at a time is cut, and its pieces are sent in order. All but the last have the kind
//! [`Kind::Piece`]; the last has the message's own head, and its files.

use crate::worker::body::{Body, TakeFiles};
use crate::worker::wire::{Head, Kind, Message, Topic, WireError};
use std::io;

/// The longest piece, in bytes: a fraction of a millisecond of copying.
pub(super) const PIECE: usize = 256 << 10;

/// What has arrived of a message.
struct Partial {
    kind: u64,
    topic: Topic,
    id: u64,
    bytes: Vec<u8>,
}

impl Partial {
    fn is_continued_by(&self, head: Head, kind: u64) -> bool {
        (self.kind, self.topic, self.id) == (kind, head.topic, head.id)
    }
}

/// Reads messages, and joins those that come in pieces.
#[derive(Default)]
pub(super) struct Joiner(Option<Partial>);

impl Joiner {
    /// Reads the next message, of at most `most` bytes in all its pieces.
    ///
    /// # Errors
    /// As [`Message::read`], and [`WireError::StrayPiece`].
    pub(super) fn read(&mut self, stream: &mut impl TakeFiles, most: u64) -> io::Result<Message> {
        loop {
            let (head, files) = Head::read(stream)?;
            if head.kind == Kind::Piece {
                if !files.is_empty() {
                    return Err(WireError::MisplacedFiles.invalid());
                }
                self.add(head, stream, most)?;
                continue;
            }
            let mut bytes = Vec::new();
            if let Some(partial) = self.0.take() {
                if partial.is_continued_by(head, head.kind as u64) {
                    bytes = partial.bytes;
                } else {
                    self.0 = Some(partial);
                }
            }
            head.read_body(stream, most, &mut bytes)?;
            return Ok(head.with(Body { bytes, files }));
        }
    }

    fn add(&mut self, head: Head, stream: &mut impl TakeFiles, most: u64) -> io::Result<()> {
        let partial = self.0.get_or_insert_with(|| Partial {
            kind: head.parent,
            topic: head.topic,
            id: head.id,
            bytes: Vec::new(),
        });
        if !partial.is_continued_by(head, head.parent) {
            return Err(WireError::StrayPiece.invalid());
        }
        head.read_body(stream, most, &mut partial.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::body::FileReader;
    use std::os::unix::net::UnixStream;
    use std::thread;

    fn piece(kind: Kind, id: u64, parent: u64, text: &[u8]) -> Message {
        Message {
            kind,
            topic: Topic::Python,
            id,
            parent,
            body: text.to_vec().into(),
        }
    }

    fn read(sent: Vec<Message>, most: u64) -> Vec<io::Result<(Kind, u64, Vec<u8>)>> {
        let (mut one, other) = UnixStream::pair().unwrap();
        let writing = thread::spawn(move || {
            for message in sent {
                message.write(&mut one).unwrap();
            }
        });
        let (mut reader, mut joiner) = (FileReader::from(other), Joiner::default());
        let mut all = Vec::new();
        loop {
            let read = joiner.read(&mut reader, most);
            let failed = read.is_err();
            all.push(read.map(|message| (message.kind, message.id, message.body.bytes)));
            if failed {
                writing.join().unwrap();
                return all;
            }
        }
    }

    fn error(all: &[io::Result<(Kind, u64, Vec<u8>)>]) -> WireError {
        let error = all.last().unwrap().as_ref().unwrap_err();
        *error.get_ref().unwrap().downcast_ref().unwrap()
    }

    const DONE: u64 = Kind::Done as u64;

    #[test]
    fn pieces_are_joined_and_others_go_between_them() {
        let all = read(
            vec![
                piece(Kind::Piece, 7, DONE, b"ab"),
                piece(Kind::Request, 7, 0, b"between"),
                piece(Kind::Piece, 7, DONE, b"cd"),
                piece(Kind::Done, 8, 0, b"another"),
                piece(Kind::Done, 7, 0, b"e"),
                piece(Kind::Done, 7, 0, b"alone"),
            ],
            100,
        );
        let texts: Vec<_> = all.iter().flatten().map(|read| &read.2[..]).collect();
        assert_eq!(texts, [&b"between"[..], b"another", b"abcde", b"alone"]);
    }

    #[test]
    fn pieces_together_are_no_longer_than_a_message() {
        let all = read(
            vec![
                piece(Kind::Piece, 7, DONE, b"abcdef"),
                piece(Kind::Piece, 7, DONE, b"ghijkl"),
            ],
            10,
        );
        let (length, most) = (12, 10);
        assert_eq!(error(&all), WireError::TooLong { length, most });
    }

    #[test]
    fn one_message_at_a_time_comes_in_pieces() {
        let all = read(
            vec![
                piece(Kind::Piece, 7, DONE, b"ab"),
                piece(Kind::Piece, 8, DONE, b"cd"),
            ],
            100,
        );
        assert_eq!(error(&all), WireError::StrayPiece);
    }
}
