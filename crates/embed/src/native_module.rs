//! The native module as a shared library, for workers and for the processes that plugins start.
//!
//! Cargo builds it with every program that depends on this crate, since `lichtfeld-bindings` is both
//! a library for Rust and a shared one. It lies in `target/<profile>/deps`. A program that ships has
//! a copy beside it.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_runtime::Error;
use std::fmt::Write as _;
use std::time::SystemTime;

/// The name of the file, without what the system puts around it.
const NAME: &str = "lichtfeld_plugins";

/// Returns the shared library: `named` by the application, else the one beside its program, else, in
/// a directory of cargo, the one that was built with the program.
///
/// # Errors
/// [`Error::NoNativeModule`] with the paths that were tried.
pub(crate) fn find(named: Option<&Utf8Path>) -> Result<Utf8PathBuf, Error> {
    let program = || std::env::current_exe().map(Utf8PathBuf::try_from);
    let directory = match named {
        Some(_) => None,
        None => program()
            .ok()
            .and_then(Result::ok)
            .and_then(|path| path.parent().map(Utf8Path::to_path_buf)),
    };
    let mut tried = Vec::new();
    if let Some(named) = named {
        tried.push(named.to_path_buf());
    }
    if let Some(directory) = &directory {
        tried.push(directory.join(file_name()));
        tried.extend(built_with(directory));
    }
    match tried.iter().find(|path| path.is_file()) {
        Some(found) => Ok(camino::absolute_utf8(found).unwrap_or_else(|_| found.clone())),
        None => Err(Error::NoNativeModule {
            tried: tried.iter().fold(String::new(), |mut text, path| {
                let _ = write!(text, "\n  {path}");
                text
            }),
        }),
    }
}

fn file_name() -> String {
    format!(
        "{}{NAME}{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    )
}

/// Returns the paths where cargo puts it: in `deps` beside a program, or beside the directory of an
/// example. For a dependency from a registry the name contains a hash, and the newest file counts.
fn built_with(directory: &Utf8Path) -> Vec<Utf8PathBuf> {
    let deps = match directory.file_name() {
        Some("deps") => directory.to_path_buf(),
        Some("examples") => directory.with_file_name("deps"),
        _ => directory.join("deps"),
    };
    let mut found = vec![deps.join(file_name())];
    let stem = format!("{}{NAME}-", std::env::consts::DLL_PREFIX);
    let entries = deps.read_dir_utf8().into_iter().flatten().flatten();
    let mut hashed: Vec<(SystemTime, Utf8PathBuf)> = entries
        .filter(|entry| {
            let name = entry.file_name();
            name.starts_with(&stem) && name.ends_with(std::env::consts::DLL_SUFFIX)
        })
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.into_path())))
        .collect();
    hashed.sort();
    found.extend(hashed.into_iter().rev().map(|(_, path)| path));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_file_is_the_only_one_that_is_tried() {
        let scratch = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(scratch.path())
            .unwrap()
            .join("module.so");
        let error = find(Some(&path)).unwrap_err();
        assert_eq!(error.code(), "LR126");
        assert!(
            error.to_string().ends_with(&format!("tried:\n  {path}")),
            "{error}"
        );
        std::fs::File::create(&path).unwrap();
        assert_eq!(find(Some(&path)).unwrap(), path);
    }

    #[test]
    fn the_newest_of_several_builds_is_found_beside_a_program_of_cargo() {
        let scratch = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(scratch.path()).unwrap();
        let deps = root.join("deps");
        std::fs::create_dir(&deps).unwrap();
        let made = |name: &str, seconds: u64| {
            let name = file_name().replace(NAME, name);
            let file = std::fs::File::create(deps.join(&name)).unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            file.set_modified(time).unwrap();
            deps.join(name)
        };
        made("lichtfeld_plugins-0a", 10);
        let newest = made("lichtfeld_plugins-0b", 30);
        made("lichtfeld_plugins-0c", 20);
        made("other_plugins-0d", 40);
        for directory in [root.to_path_buf(), deps.clone(), root.join("examples")] {
            let found = built_with(&directory);
            assert_eq!(found.len(), 4, "{found:?}");
            assert_eq!(found[1], newest);
        }
    }
}
