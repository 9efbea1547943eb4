//! Any bytes as a zip archive: nothing panics, nothing lies outside the directory, no link is made,
//! and what was unpacked has a bound.
#![no_main]

use std::fs;

use camino::Utf8Path;
use libfuzzer_sys::fuzz_target;
use lichtfeld_sources::{PluginSource, Transport, Tree};
use lichtfeld_system::CancelToken;
use walkdir::WalkDir;

/// More than a small archive can grow to: the limit for one file is 16 MiB or 200 times its size.
const BOUND: u64 = 4 << 30;

fuzz_target!(|bytes: &[u8]| {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let root = Utf8Path::from_path(scratch.path()).expect("UTF-8");
    let path = root.join("archive.zip");
    fs::write(&path, bytes).expect("the archive is written");
    let source = PluginSource::Archive { path, sha256: None };
    let staging = root.join("outer/staging");
    let cancel = CancelToken::new();
    let fetched = source.fetch(&staging, Transport::Archive, &cancel, &mut |_| {});
    if let Ok(files) = &fetched {
        assert!(files.starts_with(&staging));
        Tree::read(files).expect("what was unpacked can be read");
    }
    let mut size = 0;
    for entry in WalkDir::new(root).min_depth(1) {
        let entry = entry.expect("what was unpacked can be listed");
        let path = Utf8Path::from_path(entry.path()).expect("names are UTF-8");
        assert!(!entry.path_is_symlink(), "{path} is a link");
        let inside = path.starts_with(staging.join("files"));
        let ours = staging.starts_with(path) || *path == root.join("archive.zip");
        assert!(inside || ours, "{path} lies outside");
        size += entry.metadata().expect("metadata").len();
    }
    assert!(size < BOUND, "{size} bytes");
});
