//! Crash markers: files that name the plugin whose code is being imported or activated. They remain
//! if the process dies.
//!
//! A process has a file `running/<process>.<number>`, which it locks and keeps. While a plugin's
//! code is imported or its `on_load` runs in this process, the file contains the step and the
//! plugin. If such a file is found without a lock, its process died during that step. Code that
//! runs on two threads at once has two files.
//!
//! A marker costs one write into an open file, 1 microsecond; making and removing a file for each
//! load took 40, half as long as the import of a small plugin. Nothing is flushed to the disk: the
//! file has to outlive the process, not the machine. The page cache survives any crash of a
//! process, and a power failure is not the fault of a plugin.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::PluginName;
use lichtfeld_system::files::FileError;
use lichtfeld_system::lock::{FileLock, LockKind};
use parking_lot::{Mutex, MutexGuard};
use std::fs;
use std::io::{self, Read, Seek, Write};
use std::thread::{self, ThreadId};
use std::time::{Duration, SystemTime};

/// A hidden file that is older than this belongs to a process that died while making it.
const LITTER: Duration = Duration::from_secs(60);

/// The content of a file while no code runs. It has the length of every [`Step`], so that one can
/// be written over the other.
const IDLE: &[u8; 8] = b"idle   \n";

/// The step that a marker names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The plugin's modules are imported.
    Import,
    /// Its `on_load` runs.
    Activation,
}

impl Step {
    const fn text(self) -> &'static [u8; 8] {
        match self {
            Self::Import => b"import \n",
            Self::Activation => b"on_load\n",
        }
    }

    fn read(text: &[u8]) -> Option<Self> {
        [Self::Import, Self::Activation]
            .into_iter()
            .find(|step| text == step.text())
    }
}

/// A file that this process has locked. In a forked child it has no open file.
struct Slot {
    lock: FileLock,
}

impl Slot {
    fn make(dir: &Utf8Path) -> Result<Self, FileError> {
        fs::create_dir_all(dir).map_err(|error| FileError::new("create", dir, error))?;
        let process = std::process::id();
        // An earlier process may have had the same number.
        let names = (0_u32..).map(|number| format!("{process}.{number}"));
        let free = names
            .map(|name| (dir.join(&name), dir.join(format!(".{name}"))))
            .find(|(path, hidden)| !path.exists() && !hidden.exists());
        let refused = |kind: io::ErrorKind| FileError::new("create", dir, kind.into());
        let (path, hidden) = free.ok_or_else(|| refused(io::ErrorKind::AlreadyExists))?;
        // Locked before it can be found.
        let lock = FileLock::try_create_new(&hidden)?;
        let mut lock = lock.ok_or_else(|| refused(io::ErrorKind::WouldBlock))?;
        if let Some(mut file) = lock.file() {
            file.write_all(IDLE)
                .map_err(|error| FileError::new("write", &hidden, error))?;
        }
        lock.rename(&path)?;
        Ok(Self { lock })
    }

    fn path(&self) -> &Utf8Path {
        self.lock.path()
    }

    /// Returns whether it belongs to this process, and not to the parent of this forked child.
    fn is_of_this_process(&self) -> bool {
        self.lock.file().is_some()
    }

    fn is_in(&self, dir: &Utf8Path) -> bool {
        self.path().parent() == Some(dir)
    }

    /// The rest of a longer text stays in the file, after the end of line of the new one.
    fn write(&self, text: &[u8]) -> io::Result<()> {
        match self.lock.file() {
            Some(mut file) => {
                file.rewind()?;
                file.write_all(text)
            }
            None => Ok(()),
        }
    }

    fn write_step(&self, step: Step, key: &str) -> io::Result<()> {
        // In one write: a crash never finds the step of one plugin beside the name of another.
        self.write(&[step.text(), key.as_bytes(), b"\n"].concat())
    }

    fn write_idle(&self) {
        // If it cannot be reset, it would blame a plugin that did nothing.
        if self.is_of_this_process() && self.write(IDLE).is_err() {
            let _ = fs::remove_file(self.path());
        }
    }

