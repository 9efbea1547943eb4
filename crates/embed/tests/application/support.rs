//! An application in the test's own process, with a scratch home.

use lichtfeld_embed::camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_embed::pyo3::conversion::FromPyObjectOwned;
use lichtfeld_embed::pyo3::prelude::*;
use lichtfeld_embed::{
    Application, Builder, Home, Host, HostFacts, Job, Level, State, Unobserved, Version, facts,
};
use std::ffi::CString;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the application was told.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) lines: Mutex<Vec<String>>,
    pub(crate) redraws: AtomicUsize,
    pub(crate) jobs: AtomicUsize,
}

impl Told {
    pub(crate) fn lines(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }
}

/// An application that notes what it is told.
pub(crate) struct Studio(Arc<Told>);

impl Host for Studio {
    fn facts(&self) -> HostFacts {
        facts(Version::new([2, 1, 0]))
    }

    fn log(&self, plugin: Option<&str>, level: Level, message: &str) {
        let line = format!("[{}] {level}: {message}", plugin.unwrap_or("-"));
        self.0.lines.lock().unwrap().push(line);
    }

    fn on_ui_thread(&self, job: Job) {
        self.0.jobs.fetch_add(1, Ordering::Relaxed);
        job();
    }

    fn request_redraw(&self) {
        self.0.redraws.fetch_add(1, Ordering::Relaxed);
    }
}

/// A scratch home. A process has one manager at a time, so the tests of a process take turns.
pub(crate) struct Scratch {
    pub(crate) told: Arc<Told>,
    root: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            told: Arc::default(),
            root: tempfile::tempdir().unwrap(),
            _turn: TURN.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    pub(crate) fn root(&self) -> &Utf8Path {
        Utf8Path::from_path(self.root.path()).unwrap()
    }

    pub(crate) fn home(&self) -> Home {
        Home::new(self.root().join("home"))
    }

    pub(crate) fn builder(&self) -> Builder<Studio> {
        Application::builder(Studio(Arc::clone(&self.told))).home(self.home())
    }

    /// Writes a plugin with these files, all of one text each.
    pub(crate) fn plugin(&self, name: &str, isolation: &str, files: &[(&str, &str)]) {
        let directory = self.home().plugins().join(name);
        fs::create_dir_all(&directory).unwrap();
        let manifest = format!(
            "[project]\nname = \"{name}\"\nversion = \"1.0.0\"\n\n[tool.lichtfeld]\nisolation = \"{isolation}\"\n"
        );
        write(&directory.join("pyproject.toml"), &manifest);
        for (file, text) in files {
            write(&directory.join(file), text);
        }
    }
}

pub(crate) fn write(path: &Utf8PathBuf, text: &str) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Loads a plugin, which must become active.
pub(crate) fn load(application: &Application, name: &str) {
    let manager = application.manager();
    if let Err(error) = manager.load(name, &mut Unobserved) {
        panic!("{name}: {error}\n{:?}", manager.status(name));
    }
    assert_eq!(manager.state(name), Some(State::Active));
}

/// Runs code, and returns the value of its variable `result`.
pub(crate) fn python<T>(code: &str) -> T
where
    T: for<'py> FromPyObjectOwned<'py>,
{
    Python::attach(|py| {
        let names = lichtfeld_embed::pyo3::types::PyDict::new(py);
        let code = CString::new(code).unwrap();
        py.run(&code, Some(&names), None)
            .unwrap_or_else(|error| panic!("{}", shown(py, &error)));
        let result = names.get_item("result").unwrap().unwrap();
        result
            .extract::<T>()
            .unwrap_or_else(|error| panic!("{}", error.into()))
    })
}

fn shown(py: Python<'_>, error: &PyErr) -> String {
    let format = py
        .import("traceback")
        .and_then(|module| module.call_method1("format_exception", (error.value(py),)));
    let lines: Vec<String> = format.unwrap().extract().unwrap();
    lines.concat()
}
