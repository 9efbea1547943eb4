//! The example program runs a plugin without a Python host.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose preparation fails has failed"
)]

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

/// The example beside this test's own program.
fn embed() -> Command {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path: PathBuf = path
        .join("examples")
        .join(format!("embed{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.is_file(),
        "{} is built by `cargo test --examples`",
        path.display()
    );
    let mut command = Command::new(path);
    command
        .env_remove("LFS_RESOLVED_PLUGIN_DIR")
        .env_remove("LFS_SAFE_MODE");
    command
}

/// A plugin in a plugins directory of its own.
fn plugin(home: &Path, code: &str) -> PathBuf {
    let dir = home.join("plugins").join("hello");
    fs::create_dir_all(&dir).unwrap();
    let manifest = "[project]\nname = \"hello\"\nversion = \"1.0.0\"\n\n[tool.lichtfeld]\n";
    for (file, text) in [("pyproject.toml", manifest), ("__init__.py", code)] {
        let mut out = fs::File::create(dir.join(file)).unwrap();
        std::io::Write::write_all(&mut out, text.as_bytes()).unwrap();
    }
    dir
}

const PANEL: &str = "
import lichtfeld as lf
from lfs_plugins.types import Panel

class Hello(Panel):
    label = 'Hello'

    def draw(self, layout):
        layout.label('from an embedded interpreter')

def on_load():
    lf.log.info('loading in', lf.__version__)
    lf.register_class(Hello)
";

#[test]
fn a_plugin_is_loaded_drawn_and_unloaded() {
    let home = tempfile::tempdir().unwrap();
    let dir = plugin(home.path(), PANEL);
    let output = embed().arg(&dir).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{out}\n{err}");
    insta::assert_snapshot!(out);
    assert!(err.contains("[hello] info: loading in 1.0.0"), "{err}");
    assert!(
        !dir.join(".venv").exists(),
        "a plugin without dependencies gets no environment"
    );
}

#[test]
fn a_broken_plugin_is_an_error_with_its_place() {
    let home = tempfile::tempdir().unwrap();
    let dir = plugin(home.path(), "def on_load():\n    missing_name\n");
    let output = embed().arg(&dir).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("hello: ERROR: "), "{out}");
    assert!(out.contains("__init__.py:2"), "{out}");
}

#[test]
fn wrong_use_is_told() {
    let output = embed().output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let nothing = tempfile::tempdir().unwrap();
    let output = embed()
        .arg(nothing.path().join("plugins/none"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}
