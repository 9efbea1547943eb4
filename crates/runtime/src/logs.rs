//! A log file for each plugin, with rotation: 1 MiB, three files, the newest without a number.

use crate::home::Home;
use crate::host::Level;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// The size at which a log is put aside, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;
/// How many files are kept, the current one included.
const MAX_FILES: u32 = 3;

struct Open {
    file: File,
    bytes: u64,
}

/// The log files of one manager, opened when first written to.
pub struct Logs {
    home: Home,
    open: Mutex<HashMap<String, Open>>,
}

impl Logs {
    pub(crate) fn new(home: Home) -> Self {
        Self {
            home,
            open: Mutex::default(),
        }
    }

    /// The current file of a plugin, whether it exists or not. `key` is the normalised name.
    #[must_use]
    pub fn path(&self, key: &str) -> Utf8PathBuf {
        self.home.log(key)
    }

    /// Writes a line. A log that cannot be written must not stop a plugin, so nothing is returned.
    pub(crate) fn write(&self, key: &str, level: Level, message: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path(key);
        if open.get(key).is_some_and(|log| log.bytes >= MAX_BYTES) {
            open.remove(key);
            rotate(&path);
        }
        let log = match open.entry(key.to_owned()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => match append(&path) {
                Some(log) => entry.insert(log),
                None => return,
            },
        };
        let mut text = String::with_capacity(message.len() + 32);
        let stamp = format!("{:.3}", jiff::Timestamp::now());
        for line in message.lines() {
            text.push_str(&format!("{stamp} {level:5} {line}\n"));
        }
        if log.file.write_all(text.as_bytes()).is_ok() {
            log.bytes += text.len() as u64;
        } else {
            // Try to open it anew next time: the file or the disk may have come back.
            open.remove(key);
        }
    }

    /// The last lines of a plugin's log, oldest first.
    #[must_use]
    pub fn tail(&self, key: &str, lines: usize) -> Vec<String> {
        let text = fs::read(self.path(key)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let all: Vec<&str> = text.lines().collect();
        all[all.len().saturating_sub(lines)..]
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}

fn append(path: &Utf8Path) -> Option<Open> {
    fs::create_dir_all(path.parent()?).ok()?;
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .ok()?;
    let bytes = file.metadata().map_or(0, |data| data.len());
    Some(Open { file, bytes })
}

fn rotate(path: &Utf8Path) {
    for number in (1..MAX_FILES).rev() {
        let from = if number == 1 {
            path.to_owned()
        } else {
            numbered(path, number - 1)
        };
        // A file that is not there yet is nothing to move.
        let _ = fs::rename(from, numbered(path, number));
    }
}

fn numbered(path: &Utf8Path, number: u32) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{path}.{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_is_put_aside_and_three_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(dir.path().to_path_buf()).unwrap();
        let logs = Logs::new(Home::new(root));
        let line = "x".repeat(64 * 1024);
        for _ in 0..80 {
            logs.write("a", Level::Info, &line);
        }
        logs.write("a", Level::Warn, "last");
        let names: Vec<String> = fs::read_dir(logs.path("a").parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(
            logs.tail("a", 1)[0].ends_with("warn  last"),
            "{:?}",
            logs.tail("a", 1)
        );
        for name in names {
            let bytes = fs::metadata(logs.path("a").with_file_name(name))
                .unwrap()
                .len();
            assert!(bytes < MAX_BYTES + 70 * 1024);
        }
    }
}
