//! How much has been downloaded, seen from uv's cache.
//!
//! Without a terminal uv prints the size of a large download, and nothing until it is complete. It
//! unpacks while it downloads, into directories `.tmp*` in its cache; what grows there is measured.
//! That is an estimate: unpacked files are larger than the archive, and another uv may write there.

use std::fs;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

/// Watches the temporary directories of one cache.
#[derive(Debug)]
pub(crate) struct CacheWatch {
    cache: Utf8PathBuf,
    since: SystemTime,
    highest: u64,
}

impl CacheWatch {
    pub(crate) fn new(cache: Utf8PathBuf, since: SystemTime) -> Self {
        Self {
            cache,
            since,
            highest: 0,
        }
    }

    /// Bytes in the directories that began since the watch did. Never goes back: a finished
    /// download leaves them.
    pub(crate) fn bytes(&mut self) -> u64 {
        let mut now = 0;
        for bucket in directories(&self.cache) {
            if is_temporary(&bucket) {
                now += self.recent_size(&bucket);
            } else {
                let inner = directories(&bucket)
                    .into_iter()
                    .filter(|path| is_temporary(path));
                now += inner.map(|path| self.recent_size(&path)).sum::<u64>();
            }
        }
        self.highest = self.highest.max(now);
        self.highest
    }

    fn recent_size(&self, directory: &Utf8Path) -> u64 {
        let modified = fs::metadata(directory).and_then(|metadata| metadata.modified());
        if modified.is_ok_and(|modified| modified >= self.since) {
            crate::store::measure::size(directory)
        } else {
            0
        }
    }
}

fn is_temporary(path: &Utf8Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.starts_with(".tmp"))
}

fn directories(path: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Utf8PathBuf::try_from(entry.path()).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lichtfeld_system::files::write_atomic;
    use std::time::Duration;

    #[test]
    fn counts_what_grows_and_never_goes_back() {
        let scratch = tempfile::tempdir().unwrap();
        let cache = Utf8Path::from_path(scratch.path()).unwrap();
        let before = SystemTime::now() - Duration::from_secs(1);
        write_atomic(cache.join("archive-v0/kept/file"), &[0; 100]).unwrap();
        let mut watch = CacheWatch::new(cache.to_owned(), before);
        assert_eq!(watch.bytes(), 0);
        write_atomic(cache.join("archive-v0/.tmpA/deep/file"), &[0; 10]).unwrap();
        write_atomic(cache.join(".tmpB/file"), &[0; 5]).unwrap();
        assert_eq!(watch.bytes(), 15);
        fs::remove_dir_all(cache.join(".tmpB")).unwrap();
        assert_eq!(watch.bytes(), 15);
        let later = SystemTime::now() + Duration::from_secs(60);
        assert_eq!(CacheWatch::new(cache.to_owned(), later).bytes(), 0);
    }
}
