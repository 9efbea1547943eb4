//! Remembers, beyond the end of the process, whose code was being imported or activated.
//!
//! While a plugin's code is imported or its `on_load` runs in this process, there is a file
//! `running/<key>.<process>` that this process has locked. Where one is found that nobody has
//! locked, its process died in there.
//!
//! Nothing here is flushed to the disk: the file has to outlive the process, not the machine. The
//! page cache survives any crash of a process, and after a power failure there is nobody to blame;
//! an fsync would cost a hundred times what everything else here does.

use crate::process_lock::{is_still, try_lock};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::PluginName;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, SystemTime};

/// A marker that is not in its place after so long belongs to a process that died while making it.
const LITTER: Duration = Duration::from_secs(60);

/// What a plugin's code is doing when a marker is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Its modules are run.
    Import,
    /// Its `on_load` runs.
    Activation,
}

impl Step {
    /// Both are of the same length, so that one can be written over the other.
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

/// A marker of this process.
struct Open {
    id: u64,
    /// A forked copy of this process has these in its memory too, and must not touch the files.
    process: u32,
    thread: ThreadId,
    path: Utf8PathBuf,
    step: Step,
    /// None while code that it has called loads another plugin.
    file: Option<File>,
}

/// All markers of this process, whichever manager made them: its own locks a process cannot see.
static OPEN: Mutex<(u64, Vec<Open>)> = Mutex::new((0, Vec::new()));

fn open() -> MutexGuard<'static, (u64, Vec<Open>)> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Open {
    fn show(&mut self) -> io::Result<()> {
        let name = self.path.file_name().unwrap_or_default();
        let hidden = self.path.with_file_name(format!(".{name}"));
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        let mut file = match options.open(&hidden) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(self.path.parent().unwrap_or(&self.path))?;
                options.open(&hidden)?
            }
            other => other?,
        };
        // Locked before it can be found.
        if !try_lock(&file)? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        file.write_all(self.step.text())?;
        fs::rename(&hidden, &self.path)?;
        self.file = Some(file);
        Ok(())
    }

    fn hide(&mut self) {
        let Some(file) = self.file.take() else {
            return;
        };
        if self.process == std::process::id() && fs::remove_file(&self.path).is_err() {
            // An empty one blames nobody.
            let _ = file.set_len(0);
        }
    }
}

/// A plugin's code runs; removed when dropped.
pub(crate) struct Marker(Option<u64>);

