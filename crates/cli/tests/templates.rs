//! `check` reports the mistakes of templates beside those of manifests.

#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use lichtfeld_cli::{Streams, run};
use lichtfeld_runtime::{Error, Manager};
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn command(arguments: &[&str]) -> (i32, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams::plain(&mut out, &mut err);
    let no_manager = || -> Result<Arc<Manager>, Error> { Err(Error::io("no manager", "none")) };
    let line = ["lichtfeld-plugins"].iter().chain(arguments).copied();
    let status = run(&no_manager, line, &mut streams);
    (status, String::from_utf8(out).expect("UTF-8"))
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("parent")).expect("directory");
    #[expect(clippy::disallowed_methods, reason = "as an author does")]
    fs::write(path, text).expect("written");
}

#[test]
fn a_mistake_in_a_template_has_its_place_and_makes_the_check_fail() {
    let scratch = tempfile::tempdir().expect("scratch directory");
    let dir = scratch.path();
    let manifest = "[project]\nname = 'good'\nversion = '1.0'\n\n[tool.lichtfeld]\n";
    write(&dir.join("pyproject.toml"), manifest);
    write(&dir.join("__init__.py"), "");
    let rml = dir.join("ui/panel.rml");
    write(&rml, "<rml><body>\n  <p>{{ value }}</p>\n</body></rml>");
    write(&dir.join("ui/panel.rcss"), "p { colour: red; }");
    let path = dir.to_str().expect("UTF-8");
    let (status, out) = command(&["check", path]);
    assert_eq!(status, 1, "{out}");
    let sheet = dir.join("ui/panel.rcss");
    let line = format!("{}:1:5: error[rcss-property]: ", sheet.display());
    assert!(out.contains(&line) && out.contains("`color`"), "{out}");
    let (_, json) = command(&["check", "--json", path]);
    assert!(
        json.contains("\"templates\"") && json.contains("\"line\""),
        "{json}"
    );
    write(&sheet, "p { color: red; }");
    let (status, out) = command(&["check", path]);
    assert_eq!(status, 0, "{out}");
    write(&rml, "<rml><body>\n  <p>{{ value</p>\n");
    assert_eq!(command(&["check", path]).0, 1);
}
