//! The content of a message: bytes, and open files that travel with them.
//!
//! A file stands for memory that both processes map, so that a large array crosses without being
//! copied. The kernel hands files over with the first byte of a message (`SCM_RIGHTS`). They need
//! neither name nor path, and are freed when the last process that has them closes them.

use crate::worker::bounds::{MAX_FILES, WireError};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// Bytes and the files that travel with them.
#[derive(Debug, Default)]
pub struct Body {
    /// Crosses by copy.
    pub bytes: Vec<u8>,
    /// Crosses as descriptors.
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

/// A stream that messages are written to.
pub trait SendFiles: Write {
    /// Writes some bytes of `parts`, and sends `files` with the first of them. Returns how many
    /// bytes were written.
    ///
    /// # Errors
    /// As [`Write::write_vectored`].
    fn send(&mut self, parts: &[IoSlice<'_>], files: &[OwnedFd]) -> io::Result<usize>;
}

#[cfg(target_os = "linux")]
const NO_SIGNAL: SendFlags = SendFlags::NOSIGNAL;
#[cfg(not(target_os = "linux"))]
const NO_SIGNAL: SendFlags = SendFlags::empty();

/// As [`SendFiles::send`], but fails with `WouldBlock` instead of waiting for the other process.
///
/// # Errors
/// As [`SendFiles::send`].
pub(super) fn send_at_once(
    stream: &UnixStream,
    parts: &[IoSlice<'_>],
    files: &[OwnedFd],
) -> io::Result<usize> {
    send_with(stream, parts, files, NO_SIGNAL.union(SendFlags::DONTWAIT))
}

/// As [`SendFiles::send`]; waits for the other process as long as the stream's limit for writing.
///
/// # Errors
/// As [`SendFiles::send`].
pub(super) fn send_waiting(
    stream: &UnixStream,
    parts: &[IoSlice<'_>],
    files: &[OwnedFd],
) -> io::Result<usize> {
    send_with(stream, parts, files, NO_SIGNAL)
}

impl SendFiles for UnixStream {
    fn send(&mut self, parts: &[IoSlice<'_>], files: &[OwnedFd]) -> io::Result<usize> {
        send_waiting(self, parts, files)
    }
}

fn send_with(
    stream: &UnixStream,
    parts: &[IoSlice<'_>],
    files: &[OwnedFd],
    flags: SendFlags,
) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let files: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
    if !files.is_empty() && !control.push(SendAncillaryMessage::ScmRights(&files)) {
        let error = WireError::TooManyFiles;
        return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
    }
    Ok(sendmsg(stream, parts, &mut control, flags)?)
}

/// A stream that messages are read from.
pub trait TakeFiles: Read {
    /// Returns the files that arrived with the bytes read since the last call.
    fn take_files(&mut self) -> Vec<OwnedFd>;
}

/// Reads a socket and holds the files that arrive with its bytes.
#[derive(Debug)]
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
    /// Fails with [`WireError::TooManyFiles`] before more than [`MAX_FILES`] files are held, so
    /// that the other process cannot use up the descriptors of this one.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
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
        if self.files.len() > MAX_FILES {
            self.files.clear();
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                WireError::TooManyFiles,
            ));
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
#[path = "body_tests.rs"]
mod tests;
