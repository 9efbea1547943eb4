//! Zip archives, unpacked without trust: names, sizes and kinds of entries are a stranger's.

use crate::download;
use crate::error::SourceError;
use crate::tree::{Count, MAX_FILES};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files::FileError;
use lichtfeld_system::{CancelToken, Cause};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read};
use zip::ZipArchive;

/// A file that grows more than this, and is larger than [`HARMLESS`], is a bomb: source code
/// shrinks to a fifth, tables of zeros to a fiftieth.
const MAX_RATIO: u64 = 200;
/// Growing to this size does no harm.
const HARMLESS: u64 = 16 << 20;

/// Whether the file is the one that was promised.
pub(super) fn check_hash(archive: &Utf8Path, expected: &str) -> Result<(), SourceError> {
    let mut hasher = Sha256::new();
    let hashed =
        File::open(archive).and_then(|mut file| io::copy(&mut file, &mut HashWriter(&mut hasher)));
    hashed.map_err(|error| FileError::new("read", archive, error))?;
    Ok(download::same_hash(
        archive.as_str(),
        expected,
        &hasher.finalize(),
    )?)
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `shown` is what the archive is called in errors.
pub(super) fn unpack(
    archive: &Utf8Path,
    shown: &str,
    to: &Utf8Path,
    cancel: &CancelToken,
) -> Result<(), SourceError> {
    let bad = |source: Cause| SourceError::BadArchive {
        archive: shown.to_owned(),
        source,
    };
    let file = File::open(archive).map_err(|error| FileError::new("read", archive, error))?;
    let mut zip = ZipArchive::new(file).map_err(|error| bad(error.into()))?;
    if zip.len() > MAX_FILES {
        return Err(SourceError::TooLarge {
            what: format!("{shown} has more than {MAX_FILES} entries"),
        });
    }
    let made = |path: &Utf8Path| {
        fs::create_dir_all(path).map_err(|error| FileError::new("make", path, error))
    };
    made(to)?;
    let mut count = Count::default();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(|error| bad(error.into()))?;
        let name = entry
            .name()
            .map_err(|error| bad(error.into()))?
            .into_owned();
        let refused = |reason: &str| SourceError::Unsafe {
            entry: name.clone(),
            reason: reason.into(),
        };
        // The reader would make such names harmless, which hides the attempt.
        let is_absolute = name.starts_with(['/', '\\']) || name.contains(':');
        let inside = entry
            .enclosed_name()
            .filter(|_| !is_absolute)
            .and_then(|path| Utf8PathBuf::try_from(path).ok())
            .filter(|path| !path.as_str().is_empty() && is_plain(path))
            .ok_or_else(|| refused("it would lie outside the plugin's directory"))?;
        if entry.is_symlink() {
            return Err(refused("it is a link"));
        }
        let target = to.join(&inside);
        if entry.is_dir() {
            made(&target)?;
            continue;
        }
        count.file()?;
        if let Some(parent) = target.parent() {
            made(parent)?;
        }
        if target.symlink_metadata().is_ok() {
            return Err(refused("it is in the archive twice"));
        }
        let packed = entry.compressed_size();
        let limit = packed.saturating_mul(MAX_RATIO).max(HARMLESS);
        // By what comes out, not by what the archive says will.
        let mut limited = Limited {
            inner: entry,
            left: limit,
        };
        let copied = count.copy(&mut limited, &target, cancel);
        if limited.left == 0 {
            return Err(SourceError::TooLarge {
                what: format!("'{name}' grows to more than {MAX_RATIO} times its packed size"),
            });
        }
        copied.map_err(|error| match error {
            SourceError::File(error) if error.io().kind() == io::ErrorKind::InvalidData => {
                bad(format!("'{name}': {}", error.io()).into())
            }
            other => other,
        })?;
    }
    Ok(())
}

/// No drive, no stream of another file (`a:b`), as Windows would understand them.
fn is_plain(path: &Utf8Path) -> bool {
    path.components().all(
        |part| matches!(part, camino::Utf8Component::Normal(part) if !part.contains([':', '\\'])),
    )
}

struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        if self.left == 0 && read > 0 {
            return Err(io::Error::other("too large"));
        }
        Ok(read)
    }
}
