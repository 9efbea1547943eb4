//! What differs between operating systems: how far a watch reaches, what a file system reports,
//! and how files are identified.

use crate::source::Reach;
use camino::Utf8Path;
use std::fs::Metadata;

/// inotify watches one directory at a time. The others watch a whole tree with one handle, and a
/// handle for every directory would be expensive.
pub(crate) const REACH: Reach = if cfg!(target_os = "linux") {
    Reach::Directory
} else {
    Reach::Subtree
};

/// Returns the name of the network file system that a directory is on, or `None` if it is local.
#[cfg(target_os = "linux")]
pub(crate) fn network_file_system(dir: &Utf8Path) -> Option<&'static str> {
    let statfs = rustix::fs::statfs(dir.as_std_path()).ok()?;
    // Magic numbers as listed in statfs(2); the type differs between architectures, the low 32
    // bits do not.
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "a bit pattern, compared as such"
    )]
    let magic = statfs.f_type as u32;
    Some(match magic {
        0x6969 => "nfs",
        0xff53_4d42 => "cifs",
        0xfe53_4d42 => "smb2",
        0x517b => "smb",
        0x0102_1997 => "9p",
        0x00c3_6400 => "ceph",
        0x5346_414f => "afs",
        0x7375_7245 => "coda",
        0x786f_4256 => "vboxsf",
        0xbacb_acbc => "vmhgfs",
        _ => return None,
    })
}

/// Returns `None`: network file systems are not recognised on this system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn network_file_system(_dir: &Utf8Path) -> Option<&'static str> {
    None
}

/// Returns the number of inotify watches of this process, as the kernel lists them.
#[cfg(target_os = "linux")]
pub(crate) fn inotify_watches() -> Option<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir("/proc/self/fdinfo").ok()? {
        // A descriptor may close while the list is read.
        let Ok(text) = std::fs::read_to_string(entry.ok()?.path()) else {
            continue;
        };
        count += text
            .lines()
            .filter(|line| line.starts_with("inotify "))
            .count();
    }
    Some(count)
}

/// Returns `None`: only Linux has inotify.
#[cfg(not(target_os = "linux"))]
pub(crate) fn inotify_watches() -> Option<usize> {
    None
}

/// Returns the inode number and the time of the last change of any kind, which no program can set.
#[cfg(unix)]
pub(crate) fn identity(metadata: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

/// Returns zeros: Windows reports neither without opening the file, so only size and modification
/// time are compared.
#[cfg(not(unix))]
pub(crate) fn identity(_metadata: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}
