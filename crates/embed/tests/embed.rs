//! The example program runs a plugin from its directory.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose preparation fails has failed"
)]

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

fn embed() -> Command {
    example("embed")
}

/// The example beside this test's own program.
fn example(name: &str) -> Command {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path: PathBuf = path
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
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

const COUNTER: &str = "
import lichtfeld as lf
from lfs_plugins.types import Panel

class Counter(Panel):
    label = 'Counter'
    clicks = 0

    def draw(self, layout):
        layout.label(', '.join(lf.node_names()))
        if layout.button('Click me'):
            self.clicks += 1
        layout.label(f'Clicked: {self.clicks}')

def on_load():
    lf.register_class(Counter)

def on_unload():
    lf.unregister_class(Counter)
";

/// The program that `docs/hosts.md` shows.
#[test]
fn the_tutorial_installs_a_plugin_and_clicks() {
    let home = tempfile::tempdir().unwrap();
    let dir = plugin(home.path(), COUNTER);
    let output = example("tutorial").arg(dir).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.starts_with("installed hello\n"), "{out}");
    assert!(out.contains("room, camera"), "{out}");
    let clicks = ["Clicked: 0", "Clicked: 1"].map(|text| out.find(text));
    assert!(clicks[0].is_some() && clicks[0] < clicks[1], "{out}\n{err}");
}

#[test]
fn a_plugin_is_loaded_drawn_and_unloaded() {
    let home = tempfile::tempdir().unwrap();
    let dir = plugin(home.path(), PANEL);
    let mut command = embed();
    // What is linked is in the home, which has to outlive the program.
    let command = command.arg(&dir).arg("--home").arg(home.path());
    let output = command.output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{out}\n{err}");
    insta::assert_snapshot!(out);
    assert!(err.contains("[hello] info: loading in 1.0.0"), "{err}");
    // The environment of its author, with the packages that are in the program.
    let author = dir.join(".venv/application");
    assert!(author.join("lichtfeld/__init__.py").is_file());
    assert!(author.join("lfs_plugins/types.py").is_file());
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

/// A program that is called like an interpreter and is another one; it notes that it was run.
#[cfg(unix)]
fn other_python(dir: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(dir).unwrap();
    let program = dir.join("python3");
    let answer = r#"{"executable": "/other/python3", "version": [3, 6, 1], "abi": "cpython-36m",
        "platform": "linux-x86_64", "prefix": "/other"}"#;
    let text = format!(
        "#!/bin/sh\n: > '{}/was-run'\necho '{}'\n",
        dir.display(),
        answer.replace('\n', " ")
    );
    std::io::Write::write_all(&mut fs::File::create(&program).unwrap(), text.as_bytes()).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
#[cfg(unix)]
fn a_python_of_another_version_on_path_is_not_taken() {
    let home = tempfile::tempdir().unwrap();
    let dir = plugin(home.path(), PANEL);
    let other = home.path().join("bin");
    other_python(&other);
    let output = embed().arg(&dir).env("PATH", &other).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{err}");
    assert!(other.join("was-run").exists(), "it was asked");
}

#[test]
#[cfg(unix)]
fn without_its_interpreter_it_says_what_was_tried() {
    let home = tempfile::tempdir().unwrap();
    let dir = plugin(home.path(), PANEL);
    let other = other_python(&home.path().join("bin"));
    // An application that ships the library of Python, and not the program.
    let says = plugin(
        &home.path().join("says"),
        "import sys\nimport lichtfeld as lf\nlf.log.info('prefix=' + sys.base_prefix)\n",
    );
    let said = embed().arg(&says).output().unwrap().stderr;
    let said = String::from_utf8(said).unwrap();
    let prefix = said.lines().find_map(|line| line.split_once("prefix="));
    let (_, prefix) = prefix.unwrap_or_else(|| panic!("{said}"));
    let shipped = home.path().join("shipped");
    fs::create_dir(&shipped).unwrap();
    std::os::unix::fs::symlink(Path::new(prefix.trim()).join("lib"), shipped.join("lib")).unwrap();
    let output = embed()
        .arg(&dir)
        .env("PYTHONHOME", &shipped)
        .env("PATH", other.parent().unwrap())
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(
        err.contains("which this process embeds, was not found; tried:"),
        "{err}"
    );
    assert!(err.contains("it is Python 3.6.1 (cpython-36m)"), "{err}");
    assert!(
        err.contains("beside the library): there is no such file"),
        "{err}"
    );
}