    fn remove(self) {
        if self.is_of_this_process() {
            let _ = fs::remove_file(self.path());
        }
    }
}

/// A marker of this process.
struct Open {
    id: u64,
    thread: ThreadId,
    key: String,
    step: Step,
    slot: Slot,
    /// Whether this code is loading another plugin, which is blamed instead.
    hidden: bool,
}

/// All files of this process, of all managers: a process does not see its own locks.
struct Files {
    next: u64,
    open: Vec<Open>,
    idle: Vec<Slot>,
}

static FILES: Mutex<Files> = Mutex::new(Files {
    next: 0,
    open: Vec::new(),
    idle: Vec::new(),
});

fn files() -> MutexGuard<'static, Files> {
    FILES.lock()
}

impl Files {
    fn slot(&mut self, dir: &Utf8Path) -> Result<Slot, FileError> {
        self.idle.retain(Slot::is_of_this_process);
        match self.idle.iter().position(|slot| slot.is_in(dir)) {
            // The file is gone if the home was removed.
            Some(at) => match self.idle.swap_remove(at) {
                slot if slot.path().exists() => Ok(slot),
                _ => Slot::make(dir),
            },
            None => Slot::make(dir),
        }
    }
}

/// Marks that a plugin's code is running, until it is dropped.
pub(crate) struct Marker(Option<u64>);

impl Marker {
    /// Marks the next step.
    pub(crate) fn step(&self, step: Step) {
        let mut files = files();
        let mine = files.open.iter_mut().find(|open| Some(open.id) == self.0);
        if let Some(mine) = mine {
            mine.step = step;
            if !mine.hidden && mine.slot.is_of_this_process() {
                // If this fails, the marker names the step before, which is accurate enough.
                let _ = mine.slot.write_step(step, &mine.key);
            }
        }
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        let Some(id) = self.0 else {
            return;
        };
        let mut files = files();
        let Some(at) = files.open.iter().position(|open| open.id == id) else {
            return;
        };
        let mine = files.open.remove(at);
        mine.slot.write_idle();
        let outer = files
            .open
            .iter_mut()
            .rfind(|open| open.thread == mine.thread);
        if let Some(outer) = outer
            && outer.hidden
        {
            outer.hidden = false;
            // If this fails, a crash is not explained.
            let _ = outer.slot.write_step(outer.step, &outer.key);
        }
        files.idle.push(mine.slot);
    }
}

/// A plugin whose process died while its code ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crashed {
    pub(crate) key: String,
    pub(crate) step: Step,
    /// When the step began.
    pub(crate) at: SystemTime,
    pub(crate) process: u32,
    /// Other plugins whose code was running in the same process, on other threads.
    pub(crate) beside: Vec<String>,
}

/// The markers below one home.
pub(crate) struct CrashMarkers {
    dir: Utf8PathBuf,
}

impl CrashMarkers {
    pub(crate) fn new(dir: Utf8PathBuf) -> Self {
        Self { dir }
    }

    /// Returns a marker without effect, for code that runs in another process.
    pub(crate) const fn none() -> Marker {
        Marker(None)
    }

