//! A log file for each plugin, with rotation: 1 MiB, three files, the newest without a number.

use crate::model::home::Home;
use crate::model::level::Level;
use crate::storage::log_tail;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::PerProcess;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write;

/// The size in bytes at which a log is rotated.
const MAX_BYTES: u64 = 1024 * 1024;
/// How many files are kept, the current one included.
const MAX_FILES: u32 = 3;

/// How many files are open at once: a thousand plugins must not use up the process's descriptors.
const MAX_OPEN: usize = 16;

struct Open {
    file: File,
    bytes: u64,
    /// A number that increases with each write, to find the file that was idle for longest.
    used: u64,
}

#[derive(Default)]
struct Files {
    by_key: HashMap<String, Open>,
    writes: u64,
}

impl Files {
    /// Returns the open file of a plugin. If too many are open, the one that was idle for longest
    /// is closed.
    fn get(&mut self, key: &str, path: &Utf8Path) -> Option<&mut Open> {
        if !self.by_key.contains_key(key) {
            if self.by_key.len() >= MAX_OPEN {
                let idle = self.by_key.iter().min_by_key(|(_, log)| log.used);
                if let Some(idle) = idle.map(|(key, _)| key.clone()) {
                    self.by_key.remove(&idle);
                }
            }
            self.by_key.insert(key.to_owned(), append(path)?);
        }
        self.writes += 1;
        let log = self.by_key.get_mut(key)?;
        log.used = self.writes;
        Some(log)
    }
}

/// The log files of one manager. Each is opened at its first line.
pub struct Logs {
    home: Home,
    // A forked copy has a lock of its own: another thread may have been writing at the fork.
    open: PerProcess<Mutex<Files>>,
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logs")
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

impl Logs {
    pub(crate) fn new(home: Home) -> Self {
        Self {
            home,
            open: PerProcess::new(Mutex::default),
        }
    }

    /// Returns the path of a plugin's current file, which may not exist yet. `key` is the
    /// normalised name.
    #[must_use]
    pub fn path(&self, key: &str) -> Utf8PathBuf {
        self.home.log(key)
    }

    /// Writes a line. A log that cannot be written must not stop a plugin, so nothing is returned.
    pub fn write(&self, key: &str, level: Level, message: &str) {
        let mut open = self.open.get().lock();
        let path = self.path(key);
        let full = |log: &Open| log.bytes >= MAX_BYTES;
        if open.by_key.get(key).is_some_and(full) {
            open.by_key.remove(key);
            rotate(&path);
        }
        let Some(log) = open.get(key, &path) else {
            return;
        };
        let mut text = String::with_capacity(message.len() + 32);
        let stamp = format!("{:.3}", jiff::Timestamp::now());
        for line in message.lines() {
            text.push_str(&format!("{stamp} {level:5} {line}\n"));
        }
        if log.file.write_all(text.as_bytes()).is_ok() {
            log.bytes += text.len() as u64;
        } else {
            // Closed, and opened again for the next line: the file or the disk may then be back.
            open.by_key.remove(key);
        }
    }

    /// Closes all files. A line that comes later opens its file again.
    pub(crate) fn close(&self) {
        self.open.get().lock().by_key.clear();
    }

    /// Returns the last lines of a plugin's log, the oldest first: at most `lines`, and at most
    /// [`log_tail::MOST_LINES`]. Older files are read as well.
    #[must_use]
    pub fn tail(&self, key: &str, lines: usize) -> Vec<String> {
        let path = self.path(key);
        let files = {
            // No thread of this process rotates them meanwhile.
            let _open = self.open.get().lock();
            let older = (1..MAX_FILES).map(|number| numbered(&path, number));
            let paths = std::iter::once(path.clone()).chain(older);
            paths.map_while(|path| File::open(path).ok()).collect()
        };
        log_tail::read(files, lines)
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
    let used = 0;
    Some(Open { file, bytes, used })
}

fn rotate(path: &Utf8Path) {
    for number in (1..MAX_FILES).rev() {
        let from = if number == 1 {
            path.to_owned()
        } else {
            numbered(path, number - 1)
        };
        // Fails if the file does not exist yet.
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

    #[test]
    fn many_logs_use_few_descriptors_and_lose_no_line() {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(dir.path().to_path_buf()).unwrap();
        let logs = Logs::new(Home::new(root));
        for round in 0..3 {
            for plugin in 0..100 {
                logs.write(&format!("p{plugin}"), Level::Info, &format!("{round}"));
            }
        }
        assert_eq!(logs.open.get().lock().by_key.len(), MAX_OPEN);
        for plugin in 0..100 {
            assert_eq!(logs.tail(&format!("p{plugin}"), 9).len(), 3);
        }
        logs.close();
        assert!(logs.open.get().lock().by_key.is_empty());
        logs.write("p7", Level::Info, "late");
        assert_eq!(logs.tail("p7", 9).len(), 4);
    }
}
