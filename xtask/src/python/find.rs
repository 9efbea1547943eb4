//! Finds the interpreters of a machine: on PATH and where the usual installers put them.

use camino::{Utf8Path, Utf8PathBuf};

use super::advice;
use super::interpreter::{Interpreter, NEWEST_TESTED, OLDEST};
use crate::error::Result;
use crate::say;

/// The interpreter to use: the named one; else `python3` of PATH; else the newest tested one.
pub(crate) fn choose(named: Option<&Utf8PathBuf>) -> Result<Interpreter> {
    if let Some(path) = named {
        let interpreter =
            Interpreter::probe(path).map_err(|error| advice::refused(path, &error.to_string()))?;
        return match interpreter.refusal() {
            Some(reason) => Err(advice::refused(path, &reason)),
            None => Ok(interpreter),
        };
    }
    let mut seen = Vec::new();
    for name in ["python3", "python"] {
        for path in on_path(name) {
            let Ok(interpreter) = Interpreter::probe(&path) else {
                continue;
            };
            match interpreter.refusal() {
                None => return Ok(interpreter),
                Some(reason) => seen.push(format!("{path}: {reason}")),
            }
        }
    }
    all()
        .into_iter()
        .next_back()
        .ok_or_else(|| advice::no_python(&seen))
}

/// An interpreter whose library can be linked: the chosen one, else another that was found.
pub(crate) fn linkable(chosen: &Interpreter, named: Option<&Utf8PathBuf>) -> Result<Interpreter> {
    if chosen.has_library {
        return Ok(chosen.clone());
    }
    let other = if named.is_some() {
        None
    } else {
        all().into_iter().rfind(|i| i.has_library)
    };
    match other {
        Some(other) => {
            say::note(format!(
                "{} has no library to link against; the Rust tests use {}",
                chosen.shown(),
                other.shown()
            ));
            Ok(other)
        }
        None => Err(advice::no_library(chosen)),
    }
}

/// One interpreter of each version that the tests run on, oldest first.
pub(crate) fn all() -> Vec<Interpreter> {
    one_each(
        candidates()
            .iter()
            .filter_map(|path| Interpreter::probe(path).ok()),
    )
}

/// Keeps the first of each minor version, oldest first, and of those only what is tested.
fn one_each(found: impl IntoIterator<Item = Interpreter>) -> Vec<Interpreter> {
    let mut kept: Vec<Interpreter> = Vec::new();
    for interpreter in found {
        if interpreter.is_tested() && kept.iter().all(|k| k.minor() != interpreter.minor()) {
            kept.push(interpreter);
        }
    }
    kept.sort_by_key(Interpreter::minor);
    kept
}

/// Paths that may be interpreters, in order of preference. Shims among them fail when probed.
fn candidates() -> Vec<Utf8PathBuf> {
    let mut paths = Vec::new();
    let mut names = vec!["python3".to_owned(), "python".to_owned()];
    names.extend((OLDEST.1..=NEWEST_TESTED.1).map(|minor| format!("python3.{minor}")));
    for name in &names {
        paths.extend(on_path(name));
    }
    for dir in installer_dirs() {
        for sub in ["bin/python3", "python.exe"] {
            paths.push(dir.join(sub));
        }
    }
    paths.retain(|path| path.is_file());
    let mut unique = Vec::new();
    for path in paths {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    unique
}

/// Directories with one interpreter each: pyenv, python.org on macOS and Windows, Homebrew, uv.
fn installer_dirs() -> Vec<Utf8PathBuf> {
    let variable = |name: &str| std::env::var(name).ok().map(Utf8PathBuf::from);
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    let mut parents = vec![Utf8PathBuf::from(
        "/Library/Frameworks/Python.framework/Versions",
    )];
    let pyenv = variable("PYENV_ROOT").or_else(|| home.as_ref().map(|home| home.join(".pyenv")));
    parents.extend(pyenv.map(|root| root.join("versions")));
    parents.extend(home.map(|home| home.join(".local/share/uv/python")));
    parents.extend(variable("LOCALAPPDATA").map(|dir| dir.join("Programs/Python")));
    let mut dirs = vec![
        Utf8PathBuf::from("/opt/homebrew"),
        Utf8PathBuf::from("/usr/local"),
    ];
    for parent in parents {
        let mut children: Vec<Utf8PathBuf> = parent
            .read_dir_utf8()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path().to_owned()))
            .collect();
        children.sort();
        // The newest micro version of a minor one first: "3.12.10" after "3.12.9" matters little.
        children.reverse();
        dirs.append(&mut children);
    }
    dirs
}

fn on_path(name: &str) -> Vec<Utf8PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .filter_map(|dir| Utf8PathBuf::from_path_buf(dir).ok())
        // The Windows Store's stand-in opens the shop instead of running anything.
        .filter(|dir| !is_store_alias(dir))
        .map(|dir| dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .filter(|path| path.is_file())
        .collect()
}

fn is_store_alias(dir: &Utf8Path) -> bool {
    dir.as_str()
        .replace('\\', "/")
        .ends_with("Microsoft/WindowsApps")
}

#[cfg(test)]
mod tests {
    use super::super::interpreter::fake;
    use super::*;

    #[test]
    fn one_of_each_tested_version_oldest_first_and_the_first_found_wins() {
        let second = Interpreter {
            executable: "/second".into(),
            ..fake((3, 12, 9))
        };
        let found = [(3, 13, 0), (3, 12, 1), (3, 9, 0), (3, 14, 0)].map(fake);
        let kept = one_each(found.into_iter().chain([second, fake((3, 10, 3))]));
        let versions: Vec<_> = kept.iter().map(Interpreter::version_text).collect();
        assert_eq!(versions, ["3.10.3", "3.12.1", "3.13.0"]);
    }

    #[test]
    fn this_machine_has_one_and_its_executable_is_real() {
        let chosen = choose(None).unwrap();
        assert!(chosen.executable.is_file());
        assert!(!chosen.executable.as_str().contains("shims"), "{chosen:?}");
    }

    #[test]
    fn what_is_no_python_is_refused_with_its_name() {
        let error = choose(Some(&"/no/such/python".into())).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("/no/such/python cannot be used"),
            "{error}"
        );
        assert!(error.hint().is_some());
    }

    #[test]
    fn the_store_alias_is_passed_over() {
        assert!(is_store_alias(Utf8Path::new(
            "C:\\Users\\u\\AppData\\Local\\Microsoft\\WindowsApps"
        )));
    }
}
