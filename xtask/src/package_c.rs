//! `cargo xtask package --c DIR`: the library for C and C++ applications, with headers, a CMake package
//! and a file for pkg-config.
//!
//! ```text
//! DIR/include/lichtfeld_plugins.h, .hpp
//! DIR/lib/liblichtfeld_plugins_c.so, and what the loader looks for: .so.1
//! DIR/lib/cmake/lichtfeld_plugins/
//! DIR/lib/pkgconfig/lichtfeld_plugins.pc
//! ```

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;
use std::fs;

use crate::args::PackageArgs;
use crate::error::{Result, TaskError};
use crate::process::{Run, Stdout};
use crate::python::find;
use crate::python::interpreter::Interpreter;
use crate::say;
use crate::workspace::Workspace;

/// The number of the ABI, as in the header and in the library's own name.
const ABI: &str = "1";

const HEADERS: [&str; 2] = ["lichtfeld_plugins.h", "lichtfeld_plugins.hpp"];

/// Files with placeholders, and where they are installed.
const FILES: [(&str, &str); 3] = [
    (
        include_str!("../../crates/capi/package/lichtfeld_plugins-config.cmake"),
        "lib/cmake/lichtfeld_plugins/lichtfeld_plugins-config.cmake",
    ),
    (
        include_str!("../../crates/capi/package/lichtfeld_plugins-config-version.cmake"),
        "lib/cmake/lichtfeld_plugins/lichtfeld_plugins-config-version.cmake",
    ),
    (
        include_str!("../../crates/capi/package/lichtfeld_plugins.pc"),
        "lib/pkgconfig/lichtfeld_plugins.pc",
    ),
];

/// The names of the library on one system.
struct Names {
    /// As cargo builds it.
    built: &'static str,
    /// As the loader looks for it, below the directory of the installation.
    loaded: &'static str,
    /// As the linker looks for it: a link to that, or a file that cargo builds beside it.
    linked: (&'static str, Option<&'static str>),
}

const LINUX: Names = Names {
    built: "liblichtfeld_plugins_c.so",
    loaded: "lib/liblichtfeld_plugins_c.so.1",
    linked: ("lib/liblichtfeld_plugins_c.so", None),
};
const MACOS: Names = Names {
    built: "liblichtfeld_plugins_c.dylib",
    loaded: "lib/liblichtfeld_plugins_c.1.dylib",
    linked: ("lib/liblichtfeld_plugins_c.dylib", None),
};
const WINDOWS: Names = Names {
    built: "lichtfeld_plugins_c.dll",
    loaded: "bin/lichtfeld_plugins_c.dll",
    linked: (
        "lib/lichtfeld_plugins_c.lib",
        Some("lichtfeld_plugins_c.dll.lib"),
    ),
};

fn names() -> &'static Names {
    match std::env::consts::OS {
        "windows" => &WINDOWS,
        "macos" => &MACOS,
        _ => &LINUX,
    }
}

/// Builds the library and installs it in `directory`.
pub(crate) fn run(workspace: &Workspace, args: &PackageArgs, directory: &Utf8Path) -> Result<()> {
    let named = args.python.python.as_ref();
    let profile = if args.dev { "dev" } else { "release" };
    installed(workspace, &find::choose(named)?, named, profile, directory).map(drop)
}

/// Builds the library in this profile of cargo and installs it in `directory`. Returns the interpreter
/// that it is linked against: `chosen`, or another one if that has no library and none was `named`.
pub(crate) fn installed(
    workspace: &Workspace,
    chosen: &Interpreter,
    named: Option<&Utf8PathBuf>,
    profile: &str,
    directory: &Utf8Path,
) -> Result<Interpreter> {
    let interpreter = find::linkable(chosen, named)?;
    let run = Run::cargo()
        .args(["build", "--package", "lichtfeld-capi", "--lib", "--locked"])
        .args(["--profile", profile])
        .env("PYO3_PYTHON", &interpreter.executable)
        .dir(workspace.root());
    say::heading(run.shown());
    run.run(Stdout::ToStderr)?;
    let folder = if profile == "dev" { "debug" } else { profile };
    let built = workspace.cargo_target(folder);
    let (major, minor, _) = interpreter.version;
    let headers = workspace.path("crates/capi/include");
    install(&built, &headers, directory, &format!("{major}.{minor}"))?;
    say::note(format!(
        "installed the library for Python {major}.{minor} in {directory}"
    ));
    Ok(interpreter)
}

fn install(built: &Utf8Path, headers: &Utf8Path, to: &Utf8Path, python: &str) -> Result<()> {
    let names = names();
    copy(&built.join(names.built), &to.join(names.loaded))?;
    match names.linked {
        (linked, Some(beside)) => copy(&built.join(beside), &to.join(linked))?,
        (linked, None) => link(&to.join(linked), &to.join(names.loaded))?,
    }
    for header in HEADERS {
        copy(&headers.join(header), &to.join("include").join(header))?;
    }
    for (text, path) in FILES {
        let text = text
            .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
            .replace("@PYTHON@", python)
            .replace("@ABI@", ABI)
            .replace("@LIBRARY@", names.loaded);
        let path = to.join(path);
        make_parent(&path)?;
        files::write_atomic(&path, text.as_bytes())?;
    }
    Ok(())
}

fn failed(what: &str, path: &Utf8Path, error: &std::io::Error) -> TaskError {
    TaskError::Unexpected {
        what: format!("{what} {path}"),
        reason: error.to_string(),
    }
}

fn make_parent(path: &Utf8Path) -> Result<()> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(|error| failed("making", parent, &error))
}

fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    make_parent(to)?;
    // Not over a file that a program has loaded.
    let _ = fs::remove_file(to);
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| failed("copying", from, &error))
}

/// Makes `path` another name of `target`, in the same directory.
fn link(path: &Utf8Path, target: &Utf8Path) -> Result<()> {
    let _ = fs::remove_file(path);
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(target.file_name().unwrap_or_default(), path);
    #[cfg(not(unix))]
    let made = fs::copy(target, path).map(drop);
    made.map_err(|error| failed("making", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_complete_and_names_no_directory() {
        let scratch = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(scratch.path()).unwrap();
        let (built, to) = (root.join("built"), root.join("to"));
        fs::create_dir(&built).unwrap();
        let names = names();
        for file in [Some(names.built), names.linked.1].into_iter().flatten() {
            files::write_atomic(built.join(file), b"library").unwrap();
        }
        let headers = Workspace::locate().unwrap().path("crates/capi/include");
        // Twice: the second replaces the first.
        install(&built, &headers, &to, "3.11").unwrap();
        install(&built, &headers, &to, "3.12").unwrap();
        for file in [names.loaded, names.linked.0] {
            assert_eq!(fs::read(to.join(file)).unwrap(), b"library", "{file}");
        }
        for (_, path) in FILES {
            let text = fs::read_to_string(to.join(path)).unwrap();
            assert!(!text.contains('@'), "{path}: {text}");
            assert!(!text.contains(root.as_str()), "{path}: {text}");
        }
        let config = fs::read_to_string(to.join(FILES[0].1)).unwrap();
        assert!(config.contains("3.12") && config.contains(names.loaded));
        let header = fs::read_to_string(to.join("include/lichtfeld_plugins.h")).unwrap();
        assert!(header.contains(&format!("#define LFP_ABI_VERSION {ABI}\n")));
    }
}
