//! The wheel: built once for all interpreters (abi3), and only when its sources changed.

use camino::{Utf8Path, Utf8PathBuf};

use super::advice;
use super::environment::Tools;
use super::interpreter::Interpreter;
use crate::error::{Result, TaskError};
use crate::process::Run;
use crate::say;
use crate::workspace::{self, Workspace};

/// A built wheel.
#[derive(Debug, Clone)]
pub(crate) struct Wheel {
    path: Utf8PathBuf,
    digest: String,
}

impl Wheel {
    /// The file.
    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// A digest of what it was built from.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// The file's name.
    pub(crate) fn name(&self) -> &str {
        self.path.file_name().unwrap_or(self.path.as_str())
    }
}

/// Builds the wheel, or finds the one that was built from the same sources.
///
/// A release build: what is measured and shown is what a user would have. The stable ABI is
/// turned on here alone, see `crates/bindings/Cargo.toml`; an own target directory, since maturin
/// and cargo configure pyo3 differently and would rebuild it in turns.
pub(crate) fn build(
    workspace: &Workspace,
    tools: &Tools,
    interpreter: &Interpreter,
) -> Result<Wheel> {
    let _lock = workspace.lock()?;
    let digest = sources_digest(workspace)?;
    let dir = workspace.target("wheels");
    let stamp = dir.join(".built-from");
    if workspace::read(&stamp).is_ok_and(|text| text == digest)
        && let Ok(path) = only_wheel(&dir)
    {
        return Ok(Wheel { path, digest });
    }
    let manifest = workspace.path("crates/bindings/Cargo.toml");
    say::heading("Building the wheel (release)");
    workspace::remove_dir(&dir)?;
    let run = tools
        .maturin()
        .args(["build", "--release", "--locked", "--features", "abi3"])
        .args(["--manifest-path", manifest.as_str()])
        .args(["--interpreter", interpreter.executable.as_str()])
        .args(["--target-dir", workspace.target("maturin").as_str()])
        .args(["--out", dir.as_str()])
        .env("PYO3_PYTHON", &interpreter.executable)
        .dir(workspace.path("crates/bindings"));
    let captured = run.tee()?;
    if !captured.success {
        return Err(advice::explain(captured.into_error(&run)).without_tail());
    }
    let path = only_wheel(&dir)?;
    workspace::write(&stamp, &digest)?;
    Ok(Wheel { path, digest })
}

/// A digest of all that decides the wheel: our crates below the bindings, versions, compiler.
fn sources_digest(workspace: &Workspace) -> Result<String> {
    let mut files = vec![workspace.path("Cargo.toml"), workspace.path("Cargo.lock")];
    for name in [
        "bindings",
        "cli",
        "runtime",
        "engine",
        "sources",
        "system",
        "panel",
        "watcher",
        "installer",
        "manifest",
    ] {
        files.extend(
            workspace::files_below(&workspace.path(&format!("crates/{name}")))
                .into_iter()
                .filter(|file| decides_the_wheel(file, workspace.root())),
        );
    }
    let compiler = Run::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()))
        .arg("-vV")
        .dir(workspace.root())
        .read()?;
    workspace::digest(workspace.root(), &files, &[&compiler])
}

/// Tests, examples and fuzz targets of a crate are not in the wheel.
fn decides_the_wheel(file: &Utf8Path, root: &Utf8Path) -> bool {
    let inside = file.strip_prefix(root.join("crates")).unwrap_or(file);
    let folder = inside.components().nth(1).map_or("", |part| part.as_str());
    !matches!(folder, "tests" | "examples" | "fuzz" | "benches")
}

fn only_wheel(dir: &Utf8Path) -> Result<Utf8PathBuf> {
    let found: Vec<Utf8PathBuf> = dir
        .read_dir_utf8()
        .map_err(TaskError::io("read the directory", dir))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path().to_owned()))
        .filter(|path| path.extension() == Some("whl"))
        .collect();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(TaskError::Unexpected {
            what: format!("{dir}"),
            reason: format!("it holds {} wheels, not one", found.len()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_examples_do_not_decide_the_wheel() {
        let root = Utf8Path::new("/r");
        let decides = |path: &str| decides_the_wheel(&root.join(path), root);
        assert!(decides("crates/runtime/src/tests/mod.rs"));
        assert!(decides("crates/bindings/python/lichtfeld/__init__.py"));
        assert!(decides("crates/bindings/Cargo.toml"));
        assert!(!decides("crates/runtime/tests/load.rs"));
        assert!(!decides("crates/runtime/examples/embed.rs"));
    }
}
