//! The commands about manifests: what they print, what they write, their exit status.

#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use lichtfeld_cli::{Streams, run};
use lichtfeld_runtime::{Error, Manager};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn no_manager() -> Result<Arc<Manager>, Error> {
    // `check` does without one; no other of these commands asks for it.
    Err(Error::io("no manager", "these commands need none"))
}

fn command(arguments: &[&str]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams::plain(&mut out, &mut err);
    let line = ["lichtfeld-plugins"].iter().chain(arguments).copied();
    let status = run(&no_manager, line, &mut streams);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran {
        status,
        out: text(out),
        err: text(err),
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("parent")).expect("directory");
    fs::File::create(path)
        .expect("file")
        .write_all(text.as_bytes())
        .expect("written");
}

/// A scratch directory with one good and one bad plugin.
fn plugins() -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().expect("scratch directory");
    let dir = scratch.path().join("plugins");
    write(
        &dir.join("good/pyproject.toml"),
        "# mine\n[project]\nname = 'good'\nversion = '1.0'\n\n[tool.lichtfeld]\nmin_lichtfeld_version = '0.5.0'\n",
    );
    write(&dir.join("good/__init__.py"), "");
    write(
        &dir.join("bad/pyproject.toml"),
        "[project]\nname = 'bad'\nversion = '1.0'\n[tool.lichtfeld]\nhot_reload = 'no'\n",
    );
    write(&dir.join("bad/__init__.py"), "");
    (scratch, dir)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn check_tells_good_from_bad_by_its_status() {
    let (_scratch, dir) = plugins();
    let good = command(&["check", text(&dir.join("good"))]);
    assert_eq!((good.status, good.err.as_str()), (0, ""));
    assert!(good.out.contains("good is a valid plugin"), "{}", good.out);

    let bad = command(&["check", text(&dir.join("bad/pyproject.toml"))]);
    assert_eq!(bad.status, 1);
    for part in [
        "error[LF012]",
        "pyproject.toml:5:14",
        "5 | hot_reload = 'no'",
        "^^^^",
        "`hot_reload = false`",
    ] {
        assert!(bad.out.contains(part), "{part} is not in:\n{}", bad.out);
    }

    let both = command(&["check", text(&dir)]);
    assert_eq!(both.status, 1);
    assert!(
        both.out.contains("LF012") && both.out.contains("good is a valid plugin"),
        "{}",
        both.out
    );
}

#[test]
fn check_prints_json() {
    let (_scratch, dir) = plugins();
    let ran = command(&["check", "--json", text(&dir)]);
    assert_eq!(ran.status, 1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json[0]["valid"], false);
    assert_eq!(json[0]["diagnostics"][0]["code"], "LF012");
    assert_eq!(json[0]["diagnostics"][0]["severity"], "error");
    assert_eq!(json[0]["diagnostics"][0]["span"]["start"]["line"], 5);
    assert_eq!(json[1]["name"], "good");
}

#[test]
fn wrong_use_is_status_two() {
    let (_scratch, dir) = plugins();
    assert_eq!(command(&["check"]).status, 2);
    assert_eq!(command(&["check", text(&dir.join("missing"))]).status, 2);
    assert_eq!(
        command(&["check", text(&dir.join("good/__init__.py"))]).status,
        2
    );
    assert_eq!(command(&["migrate", text(&dir.join("missing"))]).status, 2);
}

#[test]
fn what_is_no_plugin_is_no_error() {
    let scratch = tempfile::tempdir().expect("scratch directory");
    let ran = command(&["check", text(scratch.path())]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("note[LF016]"), "{}", ran.out);
}

#[test]
fn migrate_shows_first_and_writes_then() {
    let (_scratch, dir) = plugins();
    let manifest = dir.join("good/pyproject.toml");
    let before = fs::read_to_string(&manifest).expect("text");

    let shown = command(&["migrate", "--check", text(&dir.join("good"))]);
    assert_eq!(shown.status, 1);
    assert!(
        shown.out.contains("-min_lichtfeld_version = '0.5.0'"),
        "{}",
        shown.out
    );
    assert!(
        shown.out.contains("+lichtfeld_version = \">=0.5.0\""),
        "{}",
        shown.out
    );
    assert_eq!(
        fs::read_to_string(&manifest).expect("text"),
        before,
        "--check writes nothing"
    );

    assert_eq!(command(&["migrate", text(&dir.join("good"))]).status, 0);
    assert!(
        fs::read_to_string(&manifest)
            .expect("text")
            .starts_with("# mine\n")
    );
    assert_eq!(command(&["check", text(&dir.join("good"))]).status, 0);
    let again = command(&["migrate", "--check", text(&dir.join("good"))]);
    assert_eq!(again.status, 0, "{}{}", again.out, again.err);
}

#[test]
fn migrate_converts_the_oldest_form_and_keeps_it() {
    let scratch = tempfile::tempdir().expect("scratch directory");
    let dir = scratch.path();
    write(
        &dir.join("plugin.toml"),
        "[plugin]\nname = 'old'\nversion = '1.0'\n[dependencies]\npackages = ['numpy']\n",
    );
    write(&dir.join("__init__.py"), "");
    let found = command(&["check", text(dir)]);
    assert!(
        found.status == 1 && found.out.contains("lichtfeld-plugins migrate"),
        "{}",
        found.out
    );
    let ran = command(&["migrate", text(dir)]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(dir.join("plugin.toml").exists());
    assert_eq!(command(&["check", text(dir)]).status, 0);
}

#[test]
fn migrate_leaves_a_broken_manifest_as_it_is() {
    let (_scratch, dir) = plugins();
    let manifest = dir.join("bad/pyproject.toml");
    let before = fs::read_to_string(&manifest).expect("text");
    let ran = command(&["migrate", text(&dir.join("bad"))]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("LF012"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&manifest).expect("text"), before);
}

#[test]
fn the_schema_is_printed() {
    let ran = command(&["schema"]);
    assert_eq!(ran.status, 0);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["properties"]["auto_start"]["default"], false);
}
