//! The wheel: built once for all interpreters (abi3), and only when its sources changed.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;

use super::advice;
use super::interpreter::Interpreter;
use super::tools::Tools;
use crate::error::{Result, TaskError};
use crate::members::{self, Member, Purpose};
use crate::process::Run;
use crate::say;
use crate::workspace::{self, Workspace};

/// How the wheel is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As the Rust tests are, whose compiled dependencies it shares: for tests.
    Dev,
    /// As it ships: for what is measured and shown.
    Release,
}

impl Profile {
    /// Cargo's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// A built wheel.
#[derive(Debug, Clone)]
pub(crate) struct Wheel {
    path: Utf8PathBuf,
    digest: String,
    profile: Profile,
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

    /// How it was compiled.
    pub(crate) fn profile(&self) -> Profile {
        self.profile
    }

    /// The file's name.
    pub(crate) fn name(&self) -> &str {
        self.path.file_name().unwrap_or(self.path.as_str())
    }
}

/// Builds the wheel, or finds the one that was built from the same sources.
///
/// The stable ABI is turned on here alone, see `crates/bindings/Cargo.toml`. That feature also keeps
/// pyo3 as maturin configures it apart from pyo3 as the tests have it, so that both can share one
/// target directory and all that does not depend on pyo3.
pub(crate) fn build(
    workspace: &Workspace,
    tools: &Tools,
    interpreter: &Interpreter,
    profile: Profile,
) -> Result<Wheel> {
    let _lock = workspace.lock()?;
    let digest = sources_digest(workspace)?;
    let dir = workspace.target("wheels").join(profile.name());
    let stamp = dir.join(".built-from");
    if workspace::read(&stamp).is_ok_and(|text| text == digest)
        && let Ok(path) = only_wheel(&dir)
    {
        return Ok(Wheel {
            path,
            digest,
            profile,
        });
    }
    let manifest = workspace.path("crates/bindings/Cargo.toml");
    say::heading(format!("Building the wheel ({})", profile.name()));
    workspace::remove(&dir)?;
    let run = tools
        .maturin()
        .args(["build", "--profile", profile.name(), "--locked"])
        .args(["--features", "abi3"])
        .args(["--manifest-path", manifest.as_str()])
        .args(["--interpreter", interpreter.executable.as_str()])
        .args(["--target-dir", workspace.target("").as_str()])
        .args(["--out", dir.as_str()])
        .env("PYO3_PYTHON", &interpreter.executable)
        .dir(workspace.path("crates/bindings"));
    let captured = run.tee()?;
    if !captured.success {
        return Err(advice::explain(captured.into_error(&run)).without_tail());
    }
    let path = only_wheel(&dir)?;
    files::write_atomic(&stamp, digest.as_bytes())?;
    Ok(Wheel {
        path,
        digest,
        profile,
    })
}

/// A digest of all that decides the wheel: the crates in it, versions, compiler.
fn sources_digest(workspace: &Workspace) -> Result<String> {
    let mut files = vec![workspace.path("Cargo.toml"), workspace.path("Cargo.lock")];
    for member in shipped(&members::read(workspace)?) {
        files.extend(
            workspace::files_below(&workspace.path(member.dir.as_str()))
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

/// The packages whose code is in the wheel.
pub(crate) fn shipped(members: &[Member]) -> Vec<&Member> {
    let is_shipped = |purpose: Purpose| purpose != Purpose::Tests;
    members::reached(members, &["lichtfeld-bindings"], is_shipped)
}

/// Tests, examples and fuzz targets of a crate are not in the wheel.
pub(crate) fn decides_the_wheel(file: &Utf8Path, root: &Utf8Path) -> bool {
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
        assert!(!decides("crates/engine/examples/any.rs"));
    }
}
