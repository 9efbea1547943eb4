//! What the real uv has said is read as it was when it was recorded.
//!
//! `tests/it/transcripts.rs` makes each failure happen and records it.

use std::collections::BTreeSet;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Context, Told, explain, rows};
use crate::error::InstallError;
use crate::python::PythonInfo;
use crate::transcript::Transcript;
use lichtfeld_system::human;

/// The recorded files, by their names.
fn recorded() -> Vec<(Utf8PathBuf, String)> {
    let directory = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut found: Vec<_> = directory
        .read_dir_utf8()
        .expect("the transcripts")
        .flatten()
        .map(|entry| entry.into_path())
        .collect();
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("readable");
            (path, text)
        })
        .collect()
}

fn read(text: &str) -> (String, InstallError, Option<&'static str>) {
    let (expected, tail) = text.split_once("\n---\n").expect("a line ---");
    let python = PythonInfo::new("/opt/python/bin/python3", (3, 12, 1), "", "");
    let context = Context {
        plugin: "demo",
        manifest: "/home/me/plugins/demo/pyproject.toml".into(),
        envs_dir: "/home/me/envs".into(),
        python: &python,
        project: "/home/me/envs/.staging/0/project".into(),
    };
    let tail = tail.lines().map(str::to_owned).collect();
    let transcript = Box::new(Transcript::of("uv sync", "exit status 1", tail));
    let row = rows::find(&Told::new(&context, transcript.clone())).map(|(name, _)| name);
    (expected.to_owned(), explain(&context, transcript), row)
}

#[test]
fn every_transcript_is_read_as_when_it_was_recorded() {
    for (path, text) in recorded() {
        let (expected, error, _) = read(&text);
        let hint = error.hint().unwrap_or_default();
        let found = format!("[{}] {}\nhint: {hint}", error.code(), human::chain(&error));
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn every_row_has_a_transcript() {
    let found: BTreeSet<_> = recorded()
        .iter()
        .filter_map(|(_, text)| read(text).2)
        .collect();
    let all: BTreeSet<_> = rows::ROWS.iter().map(|row| row.name).collect();
    assert_eq!(found, all);
}
