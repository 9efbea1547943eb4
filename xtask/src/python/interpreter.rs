//! One interpreter: asked what it is, once, by running it.

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use crate::error::{Result, TaskError};
use crate::process::Run;

/// The oldest Python that plugins and the wheel support.
pub(crate) const OLDEST: (u8, u8) = (3, 10);
/// The newest that the tests run on.
pub(crate) const NEWEST_TESTED: (u8, u8) = (3, 13);

/// Asked of an interpreter. `_base_executable` is the real one where this is a virtual
/// environment or a shim; Debian ships Python without `ensurepip`, and often without the
/// library that an embedding program links.
const PROBE: &str = "\
import importlib.util, json, os, sys, sysconfig
get = sysconfig.get_config_var
library = os.path.join(get('LIBDIR') or '', get('LDLIBRARY') or '')
print(json.dumps({
    'executable': getattr(sys, '_base_executable', None) or sys.executable,
    'version': list(sys.version_info[:3]),
    'implementation': sys.implementation.name,
    'has_venv': all(importlib.util.find_spec(name) for name in ('venv', 'ensurepip')),
    'library': library,
    'has_library': not sys.platform.startswith('linux') or os.path.exists(library),
    'free_threaded': bool(get('Py_GIL_DISABLED')),
}))
";

/// What an interpreter says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Interpreter {
    /// The real executable, behind shims and virtual environments.
    pub(crate) executable: Utf8PathBuf,
    /// Major, minor, micro.
    pub(crate) version: (u8, u8, u8),
    /// "cpython", "pypy".
    pub(crate) implementation: String,
    /// Whether it can make virtual environments with pip in them.
    pub(crate) has_venv: bool,
    /// The library an embedding program would link.
    pub(crate) library: String,
    /// Whether that library is there.
    pub(crate) has_library: bool,
    /// Whether it is a build without the GIL, which the stable ABI does not cover.
    pub(crate) free_threaded: bool,
}

impl Interpreter {
    /// Runs an interpreter and asks it.
    pub(crate) fn probe(executable: &Utf8Path) -> Result<Self> {
        let run = Run::new(executable).args(["-I", "-c", PROBE]);
        let answer = run.read()?;
        serde_json::from_str(&answer).map_err(|error| TaskError::Unexpected {
            what: format!("the answer of {executable}"),
            reason: error.to_string(),
        })
    }

    /// Major and minor.
    pub(crate) fn minor(&self) -> (u8, u8) {
        (self.version.0, self.version.1)
    }

    /// "3.12.1".
    pub(crate) fn version_text(&self) -> String {
        let (major, minor, micro) = self.version;
        format!("{major}.{minor}.{micro}")
    }

    /// "CPython 3.12.1 (path)".
    pub(crate) fn shown(&self) -> String {
        format!("CPython {} ({})", self.version_text(), self.executable)
    }

    /// Why it cannot be used, if it cannot.
    pub(crate) fn refusal(&self) -> Option<String> {
        if self.implementation != "cpython" {
            return Some(format!(
                "it is {}; only CPython can load the wheel",
                self.implementation
            ));
        }
        if self.minor() < OLDEST {
            let (major, minor) = OLDEST;
            return Some(format!(
                "it is Python {}; {major}.{minor} or newer is needed",
                self.version_text()
            ));
        }
        if self.free_threaded {
            return Some(
                "it is a free-threaded build, which the wheel's stable ABI leaves out".into(),
            );
        }
        None
    }

    /// Whether the tests run on it.
    pub(crate) fn is_tested(&self) -> bool {
        self.refusal().is_none() && self.minor() <= NEWEST_TESTED
    }
}

#[cfg(test)]
pub(crate) fn fake(version: (u8, u8, u8)) -> Interpreter {
    Interpreter {
        executable: format!("/opt/python{}.{}/bin/python3", version.0, version.1).into(),
        version,
        implementation: "cpython".into(),
        has_venv: true,
        library: String::new(),
        has_library: true,
        free_threaded: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_foreign_and_free_threaded_builds_are_refused_with_the_reason() {
        assert_eq!(fake((3, 10, 0)).refusal(), None);
        assert!(
            fake((3, 9, 18))
                .refusal()
                .unwrap()
                .contains("3.10 or newer")
        );
        let pypy = Interpreter {
            implementation: "pypy".into(),
            ..fake((3, 11, 0))
        };
        assert!(pypy.refusal().unwrap().contains("only CPython"));
        let free = Interpreter {
            free_threaded: true,
            ..fake((3, 13, 0))
        };
        assert!(free.refusal().unwrap().contains("free-threaded"));
    }

    #[test]
    fn newer_than_tested_is_usable_but_not_tested() {
        let newer = fake((3, 14, 0));
        assert!(newer.refusal().is_none() && !newer.is_tested());
    }
}
