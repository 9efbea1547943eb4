//! The Rust tests: by nextest where it is installed, else by cargo; doctests by cargo.

use std::time::Instant;

use super::session::Session;
use super::slowest;
use super::tally::{self, Outcome};
use crate::error::Result;
use crate::process::Run;
use crate::python::find;
use crate::python::interpreter::Interpreter;
use crate::say;
use crate::workspace;

/// The tests that kill a build half-way need its named points.
const FEATURES: [&str; 2] = ["--features", "lichtfeld-installer/failpoints"];

/// Where nextest writes its report, below cargo's target directory; `.config/nextest.toml` says so.
const REPORT: &str = "nextest/default/junit.xml";

/// Compiles the tests.
pub(super) fn build(session: &Session<'_>) -> Result<()> {
    let interpreter = interpreter(session)?;
    let run = if has_nextest() {
        nextest(session).arg("--no-run")
    } else {
        cargo_test(session).arg("--no-run")
    };
    say::heading(run.shown());
    let run = session.with_variables(run, &interpreter);
    run.run(crate::process::Stdout::ToStderr)
}

/// Runs the tests of all crates, or of those that a change can reach.
pub(super) fn run(session: &Session<'_>) -> Result<Vec<Outcome>> {
    let interpreter = interpreter(session)?;
    let filters = &session.args.filters;
    let report = session.workspace.cargo_target(REPORT);
    workspace::remove(&report)?;
    let mut lines: Vec<(&str, Run)> = Vec::new();
    if has_nextest() {
        let mut run = nextest(session).args(["--no-fail-fast", "--no-tests", "pass"]);
        if let Some(jobs) = session.args.jobs {
            run = run.args(["--test-threads", &jobs.to_string()]);
        }
        lines.push(("Rust (nextest)", run.args(filters)));
        if filters.is_empty() {
            lines.push(("Rust (doctests)", cargo_test(session).arg("--doc")));
        }
    } else {
        // Cargo takes one filter itself; several go to the test programs.
        let run = cargo_test(session).arg("--").args(filters);
        lines.push(("Rust (cargo test)", run));
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
    if let Some(first) = outcomes.first_mut() {
        first.add_cases(slowest::read("Rust", &report));
    }
    Ok(outcomes)
}

fn interpreter(session: &Session<'_>) -> Result<Interpreter> {
    find::linkable(&session.interpreter, session.args.python.python.as_ref())
}

fn nextest(session: &Session<'_>) -> Run {
    packages(Run::cargo().args(["nextest", "run"]), session)
}

fn cargo_test(session: &Session<'_>) -> Run {
    packages(Run::cargo().args(["test", "--no-fail-fast"]), session)
}

fn packages(run: Run, session: &Session<'_>) -> Run {
    let Some(packages) = &session.packages else {
        return run.arg("--workspace").args(FEATURES);
    };
    let run = packages
        .iter()
        .fold(run, |run, package| run.args(["--package", package]));
    // Cargo refuses a feature of a package that is not chosen.
    let has_points = packages.iter().any(|name| name == "lichtfeld-installer");
    if has_points { run.args(FEATURES) } else { run }
}

fn has_nextest() -> bool {
    Run::cargo()
        .args(["nextest", "--version"])
        .capture()
        .is_ok_and(|captured| captured.success)
}
