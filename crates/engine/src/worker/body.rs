//! What a message carries: bytes, and open files that go with them.
//!
//! Files are for memory that both processes map: a large array crosses as one. The system hands
//! them over with the bytes of the message's head (`SCM_RIGHTS`), so they need no name and no path,
//! and are gone when the last process that has them is.

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// More files than this do not go with one message; systems refuse some 250.
pub const MOST_FILES: usize = 64;

/// Bytes, and files that go with them.
#[derive(Debug, Default)]
pub struct Body {
    /// The bytes that cross by copy.
    pub bytes: Vec<u8>,
    /// Open files that cross as descriptors.
    pub files: Vec<OwnedFd>,
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        let files = Vec::new();
        Self { bytes, files }
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Where messages are written.
pub trait SendFiles: Write {
    /// Writes some of the parts, and with their first byte the files.
    ///
    /// # Errors
    /// As `Write::write_vectored`.
    fn send(&mut self, parts: &[IoSlice<'_>], files: &[OwnedFd]) -> io::Result<usize>;
}

impl SendFiles for UnixStream {
    fn send(&mut self, parts: &[IoSlice<'_>], files: &[OwnedFd]) -> io::Result<usize> {
        if files.is_empty() {
            return self.write_vectored(parts);
        }
        let files: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FILES))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !control.push(SendAncillaryMessage::ScmRights(&files)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        #[cfg(target_os = "linux")]
        let flags = SendFlags::NOSIGNAL;
        #[cfg(not(target_os = "linux"))]
        let flags = SendFlags::empty();
        Ok(sendmsg(self, parts, &mut control, flags)?)
    }
}

/// Where messages are read.
pub trait TakeFiles: Read {
    /// The files that have come with what was read since the last time.
    fn take_files(&mut self) -> Vec<OwnedFd>;
}

/// A socket that keeps the files that come with the bytes.
pub struct FileReader {
    stream: UnixStream,
    files: Vec<OwnedFd>,
}

impl From<UnixStream> for FileReader {
    fn from(stream: UnixStream) -> Self {
        let files = Vec::new();
        Self { stream, files }
    }
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FILES))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        #[cfg(target_os = "linux")]
        let flags = RecvFlags::CMSG_CLOEXEC;
        #[cfg(not(target_os = "linux"))]
        let flags = RecvFlags::empty();
        let parts = &mut [IoSliceMut::new(buffer)];
        let read = recvmsg(&self.stream, parts, &mut control, flags)?.bytes;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(files) = message {
                self.files.extend(files);
            }
        }
        #[cfg(not(target_os = "linux"))]
        for file in &self.files {
            rustix::io::fcntl_setfd(file, rustix::io::FdFlags::CLOEXEC)?;
        }
        Ok(read)
    }
}

impl TakeFiles for FileReader {
    fn take_files(&mut self) -> Vec<OwnedFd> {
        std::mem::take(&mut self.files)
    }
}

#[cfg(test)]
mod tests {
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
}
