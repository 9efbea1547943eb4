//! Messages that survive the way, and bytes that are refused.

use super::*;
use proptest::prelude::*;
use std::io::Write;
use std::os::fd::OwnedFd;

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

/// Reads one byte at a time, as a socket may.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

impl TakeFiles for Drip<'_> {
    fn take_files(&mut self) -> Vec<OwnedFd> {
        Vec::new()
    }
}

fn message(body: Vec<u8>) -> Message {
    Message {
        kind: Kind::Request,
        topic: Topic::Python,
        id: 7,
        parent: u64::MAX,
        body: body.into(),
    }
}

fn bytes_of(message: &Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.write(&mut bytes).unwrap();
    bytes
}

fn refused(bytes: &[u8]) -> WireError {
    let error = Message::read(&mut &*bytes).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    *inner.unwrap()
}

fn kinds() -> impl Strategy<Value = Kind> {
    let all = [
        Kind::Request,
        Kind::Done,
        Kind::Failed,
        Kind::Notice,
        Kind::Piece,
    ];
    prop::sample::select(all.to_vec())
}

fn topics() -> impl Strategy<Value = Topic> {
    let all = [
        Topic::Control,
        Topic::Python,
        Topic::Capability,
        Topic::Operator,
        Topic::Texture,
    ];
    prop::sample::select(all.to_vec())
}

proptest! {
    #[test]
    fn messages_arrive_as_they_were_sent(
        kind in kinds(),
        topic in topics(),
        ids in any::<(u64, u64)>(),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let sent = Message { kind, topic, id: ids.0, parent: ids.1, body: body.into() };
        let bytes = bytes_of(&sent);
        let whole = Message::read(&mut bytes.as_slice()).unwrap();
        let dripped = Message::read(&mut Drip(&bytes)).unwrap();
        for read in [whole, dripped] {
            prop_assert_eq!((read.kind, read.topic), (kind, topic));
            prop_assert_eq!((read.id, read.parent), ids);
            prop_assert_eq!(&read.body.bytes, &sent.body.bytes);
        }
    }

    #[test]
    fn a_message_that_is_cut_off_is_refused(
        body in prop::collection::vec(any::<u8>(), 0..100),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = bytes_of(&message(body));
        let cut = cut.index(bytes.len());
        let error = Message::read(&mut &bytes[..cut]).unwrap_err();
        prop_assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_read_from_any_bytes_is_written_as_the_same_bytes(
        mut bytes in prop::collection::vec(any::<u8>(), HEAD..200),
        known in any::<bool>(),
    ) {
        if known {
            // Else nearly all inputs end at the first two bytes.
            bytes[0] = bytes[0] % 4 + 1;
            bytes[1] = bytes[1] % 4 + 1;
            bytes[2..8].fill(0);
            bytes[25..HEAD].fill(0);
        }
        if let Ok(read) = Message::read(&mut bytes.as_slice()) {
            let again = bytes_of(&read);
            prop_assert_eq!(&again[..], &bytes[..again.len()]);
        }
    }
}

#[test]
fn a_body_longer_than_the_first_reserve_arrives_whole() {
    for length in [FIRST_RESERVE - 1, FIRST_RESERVE, 5 * FIRST_RESERVE + 3] {
        let body: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let bytes = bytes_of(&message(body.clone()));
        let read = Message::read(&mut bytes.as_slice()).unwrap();
        assert!(read.body.bytes == body, "{length}");
        assert!(read.body.bytes.capacity() <= 2 * length);
    }
}

#[test]
fn a_body_that_does_not_come_costs_no_memory() {
    // The head announces 1 GiB, which would be reserved in the host by each worker that likes.
    let mut body = Vec::new();
    let error = read_body(&mut [0; 100].as_slice(), MAX_BODY, MAX_BODY, &mut body).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    assert!(body.capacity() <= FIRST_RESERVE, "{}", body.capacity());
}

#[test]
fn bytes_that_are_no_message_are_named() {
    let good = bytes_of(&message(vec![7; 100]));
    let broken = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        refused(&bytes)
    };
    for byte in [0, 6, 255] {
        assert_eq!(broken(0, byte), WireError::Kind(byte));
        assert_eq!(broken(1, byte), WireError::Topic(byte));
    }
    assert_eq!(broken(1, 6), WireError::Topic(6));
    for at in 2..8 {
        assert_eq!(broken(at, 1), WireError::Reserved);
    }
    let length = 100 | 1 << 56;
    let most = MAX_BODY;
    assert_eq!(broken(31, 1), WireError::TooLong { length, most });
    assert_eq!(refused(&[b'x'; 64]), WireError::Kind(b'x'));
}
