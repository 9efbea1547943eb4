//! Libraries under development, which a plugin uses from their directory.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;

/// A build backend that packs `src/`, and needs nothing from anywhere.
const BACKEND: &str = include_str!("library_backend.py");

/// Writes the directory of a library with one module of its name, over an older one.
///
/// # Panics
/// Where it cannot be written.
pub fn library(directory: &Utf8Path, name: &str, module: &str) -> Utf8PathBuf {
    let write = |path: &str, text: &str| {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        // A file that is the same keeps its time.
        if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
            files::write_atomic(path, text.as_bytes()).expect("a file of the library");
        }
    };
    write(
        "pyproject.toml",
        &format!(
            "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n\
             [project]\nname = '{name}'\nversion = '1.0'\n"
        ),
    );
    write("backend.py", BACKEND);
    write(&format!("src/{name}.py"), module);
    directory.to_owned()
}
