//! Remembers, beyond the end of the process, whose code was being imported or activated.
//!
//! A process has a file `running/<process>.<number>`, which it has locked and keeps. While a
//! plugin's code is imported or its `on_load` runs in this process, the file says so: the step and
//! the plugin. Where such a file is found that nobody has locked, its process died in there. Code
//! that runs on two threads at once has two files.
//!
//! To mark costs one write into a file that is open, a microsecond; making and removing a file for
//! each load took forty, half as long as the import of a small plugin. Nothing is flushed to the
//! disk: the file has to outlive the process, not the machine. The page cache survives any crash of
//! a process, and after a power failure there is nobody to blame.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::PluginName;
use lichtfeld_system::process_lock::{is_still, try_lock};
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, SystemTime};

/// A file that is not in its place after so long belongs to a process that died while making it.
const LITTER: Duration = Duration::from_secs(60);

/// How each file begins where no code runs. As long as every [`Step`], so that one can be written
/// over the other.
const IDLE: &[u8; 8] = b"idle   \n";

/// What a plugin's code is doing when a marker is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Its modules are run.
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

/// A file of this process, locked by it.
struct Slot {
    path: Utf8PathBuf,
    file: File,
    /// A forked copy of this process has this in its memory too, and must not touch the file.
    process: u32,
}

impl Slot {
    fn make(dir: &Utf8Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let process = std::process::id();
        // A dead process may have had our number.
        let names = (0_u32..).map(|number| format!("{process}.{number}"));
        let free = names
            .map(|name| (dir.join(&name), dir.join(format!(".{name}"))))
            .find(|(path, hidden)| !path.exists() && !hidden.exists());
        let (path, hidden) = free.ok_or(io::ErrorKind::AlreadyExists)?;
        let mut file = File::options().write(true).create_new(true).open(&hidden)?;
        // Locked before it can be found.
        if !try_lock(&file)? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        file.write_all(IDLE)?;
        fs::rename(&hidden, &path)?;
        Ok(Self {
            path,
            file,
            process,
        })
    }

    fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }

    fn is_in(&self, dir: &Utf8Path) -> bool {
        self.path.parent() == Some(dir)
    }

    /// What stood there before and is longer ends with its own end of line.
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(text)
    }

    fn write_step(&mut self, step: Step, key: &str) -> io::Result<()> {
        // In one write: a crash never finds the step of one plugin beside the name of another.
        self.write(&[step.text(), key.as_bytes(), b"\n"].concat())
    }

    fn write_idle(&mut self) {
        // One that cannot be emptied would blame a plugin that did nothing.
        if self.is_ours() && self.write(IDLE).is_err() {
            let _ = fs::remove_file(&self.path);
        }
    }

    fn remove(self) {
        if self.is_ours() {
            let _ = fs::remove_file(&self.path);
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
    /// Code that it has called loads another plugin.
    hidden: bool,
}

/// All files of this process, whichever manager made them: its own locks a process cannot see.
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
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Files {
    fn slot(&mut self, dir: &Utf8Path) -> io::Result<Slot> {
        self.idle.retain(Slot::is_ours);
        match self.idle.iter().position(|slot| slot.is_in(dir)) {
            // A home that was removed takes its files with it.
            Some(at) => match self.idle.swap_remove(at) {
                slot if slot.path.exists() => Ok(slot),
                _ => Slot::make(dir),
            },
            None => Slot::make(dir),
        }
    }
}

/// A plugin's code runs; removed when dropped.
pub(crate) struct Marker(Option<u64>);

impl Marker {
    /// The next step begins.
    pub(crate) fn step(&self, step: Step) {
        let mut files = files();
        let mine = files.open.iter_mut().find(|open| Some(open.id) == self.0);
        if let Some(mine) = mine {
            mine.step = step;
            if !mine.hidden && mine.slot.is_ours() {
                // The step before is near enough.
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
        let mut mine = files.open.remove(at);
        mine.slot.write_idle();
        let outer = files
            .open
            .iter_mut()
            .rfind(|open| open.thread == mine.thread);
        if let Some(outer) = outer
            && outer.hidden
        {
            outer.hidden = false;
            // It could be made before; if it cannot now, a crash goes unexplained.
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
    /// Others whose code ran in the same process at that moment, on other threads.
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

    /// A marker that is none: for code that runs elsewhere.
    pub(crate) const fn none() -> Marker {
        Marker(None)
    }

    /// Marks that a plugin's code is about to run on this thread. The marker of the code that
    /// calls is taken away meanwhile, so that only the innermost is blamed.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub(crate) fn begin(&self, key: &str, step: Step) -> io::Result<Marker> {
        let thread = thread::current().id();
        let mut files = files();
        let mut slot = files.slot(&self.dir)?;
        slot.write_step(step, key)?;
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

    /// Looks for markers of processes that died. `remember` is called for each plugin; its marker
    /// is removed where that was done.
    pub(crate) fn take(&self, mut remember: impl FnMut(&Crashed) -> bool) {
        let found = self.find();
        for (file, path, crashed) in &found {
            let mut crashed = crashed.clone();
            crashed.beside = found
                .iter()
                .filter(|(_, _, other)| {
                    other.process == crashed.process && other.key != crashed.key
                })
                .map(|(_, _, other)| other.key.clone())
                .collect();
            if remember(&crashed) && fs::remove_file(path).is_err() {
                let _ = file.set_len(0);
            }
        }
    }

    fn find(&self) -> Vec<(File, Utf8PathBuf, Crashed)> {
        let Ok(entries) = self.dir.read_dir_utf8() else {
            return Vec::new();
        };
        let own: Vec<Utf8PathBuf> = {
            let files = files();
            let open = files.open.iter().map(|open| &open.slot);
            let ours = open.chain(&files.idle).filter(|slot| slot.is_ours());
            ours.map(|slot| slot.path.clone()).collect()
        };
        let mut found = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if own.iter().any(|own| own == path) {
                continue;
            }
            if entry.file_name().starts_with('.') {
                remove_litter(path);
            } else if let Some((file, crashed)) = look(path) {
                found.push((file, path.to_owned(), crashed));
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

/// A file that nobody has locked, locked by us now. One that blames nobody is removed.
fn look(path: &Utf8Path) -> Option<(File, Crashed)> {
    let (process, number) = path.file_name()?.split_once('.')?;
    // What is not ours stays as it is.
    let (process, _) = (process.parse().ok()?, number.parse::<u32>().ok()?);
    let mut file = File::options().read(true).write(true).open(path).ok()?;
    // Its process removes it before it gives the lock back: then it is gone from here.
    if !try_lock(&file).ok()? || !is_still(&file, path) {
        return None;
    }
    let mut text = Vec::new();
    (&mut file).take(1024).read_to_end(&mut text).ok()?;
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
    Some((file, crashed))
}

/// Whose code ran, by the text of a file.
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

/// Removes all files of this process: it ends in order, whatever is still running in it.
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
