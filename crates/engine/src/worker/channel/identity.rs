//! Whether a descriptor is still that of a socket.

use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;

/// What the system knows a socket by.
pub(super) type Identity = (u64, u64);

/// Asks the system.
pub(super) fn identity(stream: &UnixStream) -> io::Result<Identity> {
    let file = fs::File::from(stream.as_fd().try_clone_to_owned()?);
    let known = file.metadata()?;
    Ok((known.dev(), known.ino()))
}
