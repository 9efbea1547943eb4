//! Files that arrive with their message, and files that are refused.

use super::*;
use crate::worker::wire::{Kind, Message, Topic};
use std::io::Seek;

fn message(text: &[u8], files: Vec<OwnedFd>) -> Message {
    Message {
        kind: Kind::Request,
        topic: Topic::Python,
        id: 1,
        parent: 0,
        body: Body {
            bytes: text.to_vec(),
            files,
        },
    }
}

fn files(count: usize) -> Vec<OwnedFd> {
    let file = tempfile::tempfile().unwrap();
    (0..count)
        .map(|_| file.try_clone().unwrap().into())
        .collect()
}

fn refused(error: &io::Error) -> WireError {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    *inner.unwrap_or_else(|| panic!("{error:?}"))
}

#[test]
fn files_come_with_their_own_message() {
    let (mut one, other) = UnixStream::pair().unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"in the file").unwrap();
    message(b"first", Vec::new()).write(&mut one).unwrap();
    let both = vec![file.try_clone().unwrap().into(), file.into()];
    message(b"second", both).write(&mut one).unwrap();
    message(b"third", Vec::new()).write(&mut one).unwrap();
    drop(one);
    let mut reader = FileReader::from(other);
    let mut read = || Message::read(&mut reader).unwrap().body;
    let (first, mut second, third) = (read(), read(), read());
    assert_eq!((&*first, first.files.len()), (b"first".as_slice(), 0));
    assert_eq!((&*second, second.files.len()), (b"second".as_slice(), 2));
    assert_eq!((&*third, third.files.len()), (b"third".as_slice(), 0));
    let mut file = std::fs::File::from(second.files.pop().unwrap());
    file.rewind().unwrap();
    assert_eq!(io::read_to_string(file).unwrap(), "in the file");
}

#[test]
fn as_many_files_as_allowed_arrive_and_one_more_is_not_sent() {
    let (mut one, other) = UnixStream::pair().unwrap();
    let error = message(b"", files(MAX_FILES + 1))
        .write(&mut one)
        .unwrap_err();
    assert_eq!(refused(&error), WireError::TooManyFiles);
    message(b"all", files(MAX_FILES)).write(&mut one).unwrap();
    let read = Message::read(&mut FileReader::from(other)).unwrap();
    assert_eq!((&*read.body, read.body.files.len()), (&b"all"[..], 64));
}

/// A process that ignores the rules: files with any bytes it likes.
fn send_raw(stream: &mut UnixStream, bytes: &[u8], files: &[OwnedFd]) {
    let sent = stream.send(&[IoSlice::new(bytes)], files).unwrap();
    assert_eq!(sent, bytes.len());
}

fn head(length: u64) -> Vec<u8> {
    let mut head = vec![0; 32];
    head[..2].copy_from_slice(&[1, 2]);
    head[24..].copy_from_slice(&length.to_le_bytes());
    head
}

#[test]
fn files_in_the_middle_of_a_message_are_refused() {
    let (mut one, other) = UnixStream::pair().unwrap();
    send_raw(&mut one, &head(4), &[]);
    send_raw(&mut one, b"body", &files(1));
    let error = Message::read(&mut FileReader::from(other)).unwrap_err();
    assert_eq!(refused(&error), WireError::MisplacedFiles);
}

#[test]
fn files_that_keep_coming_are_not_held() {
    let (mut one, other) = UnixStream::pair().unwrap();
    send_raw(&mut one, &head(1000), &[]);
    for _ in 0..3 {
        send_raw(&mut one, b"x", &files(MAX_FILES));
    }
    let mut reader = FileReader::from(other);
    let error = Message::read(&mut reader).unwrap_err();
    assert_eq!(refused(&error), WireError::TooManyFiles);
    assert!(reader.files.is_empty());
}
