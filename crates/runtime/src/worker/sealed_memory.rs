//! Memory for pixels that another process maps: a file without a name, sealed so that nobody can change
//! it. What maps it needs no copy, and trusts nobody.

use lichtfeld_engine::registrations::textures::PixelMemory;
use rustix::fs::{
    FileType, MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, fstat, fstatfs, ftruncate,
    memfd_create,
};
use std::any::Any;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::ptr::{self, NonNull};

/// What the kernel says of memory in usual pages (`TMPFS_MAGIC`). Reading memory in huge pages fails by a
/// signal if there are no more of them.
const USUAL_PAGES: u64 = 0x0102_1994;

/// A mapping of sealed memory, and its file.
pub(crate) struct SealedMemory {
    address: NonNull<u8>,
    size: usize,
    file: OwnedFd,
}

// SAFETY: nobody writes to the memory, as the seals say.
unsafe impl Send for SealedMemory {}
// SAFETY: as above.
unsafe impl Sync for SealedMemory {}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl SealedMemory {
    /// Makes memory of `size` bytes. `fill` passes all of them, in order, to the function that it gets.
    ///
    /// # Errors
    /// If there is no memory, or no more files may be open; or what `fill` returns.
    pub(crate) fn written(
        size: usize,
        fill: impl FnOnce(&mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let file = File::from(memfd_create("lichtfeld-texture", flags)?);
        ftruncate(&file, size as u64)?;
        let mut at = 0;
        fill(&mut |bytes| {
            // A file is written in half the time of a new mapping, whose pages the kernel clears first.
            file.write_all_at(bytes, at)?;
            at += bytes.len() as u64;
            Ok(())
        })?;
        fcntl_add_seals(&file, needed() | SealFlags::GROW | SealFlags::SEAL)?;
        Self::mapped(file.into(), size)
    }

    /// Maps memory that another process has sent.
    ///
    /// # Errors
    /// If it is not memory of this size that nobody can change, or cannot be mapped.
    pub(super) fn received(file: OwnedFd, size: u64) -> io::Result<Self> {
        let state = fstat(&file)?;
        if FileType::from_raw_mode(state.st_mode) != FileType::RegularFile {
            return Err(invalid("the file with the pixels is not a plain one"));
        }
        if u64::try_from(state.st_size).ok() != Some(size) {
            return Err(invalid("the file with the pixels has another size"));
        }
        let seals = fcntl_get_seals(&file).unwrap_or(SealFlags::empty());
        if !seals.contains(needed()) {
            return Err(invalid("the file with the pixels is not sealed"));
        }
        if fstatfs(&file)?.f_type as u64 != USUAL_PAGES {
            return Err(invalid("the file with the pixels is not usual memory"));
        }
        Self::mapped(file, usize::try_from(size).map_err(io::Error::other)?)
    }

    fn mapped(file: OwnedFd, size: usize) -> io::Result<Self> {
        // SAFETY: a new mapping of a file that stays open; nothing of this process is replaced.
        let address = unsafe {
            libc::mmap(
                ptr::null_mut(),
                size,
                libc::PROT_READ,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let address = NonNull::new(address.cast()).ok_or_else(|| invalid("mapped nowhere"))?;
        Ok(Self {
            address,
            size,
            file,
        })
    }

    /// Returns another number of its file, to be sent.
    ///
    /// # Errors
    /// If no more files may be open.
    pub(super) fn file(&self) -> io::Result<OwnedFd> {
        self.file.try_clone()
    }
}

/// Nobody can write to it, or shorten it: reading behind the end is a signal.
fn needed() -> SealFlags {
    SealFlags::WRITE | SealFlags::SHRINK
}

impl PixelMemory for SealedMemory {
    fn bytes(&self) -> &[u8] {
        // SAFETY: the mapping is of this size and exists as long as this; nobody can change it.
        unsafe { std::slice::from_raw_parts(self.address.as_ptr(), self.size) }
    }

    fn interface(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl Drop for SealedMemory {
    fn drop(&mut self) {
        // SAFETY: the mapping is this one's own, and nobody borrows it any more.
        unsafe { libc::munmap(self.address.as_ptr().cast(), self.size) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(file: OwnedFd, size: u64) -> String {
        let refused = SealedMemory::received(file, size).err();
        refused.map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn what_is_written_is_mapped_by_another() {
        let made = SealedMemory::written(6, |write| {
            write(&[1, 2, 3])?;
            write(&[4, 5, 6])
        })
        .unwrap();
        let received = SealedMemory::received(made.file().unwrap(), 6).unwrap();
        drop(made);
        assert_eq!(received.bytes(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn memory_that_may_change_or_has_another_size_is_refused() {
        let made = SealedMemory::written(4, |write| write(&[0; 4])).unwrap();
        assert!(refusal(made.file().unwrap(), 5).ends_with("another size"));
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        for seals in [SealFlags::empty(), SealFlags::WRITE, SealFlags::SHRINK] {
            let file = memfd_create("test", flags).unwrap();
            ftruncate(&file, 4).unwrap();
            fcntl_add_seals(&file, seals).unwrap();
            assert!(refusal(file, 4).ends_with("not sealed"), "{seals:?}");
        }
        let (pipe, _other) = std::io::pipe().unwrap();
        assert!(refusal(pipe.into(), 0).ends_with("not a plain one"));
    }
}
