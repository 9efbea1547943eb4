//! Who holds a lock, written where those who wait can read it.
//!
//! It is for messages alone: nothing depends on it, so a failure to write or read it is no error.
//! On Unix it stands in the locked file. Windows lets nobody else read that, so there it stands in a
//! file beside it.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

/// More than a holder takes.
const LONGEST: u64 = 4096;

/// A process that holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Holder {
    /// Its process id.
    pub process: u32,
    /// The name of its program.
    pub program: String,
    /// When it took the lock, in seconds since 1970.
    pub since: u64,
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

impl Holder {
    /// This process, from now on.
    pub(super) fn this_process() -> Self {
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(std::path::Path::file_name);
        Self {
            process: std::process::id(),
            program: program.map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            since: now(),
        }
    }

    /// For how long it has held the lock.
    #[must_use]
    pub fn held_for(&self) -> Duration {
        Duration::from_secs(now().saturating_sub(self.since))
    }

    /// Reads who holds the lock at `path`.
    pub(super) fn read(path: &Utf8Path) -> Option<Self> {
        Self::read_from(&place::open(path)?)
    }

    fn read_from(file: &File) -> Option<Self> {
        let mut text = Vec::new();
        file.take(LONGEST).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// `blender (process 1234, for 12 s)`
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            process, program, ..
        } = self;
        let seconds = self.held_for().as_secs();
        write!(f, "{program} (process {process}, for {seconds} s)")
    }
}

/// Writes that this process holds the lock. Returns whether the one before it was killed: it had
/// not taken its name out.
pub(super) fn announce(lock: &File, path: &Utf8Path) -> bool {
    let was_abandoned = place::has_text(lock, path);
    if let Ok(text) = serde_json::to_vec(&Holder::this_process()) {
        place::write(lock, path, &text);
    }
    was_abandoned
}

/// Takes the name out, since the lock is given back in order.
pub(super) fn withdraw(lock: &File, path: &Utf8Path) {
    place::write(lock, path, &[]);
}

#[cfg(unix)]
mod place {
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use camino::Utf8Path;

    pub(super) fn open(path: &Utf8Path) -> Option<File> {
        File::open(path).ok()
    }

    pub(super) fn has_text(lock: &File, _: &Utf8Path) -> bool {
        lock.metadata().is_ok_and(|metadata| metadata.len() > 0)
    }

    pub(super) fn write(lock: &File, _: &Utf8Path, text: &[u8]) {
        if lock.set_len(0).is_ok() {
            let _ = lock.write_all_at(text, 0);
        }
    }
}

#[cfg(not(unix))]
mod place {
    use std::fs::{self, File};
    use std::io::Write;

    use camino::{Utf8Path, Utf8PathBuf};

    fn beside(path: &Utf8Path) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{path}.holder"))
    }

    pub(super) fn open(path: &Utf8Path) -> Option<File> {
        File::open(beside(path)).ok()
    }

    pub(super) fn has_text(_: &File, path: &Utf8Path) -> bool {
        beside(path).exists()
    }

    pub(super) fn write(_: &File, path: &Utf8Path, text: &[u8]) {
        let path = beside(path);
        if text.is_empty() {
            let _ = fs::remove_file(path);
        } else {
            let _ = File::create(path).and_then(|mut file| file.write_all(text));
        }
    }
}
