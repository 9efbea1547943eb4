//! Hostile input: any bytes, and mutations of good ones. The fuzz targets look for longer.

mod checks;

use checks::{check_frame, check_registry_index};
use lichtfeld_panel::{PanelIdentity, Session};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// The kept inputs of a fuzz target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let entries = fs::read_dir(dir.join(target)).expect("the corpus of the target");
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "{} in {target}", files.len());
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// An input of the corpus with some bytes changed, and cut off somewhere.
fn mutated(target: &str) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let inputs = prop::sample::select(corpus(target));
    (inputs, changes, any::<prop::sample::Index>()).prop_map(|(mut input, changes, end)| {
        if !input.is_empty() {
            for (at, byte) in changes {
                let at = at.index(input.len());
                input[at] = byte;
            }
            // Most inputs stay whole.
            let end = end.index(input.len() * 4);
            input.truncate(end.max(1));
        }
        input
    })
}

proptest! {
    #[test]
    fn any_index_is_refused_or_works(input in mutated("registry_index")) {
        check_registry_index(&input);
    }

    #[test]
    fn any_frame_is_refused_or_works(input in mutated("frame")) {
        check_frame(&input);
    }
}

#[cfg(unix)]
proptest! {
    #[test]
    fn any_message_is_refused_or_works(input in mutated("message")) {
        checks::messages::check_message(&input);
    }
}

#[test]
fn the_kept_inputs_hold() {
    for (target, check) in [
        ("registry_index", check_registry_index as fn(&[u8])),
        ("frame", check_frame),
        #[cfg(unix)]
        ("message", checks::messages::check_message),
    ] {
        for input in corpus(target) {
            check(&input);
        }
    }
}

/// Wraps a value in a hundred thousand arrays.
fn deep() -> Vec<u8> {
    [vec![b'['; 100_000], vec![b']'; 100_000]].concat()
}

#[test]
fn deep_nesting_is_refused_everywhere() {
    let deep = String::from_utf8(deep()).unwrap();
    check_registry_index(format!("{{\"format\": 1, \"plugins\": {deep}}}").as_bytes());
    check_frame(format!("{{\"version\": 1, \"widgets\": {deep}}}").as_bytes());
    check_registry_index(deep.as_bytes());
    check_frame(deep.as_bytes());
}

#[test]
fn a_frame_whose_depths_make_no_sense_is_drawn() {
    let (frame, _) = {
        let mut panel = Session::default().record(PanelIdentity::new("a", "A"));
        panel.button("Run");
        panel.finish()
    };
    let mut frame = serde_json::to_value(frame).unwrap();
    let widget = frame["widgets"][0].clone();
    let at = |depth: usize| {
        let mut widget = widget.clone();
        widget["depth"] = json!(depth);
        widget
    };
    let falling: Vec<Value> = (0..2_000).rev().map(at).collect();
    let rising: Vec<Value> = (0..2_000).map(|depth| at(depth * 32)).collect();
    for widgets in [falling, rising] {
        frame["widgets"] = Value::Array(widgets);
        check_frame(&serde_json::to_vec(&frame).unwrap());
    }
}
