//! What a subscriber of `tracing` sees of a load and a reload.

use super::support::Fixture;
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns what is reported while `work` runs on this thread.
fn seen(work: impl FnOnce()) -> Vec<String> {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_span_events(FmtSpan::NEW)
        .with_writer(move || writer.clone())
        .without_time()
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    let text = lines.0.lock().unwrap().clone();
    let text = String::from_utf8(text).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

#[track_caller]
fn has(lines: &[String], parts: &[&str]) {
    let found = |line: &String| parts.iter().all(|part| line.contains(part));
    assert!(lines.iter().any(found), "{parts:?} in {lines:#?}");
}

#[test]
fn the_steps_of_a_load_are_spans_with_the_name_of_the_plugin() {
    let fixture = Fixture::new();
    fixture.plugins(&["a"]);
    let lines = seen(|| fixture.load("a").unwrap());
    has(&lines, &["discover{dir="]);
    for step in ["load", "environment", "place", "import", "activate"] {
        has(&lines, &[&format!("{step}{{plugin=\"a\""), ": new"]);
    }
    has(&lines, &["state", "from=LOADING", "to=ACTIVE"]);
}

#[test]
fn a_reload_is_a_span_with_its_cause() {
    let fixture = Fixture::new();
    fixture.loaded(&["a"]);
    let lines = seen(|| fixture.reload("a").unwrap());
    has(
        &lines,
        &[
            "reload{plugin=\"a\" cause=\"reload requested\"}",
            ":import{",
        ],
    );
}
