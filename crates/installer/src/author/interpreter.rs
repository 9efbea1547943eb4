//! The interpreter behind the host's Python: what an environment has to name as its home.

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::python::PythonInfo;

/// The interpreter on which an environment stands.
pub(super) struct Base {
    /// Its directory: `home` in `pyvenv.cfg`.
    pub(super) home: Utf8PathBuf,
    /// Its program.
    pub(super) program: Utf8PathBuf,
}

impl Base {
    /// Finds it by files alone, as Python does at its start: a `pyvenv.cfg` beside the program, or
    /// one directory above, names the home of an environment.
    ///
    /// # Errors
    /// If the program does not exist.
    pub(super) fn of(python: &PythonInfo) -> io::Result<Self> {
        let missing = |path: &Utf8Path| {
            io::Error::new(
                io::ErrorKind::NotFound,
                format!("{path}, the host's Python, does not exist"),
            )
        };
        let executable = &python.executable;
        let directory = executable.parent().unwrap_or(executable);
        let (home, program) = match home_of(directory) {
            None => (directory.to_owned(), executable.clone()),
            Some(home) => {
                let program = programs(python)
                    .into_iter()
                    .map(|name| home.join(name))
                    .find(|path| path.is_file())
                    .ok_or_else(|| missing(&home))?;
                (home, program)
            }
        };
        if program.is_file() && home.is_absolute() {
            Ok(Self { home, program })
        } else {
            Err(missing(&program))
        }
    }
}

fn home_of(directory: &Utf8Path) -> Option<Utf8PathBuf> {
    let above = directory.parent();
    let places = [Some(directory), above].into_iter().flatten();
    let text = places
        .map(|place| place.join("pyvenv.cfg"))
        .find_map(|file| fs::read_to_string(file).ok())?;
    value(&text, "home").map(Utf8PathBuf::from)
}

/// The value of a key in the text of a `pyvenv.cfg`.
pub(super) fn value<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(wanted)
            .then(|| value.trim())
    })
}

fn programs(python: &PythonInfo) -> Vec<String> {
    if cfg!(windows) {
        return vec!["python.exe".into()];
    }
    let series = python.series();
    vec![format!("python{series}"), "python3".into(), "python".into()]
}