    /// Marks that a plugin's code is about to run on this thread. The marker of the calling code is
    /// removed meanwhile, so that only the innermost plugin is blamed.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub(crate) fn begin(&self, key: &str, step: Step) -> Result<Marker, FileError> {
        let thread = thread::current().id();
        let mut files = files();
        let slot = files.slot(&self.dir)?;
        slot.write_step(step, key)
            .map_err(|error| FileError::new("write", slot.path(), error))?;
        let id = files.next;
        files.next += 1;
        if let Some(outer) = files.open.iter_mut().rfind(|open| open.thread == thread) {
            outer.hidden = true;
            outer.slot.write_idle();
        }
        files.open.push(Open {
            id,
            thread,
            key: key.to_owned(),
            step,
            slot,
            hidden: false,
        });
        Ok(Marker(Some(id)))
    }

    /// Finds the markers of processes that died. Calls `remember` for each plugin, and removes its
    /// marker if that returns true.
    pub(crate) fn take(&self, mut remember: impl FnMut(&Crashed) -> bool) {
        let found = self.find();
        for (lock, path, crashed) in &found {
            let mut crashed = crashed.clone();
            crashed.beside = found
                .iter()
                .filter(|(_, _, other)| {
                    other.process == crashed.process && other.key != crashed.key
                })
                .map(|(_, _, other)| other.key.clone())
                .collect();
            if remember(&crashed)
                && fs::remove_file(path).is_err()
                && let Some(file) = lock.file()
            {
                let _ = file.set_len(0);
            }
        }
    }

    fn find(&self) -> Vec<(FileLock, Utf8PathBuf, Crashed)> {
        let Ok(entries) = self.dir.read_dir_utf8() else {
            return Vec::new();
        };
        let own: Vec<Utf8PathBuf> = {
            let files = files();
            let open = files.open.iter().map(|open| &open.slot);
            let own = open
                .chain(&files.idle)
                .filter(|slot| slot.is_of_this_process());
            own.map(|slot| slot.path().to_owned()).collect()
        };
        let mut found = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if own.iter().any(|own| own == path) {
                continue;
            }
            if entry.file_name().starts_with('.') {
                remove_litter(path);
            } else if let Some((lock, crashed)) = look(path) {
                found.push((lock, path.to_owned(), crashed));
            }
        }
        found
    }
}

impl Drop for CrashMarkers {
    fn drop(&mut self) {
        let mut files = files();
        let (mine, others) = files.idle.drain(..).partition(|slot| slot.is_in(&self.dir));
        files.idle = others;
        Vec::into_iter(mine).for_each(Slot::remove);
    }
}

/// Locks a file that no process has locked. A file that names no plugin is removed.
fn look(path: &Utf8Path) -> Option<(FileLock, Crashed)> {
    let (process, number) = path.file_name()?.split_once('.')?;
    // Other files are left as they are.
    let (process, _) = (process.parse().ok()?, number.parse::<u32>().ok()?);
    // A process removes its file before it releases the lock, so a file without a lock is of a dead
    // one.
    let lock = FileLock::try_existing(path, LockKind::Exclusive).ok()??;
    let file = lock.file()?;
    let mut text = Vec::new();
    file.take(1024).read_to_end(&mut text).ok()?;
    let Some((step, key)) = blamed(&text) else {
        let _ = fs::remove_file(path);
        return None;
    };
    let crashed = Crashed {
        key,
        step,
        at: file.metadata().and_then(|data| data.modified()).ok()?,
        process,
        beside: Vec::new(),
    };
    Some((lock, crashed))
}

/// Returns the step and the plugin in the content of a file.
fn blamed(text: &[u8]) -> Option<(Step, String)> {
    let (step, rest) = text.split_at_checked(IDLE.len())?;
    let step = Step::read(step)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let key = std::str::from_utf8(rest.get(..end)?).ok()?;
    let is_key = PluginName::new(key).is_ok_and(|name| name.normalized() == key);
    is_key.then(|| (step, key.to_owned()))
}

fn remove_litter(path: &Utf8Path) {
    let age = fs::metadata(path)
        .and_then(|data| data.modified())
        .map(|at| at.elapsed().unwrap_or_default());
    if age.is_ok_and(|age| age > LITTER) {
        let _ = fs::remove_file(path);
    }
}

/// Removes all files of this process. Called when it ends normally, even if code still runs in it.
pub(crate) fn forget_all() {
    let mut files = files();
    let open: Vec<Open> = files.open.drain(..).collect();
    let idle: Vec<Slot> = files.idle.drain(..).collect();
    open.into_iter()
        .map(|open| open.slot)
        .chain(idle)
        .for_each(Slot::remove);
}

#[cfg(test)]
#[path = "crash_markers_tests.rs"]
mod tests;