impl Marker {
    /// The next step begins.
    pub(crate) fn step(&self, step: Step) {
        let mut open = open();
        let mine = open.1.iter_mut().find(|open| Some(open.id) == self.0);
        if let Some(mine) = mine {
            mine.step = step;
            if let Some(file) = &mut mine.file {
                let written = io::Seek::rewind(file).and_then(|()| file.write_all(step.text()));
                // The step before is near enough.
                let _ = written;
            }
        }
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        let Some(id) = self.0 else {
            return;
        };
        let mut open = open();
        let Some(at) = open.1.iter().position(|open| open.id == id) else {
            return;
        };
        let mut mine = open.1.remove(at);
        mine.hide();
        let outer = open.1.iter_mut().rfind(|open| open.thread == mine.thread);
        if let Some(outer) = outer
            && outer.file.is_none()
        {
            // It could be made before; if it cannot now, a crash goes unexplained.
            let _ = outer.show();
        }
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
pub(crate) struct CrashMemory {
    dir: Utf8PathBuf,
}

impl CrashMemory {
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
        let me = thread::current().id();
        let process = std::process::id();
        let mut open = open();
        let mut mine = Open {
            id: open.0,
            process,
            thread: me,
            path: self.dir.join(format!("{key}.{process}")),
            step,
            file: None,
        };
        mine.show()?;
        open.0 += 1;
        if let Some(outer) = open.1.iter_mut().rfind(|open| open.thread == me) {
            outer.hide();
        }
        let id = mine.id;
        open.1.push(mine);
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
        let own: Vec<Utf8PathBuf> = open().1.iter().map(|open| open.path.clone()).collect();
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

/// A marker that nobody has locked, locked by us now.
fn look(path: &Utf8Path) -> Option<(File, Crashed)> {
    let (key, process) = path.file_name()?.rsplit_once('.')?;
    let process = process.parse().ok()?;
    // What is not ours stays as it is.
    if PluginName::new(key).ok()?.normalized() != key {
        return None;
    }
    let mut file = File::options().read(true).write(true).open(path).ok()?;
    // Its process removes it before it gives the lock back: then it is gone from here.
    if !try_lock(&file).ok()? || !is_still(&file, path) {
        return None;
    }
    let mut text = Vec::new();
    (&mut file).take(64).read_to_end(&mut text).ok()?;
    let Some(step) = Step::read(&text) else {
        let _ = fs::remove_file(path);
        return None;
    };
    let crashed = Crashed {
        key: key.to_owned(),
        step,
        at: file.metadata().and_then(|data| data.modified()).ok()?,
        process,
        beside: Vec::new(),
    };
    Some((file, crashed))
}

fn remove_litter(path: &Utf8Path) {
    let age = fs::metadata(path)
        .and_then(|data| data.modified())
        .map(|at| at.elapsed().unwrap_or_default());
    if age.is_ok_and(|age| age > LITTER) {
        let _ = fs::remove_file(path);
    }
}

/// Removes all markers of this process: it ends in order, whatever is still running in it.
pub(crate) fn forget_all() {
    for mut open in open().1.drain(..) {
        open.hide();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> (tempfile::TempDir, CrashMemory) {
        let scratch = tempfile::tempdir().unwrap();
        let dir = Utf8PathBuf::try_from(scratch.path().join("running")).unwrap();
        (scratch, CrashMemory::new(dir))
    }

    fn names(memory: &CrashMemory) -> Vec<String> {
        let mut names: Vec<String> = memory
            .dir
            .read_dir_utf8()
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_owned())
            .collect();
        names.sort();
        names
    }

    /// As a process that died has left it.
    fn leave(memory: &CrashMemory, name: &str, text: &[u8]) {
        fs::create_dir_all(&memory.dir).unwrap();
        let mut file = File::create(memory.dir.join(name)).unwrap();
        file.write_all(text).unwrap();
    }

    fn taken(memory: &CrashMemory) -> Vec<Crashed> {
        let mut taken = Vec::new();
        memory.take(|crashed| {
            taken.push(crashed.clone());
            true
        });
        taken.sort_by(|a, b| a.key.cmp(&b.key));
        taken
    }

    #[test]
    fn a_marker_is_there_while_the_code_runs() {
        let (_scratch, memory) = memory();
        let process = std::process::id();
        let marker = memory.begin("a", Step::Import).unwrap();
        assert_eq!(names(&memory), [format!("a.{process}")]);
        marker.step(Step::Activation);
        let text = fs::read(memory.dir.join(format!("a.{process}"))).unwrap();
        assert_eq!(Step::read(&text), Some(Step::Activation));
        assert_eq!(taken(&memory), [], "its own are nobody's crash");
        drop(marker);
        assert!(names(&memory).is_empty());
    }

    #[test]
    fn only_the_innermost_is_marked() {
        let (_scratch, memory) = memory();
        let process = std::process::id();
        let outer = memory.begin("outer", Step::Import).unwrap();
        outer.step(Step::Activation);
        let inner = memory.begin("inner", Step::Import).unwrap();
        assert_eq!(names(&memory), [format!("inner.{process}")]);
        drop(inner);
        assert_eq!(names(&memory), [format!("outer.{process}")]);
        let text = fs::read(memory.dir.join(format!("outer.{process}"))).unwrap();
        assert_eq!(Step::read(&text), Some(Step::Activation), "as it was");
        drop(outer);
        assert!(names(&memory).is_empty());
    }

    #[test]
    fn what_a_dead_process_left_is_taken_once_it_is_remembered() {
        let (_scratch, memory) = memory();
        leave(&memory, "my-plugin.4000000", Step::Activation.text());
        memory.take(|_| false);
        assert_eq!(names(&memory).len(), 1, "not remembered, not removed");
        let found = taken(&memory);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].key.as_str(), found[0].process),
            ("my-plugin", 4_000_000)
        );
        assert_eq!(found[0].step, Step::Activation);
        assert_eq!(taken(&memory), []);
    }

    #[test]
    fn two_at_once_name_each_other() {
        let (_scratch, memory) = memory();
        leave(&memory, "a.4000000", Step::Import.text());
        leave(&memory, "b.4000000", Step::Import.text());
        leave(&memory, "c.4000001", Step::Import.text());
        let beside: Vec<_> = taken(&memory)
            .into_iter()
            .map(|found| found.beside)
            .collect();
        assert_eq!(beside, [vec!["b".to_owned()], vec!["a".to_owned()], vec![]]);
    }

    #[test]
    fn foreign_files_stay_and_torn_ones_blame_nobody() {
        let (_scratch, memory) = memory();
        leave(&memory, "README", b"of somebody");
        leave(&memory, "../running/Not_A_Key.12", Step::Import.text());
        leave(&memory, "torn.4000000", b"");
        leave(&memory, ".young.4000000", b"");
        assert_eq!(taken(&memory), []);
        assert_eq!(names(&memory), [".young.4000000", "Not_A_Key.12", "README"]);
    }
}
