//! Files that this process, or a process that descends from it, has open for writing.
//!
//! A notification about a file does not say who has written it. A download or a log that is kept
//! open can still be attributed: an editor that the user works with is another process. Nothing is
//! known of a file that was closed again; its writer is found by other means
//! (`manager/self_writes.rs`).

use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// Returns those of the paths that are open for writing in this process, its workers or their
/// child processes. Returns none on systems that do not say.
pub(crate) fn held(paths: &[&Utf8Path]) -> BTreeSet<Utf8PathBuf> {
    if paths.is_empty() {
        return BTreeSet::new();
    }
    platform::held(paths)
}

#[cfg(target_os = "linux")]
mod platform {
    use super::{BTreeSet, Utf8Path, Utf8PathBuf};
    use std::collections::{BTreeMap, VecDeque};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// At most so many processes are looked at, and so many files of each. With more, a file may
    /// be missed.
    const MAX_PROCESSES: usize = 64;
    const MAX_FILES: usize = 4096;

    /// The bits of the open flags that stand for writing (`O_WRONLY`, `O_RDWR`).
    const WRITING: u32 = 0o3;

    pub(super) fn held(paths: &[&Utf8Path]) -> BTreeSet<Utf8PathBuf> {
        let wanted: BTreeMap<PathBuf, &Utf8Path> = paths
            .iter()
            .filter_map(|path| Some((path.canonicalize().ok()?, *path)))
            .collect();
        let mut held = BTreeSet::new();
        for process in processes() {
            let dir = Path::new("/proc").join(process.to_string());
            let Ok(files) = fs::read_dir(dir.join("fd")) else {
                continue;
            };
            for file in files.flatten().take(MAX_FILES) {
                if let Ok(target) = fs::read_link(file.path())
                    && let Some(path) = wanted.get(&target)
                    && is_for_writing(&dir.join("fdinfo").join(file.file_name()))
                {
                    held.insert((*path).to_owned());
                }
            }
        }
        held
    }

    /// Returns this process and those that descend from it.
    fn processes() -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        let mut waiting = VecDeque::from([std::process::id()]);
        while let Some(process) = waiting.pop_front() {
            if found.len() >= MAX_PROCESSES || !found.insert(process) {
                continue;
            }
            let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else {
                continue;
            };
            for thread in threads.flatten() {
                let children = fs::read_to_string(thread.path().join("children"));
                let children = children.unwrap_or_default();
                waiting.extend(
                    children
                        .split_whitespace()
                        .filter_map(|id| id.parse::<u32>().ok()),
                );
            }
        }
        found
    }

    fn is_for_writing(info: &Path) -> bool {
        let info = fs::read_to_string(info).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        flags
            .and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok())
            .is_some_and(|flags| flags & WRITING != 0)
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use super::{BTreeSet, Utf8Path, Utf8PathBuf};

    pub(super) fn held(_: &[&Utf8Path]) -> BTreeSet<Utf8PathBuf> {
        BTreeSet::new()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use lichtfeld_system::CancelToken;
    use lichtfeld_system::process::{Activity, Command, Timeouts};
    use std::fs::{File, OpenOptions};

    #[test]
    fn a_file_is_held_while_it_is_open_for_writing() {
        let scratch = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(scratch.path()).unwrap().join("log.txt");
        let other = path.with_file_name("other.txt");
        let writer = OpenOptions::new().create(true).append(true).open(&path);
        let writer = writer.unwrap();
        assert_eq!(held(&[&path, &other]), BTreeSet::from([path.clone()]));
        drop(writer);
        let reader = File::open(&path).unwrap();
        assert_eq!(held(&[&path]), BTreeSet::new());
        drop(reader);
    }

    #[test]
    fn a_file_that_a_child_writes_is_held() {
        let scratch = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(scratch.path()).unwrap().join("log.txt");
        let script = "exec 3>>\"$0\"; echo ready; sleep 600";
        let token = CancelToken::new();
        let mut found = BTreeSet::new();
        let ended = Command::new("sh").args(["-c", script, path.as_str()]).run(
            &token,
            &Timeouts::default(),
            &mut |signal| {
                if signal.line().is_some() {
                    found = held(&[&path]);
                    token.cancel();
                }
                Activity::Seen
            },
        );
        assert!(ended.is_err(), "cancelled");
        assert_eq!(found, BTreeSet::from([path.clone()]));
        assert_eq!(held(&[&path]), BTreeSet::new());
    }
}
