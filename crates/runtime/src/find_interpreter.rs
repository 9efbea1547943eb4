//! Which interpreter belongs to the library of this process.
//!
//! In an application that embeds Python, `sys.executable` may be the application itself, which as an
//! interpreter would start itself again and again; or a `python3` on `PATH` of another version, whose
//! environments this process could not use. So nothing is taken that was not checked.

use crate::interpreter_facts;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::error::Error;
use lichtfeld_engine::error::causes::with_causes;
use lichtfeld_installer::PythonInfo;
use pyo3::prelude::*;
use std::fmt::Write as _;

/// What the library of this process says of itself.
struct Library {
    info: PythonInfo,
    prefix: Utf8PathBuf,
}

impl Library {
    fn of(py: Python<'_>, executable: &Utf8Path) -> PyResult<Self> {
        let prefix: String = py.import("sys")?.getattr("base_prefix")?.extract()?;
        Ok(Self {
            info: interpreter_facts::info(py, Some(executable.to_owned()))?,
            prefix: prefix.into(),
        })
    }

    /// Returns why a program is not the interpreter of this library.
    fn differs(&self, program: &Utf8Path) -> Option<String> {
        if !program.is_file() {
            return Some("there is no such file".into());
        }
        if !is_named_like_python(program) {
            return Some("it is not named like an interpreter, so it was not run".into());
        }
        if is_this_program(program) {
            return None;
        }
        let (found, prefix) = match PythonInfo::probe_with_prefix(program) {
            Ok(found) => found,
            Err(error) => return Some(with_causes(&error)),
        };
        let wanted = &self.info;
        if (found.version, &found.abi) != (wanted.version, &wanted.abi) {
            return Some(format!(
                "it is Python {} ({})",
                found.version_text(),
                found.abi
            ));
        }
        (!is_same(&prefix, &self.prefix))
            .then(|| format!("it is an installation of its own, in {prefix}"))
    }
}

/// Finds the interpreter that belongs to the library of this process: `chosen` if the application
/// names one, else `sys.executable`, else the one beside the library. It is run to be checked, unless
/// it is this program itself.
///
/// # Errors
/// [`Error::NoInterpreter`] with all that was tried; [`Error::Io`] if `sys` lacks what every
/// interpreter has.
pub fn find(py: Python<'_>, chosen: Option<&Utf8Path>) -> Result<PythonInfo, Error> {
    if std::env::var_os(PythonInfo::ASKED).is_some() {
        // Otherwise each copy would ask the next one.
        return Err(Error::io(
            "cannot look for the interpreter",
            "this program was itself started to be asked which Python it is, so it is none",
        ));
    }
    let unknown = |error: PyErr| Error::io("cannot look for the interpreter", error.to_string());
    let candidates = match chosen {
        Some(chosen) => vec![("set by the application", chosen.to_owned())],
        None => candidates(py).map_err(unknown)?,
    };
    let mut tried = String::new();
    for (origin, program) in candidates {
        let library = Library::of(py, &program).map_err(unknown)?;
        match py.detach(|| library.differs(&program)) {
            None => return Ok(library.info),
            Some(reason) => {
                let _ = write!(tried, "\n  {program} ({origin}): {reason}");
            }
        }
    }
    let version = py.version_info();
    Err(Error::NoInterpreter {
        version: format!("{}.{}.{}", version.major, version.minor, version.patch),
        tried,
    })
}

/// The programs that may be it, the likeliest first, each once.
fn candidates(py: Python<'_>) -> PyResult<Vec<(&'static str, Utf8PathBuf)>> {
    let sys = py.import("sys")?;
    let attribute = |name: &str| -> Option<Utf8PathBuf> {
        let value: Option<String> = sys.getattr(name).ok()?.extract().ok()?;
        value.filter(|path| !path.is_empty()).map(Utf8PathBuf::from)
    };
    let version = py.version_info();
    let names = if cfg!(windows) {
        vec!["python.exe".to_owned()]
    } else {
        let (major, minor) = (version.major, version.minor);
        vec![
            format!("python{major}.{minor}"),
            format!("python{major}"),
            "python".to_owned(),
        ]
    };
    let directories = ["base_exec_prefix", "base_prefix"]
        .into_iter()
        .filter_map(attribute)
        .map(|prefix| {
            if cfg!(windows) {
                prefix
            } else {
                prefix.join("bin")
            }
        });
    let beside = directories.flat_map(|directory| {
        let programs: Vec<_> = names.iter().map(|name| directory.join(name)).collect();
        programs
    });
    let named = [
        ("sys.executable", attribute("executable")),
        ("sys._base_executable", attribute("_base_executable")),
    ];
    let named = named
        .into_iter()
        .filter_map(|(origin, path)| Some((origin, path?)));
    let mut all: Vec<(&'static str, Utf8PathBuf)> = Vec::new();
    for (origin, path) in named.chain(beside.map(|path| ("beside the library", path))) {
        if all.iter().all(|(_, known)| *known != path) {
            all.push((origin, path));
        }
    }
    Ok(all)
}

/// Whether a program may be run to ask it: an application would open a window, or load its plugins.
fn is_named_like_python(program: &Utf8Path) -> bool {
    let name = program.file_name().unwrap_or_default().to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let Some(rest) = name.strip_prefix("python") else {
        return false;
    };
    let rest = rest.strip_prefix('w').unwrap_or(rest);
    rest.chars()
        .all(|one| one.is_ascii_digit() || one == '.' || one == 't' || one == 'd')
}

fn is_this_program(program: &Utf8Path) -> bool {
    let this = std::env::current_exe().map(Utf8PathBuf::try_from);
    matches!(this, Ok(Ok(this)) if is_same(program, &this))
}

fn is_same(one: &Utf8Path, other: &Utf8Path) -> bool {
    let real = |path: &Utf8Path| path.canonicalize_utf8().ok();
    real(one).is_some_and(|one| real(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_like_python_is_run() {
        for name in [
            "python",
            "python3",
            "python3.12",
            "Python.exe",
            "pythonw.exe",
            "python3.13t",
        ] {
            assert!(is_named_like_python(Utf8Path::new(name)), "{name}");
        }
        for name in [
            "studio",
            "python-studio",
            "pythonista",
            "lichtfeld",
            "",
            "mypython",
        ] {
            assert!(!is_named_like_python(Utf8Path::new(name)), "{name}");
        }
    }
}
