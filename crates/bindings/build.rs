//! Lets tests, examples and binaries find the very libpython that pyo3 was built against, and lists
//! the Python packages for programs that contain them.
//!
//! pyo3 links libpython but adds no rpath; without it a test built against one interpreter loads
//! whatever library of the same name the system has.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=python");
    list_python_files()
}

/// Writes the table of the Python files, each with its path from the packages' directory.
fn list_python_files() -> io::Result<()> {
    let variable = |name| env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let root = variable("CARGO_MANIFEST_DIR").join("python");
    let mut files = Vec::new();
    for package in ["lfs_plugins", "lichtfeld"] {
        python_files(&root.join(package), &mut files)?;
    }
    files.sort();
    let mut table = String::from(
        "/// The Python packages `lichtfeld` and `lfs_plugins`: the path of each file, with `/`, and its\n\
         /// text.\npub static PYTHON_FILES: &[(&str, &str)] = &[\n",
    );
    for file in files {
        let inside = file.strip_prefix(&root).unwrap_or(&file);
        let inside = inside.to_string_lossy().replace('\\', "/");
        // `{:?}` of a path on Windows escapes its separators, as a literal must.
        let _ = writeln!(table, "    ({inside:?}, include_str!({file:?})),");
    }
    table.push_str("];\n");
    let mut out = fs::File::create(variable("OUT_DIR").join("python_files.rs"))?;
    out.write_all(table.as_bytes())
}

fn python_files(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            python_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
    Ok(())
}
