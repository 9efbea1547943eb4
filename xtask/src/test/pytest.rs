//! The Python tests: on every interpreter, the COLMAP ones, and the demo's.

use std::time::Instant;

use super::tally::{self, Outcome, Tally};
use super::{Session, colmap_requirements, environment_with_wheel, images};
use crate::error::Result;
use crate::process::Run;
use crate::python::environment::{self, Environment};
use crate::python::interpreter::Interpreter;
use crate::python::{find, wheel};
use crate::say;

/// The exit status of pytest when no test was chosen: right with a filter, wrong without.
const NO_TESTS: &str = "exit status 5";

/// `tests/python` on every tested interpreter of the machine, or on the one that was named.
pub(super) fn on_every_interpreter(session: &Session<'_>) -> Result<Vec<Outcome>> {
    let found = match session.args.python.python {
        Some(_) => vec![session.interpreter.clone()],
        None => find::all(),
    };
    say::heading("Python tests run on");
    for interpreter in &found {
        say::note(format!("  {}", interpreter.shown()));
    }
    let mut outcomes = Vec::new();
    for interpreter in &found {
        let environment = environment_with_wheel(session, interpreter)?;
        let run = pytest(session, &environment, interpreter, "tests/python")
            // They need pycolmap, and run in an environment that has it.
            .arg("--ignore=tests/python/colmap");
        outcomes.push(outcome(
            session,
            &format!("Python {}", interpreter.version_text()),
            run,
        )?);
    }
    Ok(outcomes)
}

/// `tests/python/colmap`, in an environment with what the plugin's manifest asks for.
pub(super) fn colmap(session: &Session<'_>) -> Result<Vec<Outcome>> {
    let requirements = colmap_requirements(session.workspace)?;
    let interpreter = &session.interpreter;
    let dir = session
        .workspace
        .target(&format!("python/colmap-{}", interpreter.version_text()));
    let common = session.workspace.path("xtask/requirements/test.txt");
    let wheel = wheel::build(session.workspace, &session.tools, interpreter)?;
    let mut install: Vec<&str> = requirements.iter().map(String::as_str).collect();
    install.extend(["--requirement", common.as_str(), wheel.path().as_str()]);
    let pins = crate::workspace::read(&common)?;
    let inputs = [requirements.join("\n"), pins, wheel.digest().to_owned()];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let lock = session.workspace.lock()?;
    let environment = environment::made(&session.tools, interpreter, dir, &install, &inputs)?;
    drop(lock);
    let run = pytest(session, &environment, interpreter, "tests/python/colmap")
        .env("LICHTFELD_COLMAP_PYTHON", environment.python());
    Ok(vec![outcome(session, "COLMAP plugin", run)?])
}

/// `tests/end_to_end`: the demo itself, several times.
pub(super) fn demo(session: &Session<'_>) -> Result<Vec<Outcome>> {
    let environment = environment_with_wheel(session, &session.interpreter)?;
    let run = pytest(
        session,
        &environment,
        &session.interpreter,
        "tests/end_to_end",
    )
    .env("LICHTFELD_DEMO_IMAGES", images(session)?);
    Ok(vec![outcome(session, "End to end (the demo)", run)?])
}

fn pytest(
    session: &Session<'_>,
    environment: &Environment,
    interpreter: &Interpreter,
    path: &str,
) -> Run {
    let mut run = Run::new(environment.python())
        .args(["-m", "pytest", path, "-v", "-ra", "-p", "no:cacheprovider"])
        // A test that hangs shows where, instead of stopping CI for good.
        .args(["--timeout", "600"])
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if !session.args.filters.is_empty() {
        run = run.args(["-k", &session.args.filters.join(" or ")]);
    }
    session.with_variables(run, interpreter)
}

fn outcome(session: &Session<'_>, name: &str, run: Run) -> Result<Outcome> {
    say::heading(format!("{name}: {}", run.shown()));
    let start = Instant::now();
    let captured = run.tee()?;
    let filtered_out = captured.status == NO_TESTS && !session.args.filters.is_empty();
    let tally = if filtered_out {
        Tally::default()
    } else {
        tally::read(&captured.stdout)
    };
    Ok(Outcome::new(
        name,
        tally,
        captured.success || filtered_out,
        start.elapsed(),
    ))
}
