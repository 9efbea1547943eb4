//! The Rust tests: by nextest where it is installed, else by cargo; doctests by cargo.

use std::time::Instant;

use super::Session;
use super::tally::{self, Outcome};
use crate::error::Result;
use crate::process::Run;
use crate::python::find;
use crate::say;

/// The tests that kill a build half-way need its named points.
const FEATURES: [&str; 2] = ["--features", "lichtfeld-installer/failpoints"];

/// Runs the tests of all crates.
pub(super) fn run(session: &Session<'_>) -> Result<Vec<Outcome>> {
    let named = session.args.python.python.as_ref();
    let interpreter = find::linkable(&session.interpreter, named)?;
    let filters = &session.args.filters;
    let mut lines: Vec<(&str, Run)> = Vec::new();
    if has_nextest() {
        let run = Run::cargo().args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        let run = run.args(FEATURES);
        let run = run.args(["--no-tests", "pass"]).args(filters);
        lines.push(("Rust (nextest)", run));
        if filters.is_empty() {
            lines.push(("Rust (doctests)", cargo_test().arg("--doc")));
        }
    } else {
        // Cargo takes one filter itself; several go to the test programs.
        lines.push(("Rust (cargo test)", cargo_test().arg("--").args(filters)));
    }
    let mut outcomes = Vec::new();
    for (name, run) in lines {
        say::heading(run.shown());
        let start = Instant::now();
        let captured = session
            .with_variables(run, &interpreter)
            .env("LICHTFELD_NETWORK_TESTS", "1")
            .tee()?;
        let tally = tally::add(tally::read(&captured.stdout), tally::read(&captured.stderr));
        outcomes.push(Outcome::new(name, tally, captured.success, start.elapsed()));
    }
    Ok(outcomes)
}

fn cargo_test() -> Run {
    let run = Run::cargo().args(["test", "--workspace", "--no-fail-fast"]);
    run.args(FEATURES)
}

fn has_nextest() -> bool {
    Run::cargo()
        .args(["nextest", "--version"])
        .capture()
        .is_ok_and(|captured| captured.success)
}
