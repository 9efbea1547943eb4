//! Objects of the application that panels get: documents of a toolkit, and arrays.

use crate::build::compiled;
use crate::{command, plugin};

const PLUGIN: &str = include_str!("objects.py");

const PRINTED: &str = "\
retained: 'panel.rml' 'body { color: red; }' 'fill' retained DEFAULT_CLOSED HIDE_HEADER
broken: 'broken.rml' '' 'content' draws
points: '' '' 'content' draws
document: mounted, updated, scene changed, unmounted
context: model retained, bound
LR131: panel 'broken' did not take its document: ValueError: the document has no such element
broken: refused
broken: taken away
LR130: no panel or menu is called 'nobody'
nobody: refused
LR127: document is null
null: refused
2400000 bytes, all zero: 1
(200000, 3) f 7 0
written by the plugin: 42
(200000, 3) f 7 8
LR127: 'float31' is none of bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64
float31: refused
LR127: a shape has from 1 to 32 lengths of at least 1, and not []
no lengths: refused
";

#[test]
fn documents_and_arrays_reach_panels_in_both_places() {
    let scratch = tempfile::tempdir().unwrap();
    let Some(program) = compiled("objects.cpp", scratch.path()) else {
        return;
    };
    for place in ["shared", "process"] {
        let plugins = scratch.path().join(place).join("plugins");
        plugin(&plugins, "objects", place, PLUGIN);
        let output = command(&program)
            .arg(&plugins)
            .arg("objects")
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(out, PRINTED, "{place}: {err}");
        assert!(output.status.success(), "{place}: {err}");
    }
}
