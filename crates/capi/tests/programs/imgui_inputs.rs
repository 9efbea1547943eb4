//! What the pointer does beside clicking, edits, and looks, in the example with Dear ImGui. `imgui.rs`
//! builds the program.

use crate::imgui::{copy, used};
use crate::write;
use std::path::Path;

/// What the user does, and what must be printed. Of a number that is dragged, the values are left out.
const USE: [(&str, &str); 18] = [
    ("drag canvas|target", "moved by 133"),
    ("double canvas", "canvas: double click"),
    ("double words", "double click"),
    ("wheel canvas", "wheel 2"),
    ("drag number|target", "number begins\nnumber ends"),
    ("click text", "text begins"),
    ("type abc", "text = 'abc'"),
    // The field that the user leaves for another ends first.
    ("click number", "text ends\nnumber begins"),
    ("away", ""),
    ("color white", "white: ffffff"),
    ("color tinted", "tinted: ff0000"),
    ("color blue", "blue: 0000ff"),
    ("color in plain", "in plain: 0f0f10"),
    ("color in window", "in window: 141c2c"),
    ("color in modal", "in modal: 2c2218"),
    ("click ask", ""),
    ("color in a dialog", "in a dialog: 2c2218"),
    ("click yes", ""),
];

pub(crate) fn reach_the_plugin(scratch: &Path, build: &Path) {
    let plugins = scratch.join("pointer/plugins");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/pointer");
    copy(&source, &plugins.join("pointer"));
    let script = scratch.join("pointer/script.txt");
    let lines: Vec<&str> = USE.iter().map(|(line, _)| *line).collect();
    write(&script, &lines.join("\n"));
    let (out, err) = used(scratch, build, &plugins, "pointer", &script);

    let told = |line: &str| line.trim_start_matches("[pointer] ").to_owned();
    let (values, told): (Vec<_>, Vec<_>) = out
        .lines()
        .map(told)
        .partition(|line| line.starts_with("number = "));
    let expected: Vec<&str> = USE.iter().flat_map(|(_, told)| told.lines()).collect();
    assert_eq!(told, expected, "{err}");
    assert!(values.len() > 1, "{values:?}");
}
