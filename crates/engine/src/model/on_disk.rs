//! The directory of a plugin and its manifest.

use camino::Utf8PathBuf;
use lichtfeld_manifest::Manifest;
use std::fs;
use std::sync::Arc;
use std::time::SystemTime;

/// The directory of a plugin and its manifest.
#[derive(Clone)]
pub(crate) struct OnDisk {
    pub(crate) dir: Utf8PathBuf,
    pub(crate) manifest: Arc<Manifest>,
    /// Size and time of the manifest when it was read, or `None` to read it again.
    stamp: Option<(u64, SystemTime)>,
}

impl OnDisk {
    /// A plugin whose manifest was read just now.
    pub(crate) fn new(dir: Utf8PathBuf, manifest: Arc<Manifest>) -> Self {
        let stamp = stamp(&dir);
        Self {
            dir,
            manifest,
            stamp,
        }
    }

    /// Returns whether the manifest has not changed since it was read.
    pub(crate) fn is_fresh(&self) -> bool {
        self.stamp.is_some() && stamp(&self.dir) == self.stamp
    }
}

fn stamp(dir: &camino::Utf8Path) -> Option<(u64, SystemTime)> {
    let data = fs::metadata(dir.join(lichtfeld_manifest::MANIFEST_FILE)).ok()?;
    Some((data.len(), data.modified().ok()?))
}
