//! The Python tests: on every interpreter, the COLMAP ones, and the demo's.

use std::thread;
use std::time::Instant;

use super::session::Session;
use super::slowest;
use super::tally::{self, Outcome, Tally};
use crate::error::Result;
use crate::process::Run;
use crate::python::environment::Environment;
use crate::python::interpreter::Interpreter;
use crate::python::{self, find};
use crate::say;

/// The exit status of pytest when no test was chosen: right with a filter, wrong without.
const NO_TESTS: &str = "exit status 5";

/// The tests that run on the interpreters between the oldest and the newest: those of what Python
/// itself does, which differs from version to version.
const BETWEEN: [&str; 16] = [
    "tests/python/test_belongings.py",
    "tests/python/test_builtins.py",
    "tests/python/test_concurrency.py",
    "tests/python/test_ending.py",
    "tests/python/test_import.py",
    "tests/python/test_limits.py",
    "tests/python/test_loading.py",
    "tests/python/test_namespaces.py",
    "tests/python/test_output.py",
    "tests/python/test_own.py",
    "tests/python/test_plugin_paths.py",
    "tests/python/test_process_changes.py",
    "tests/python/test_reload.py",
    "tests/python/test_worker_arrays.py",
    "tests/python/test_worker_calls.py",
    "tests/python/test_worker_ends.py",
];

/// How the tests of one folder are run.
struct Suite<'a> {
    name: String,
    paths: Vec<&'a str>,
    environment: &'a Environment,
    interpreter: &'a Interpreter,
    /// Over all cores; else one after the other.
    parallel: bool,
}

/// `tests/python` on the interpreters of the machine, or on the one that was named: whole on the
/// oldest and the newest, and on those between the tests that depend on the interpreter.
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
    for (index, interpreter) in found.iter().enumerate() {
        let is_between = index > 0 && index + 1 < found.len() && !session.args.everywhere;
        let environment = session.with_wheel(interpreter)?;
        let suite = Suite {
            name: format!("Python {}", interpreter.version_text()),
            paths: if is_between {
                BETWEEN.to_vec()
            } else {
                // The COLMAP ones need pycolmap, and run in an environment that has it.
                vec!["tests/python", "--ignore=tests/python/colmap"]
            },
            environment: &environment,
            interpreter,
            parallel: true,
        };
        outcomes.push(suite.run(session, &[])?);
    }
    outcomes.push(examples(session)?);
    outcomes.push(compatibility(session)?);
    Ok(outcomes)
}

/// The tests of the example plugins, as their authors run them.
fn examples(session: &Session<'_>) -> Result<Outcome> {
    let environment = session.with_wheel(&session.interpreter)?;
    let suite = Suite {
        name: "Example plugins".into(),
        paths: vec!["plugins/examples"],
        environment: &environment,
        interpreter: &session.interpreter,
        parallel: true,
    };
    suite.run(session, &[])
}

/// `tests/compat`: plugins in the forms of published ones, in both places, on the main interpreter.
fn compatibility(session: &Session<'_>) -> Result<Outcome> {
    let environment = session.with_wheel(&session.interpreter)?;
    let suite = Suite {
        name: "Compatibility".into(),
        paths: vec!["tests/compat"],
        environment: &environment,
        interpreter: &session.interpreter,
        parallel: true,
    };
    suite.run(session, &[])
}

/// `tests/python/colmap`, in an environment with what the plugin's manifest asks for.
pub(super) fn colmap(session: &Session<'_>) -> Result<Vec<Outcome>> {
    let interpreter = &session.interpreter;
    let environment = python::with_colmap(
        session.workspace,
        &session.tools,
        interpreter,
        session.wheel()?,
    )?;
    let suite = Suite {
        name: "COLMAP plugin".into(),
        paths: vec!["tests/python/colmap"],
        environment: &environment,
        interpreter,
        parallel: true,
    };
    let python = environment.python().to_string();
    Ok(vec![
        suite.run(session, &[("LICHTFELD_COLMAP_PYTHON", python)])?,
    ])
}

/// `tests/end_to_end`: the demo itself, several times.
pub(super) fn demo(session: &Session<'_>) -> Result<Vec<Outcome>> {
    let environment = session.with_wheel(&session.interpreter)?;
    let suite = Suite {
        name: "End to end (the demo)".into(),
        paths: vec!["tests/end_to_end"],
        environment: &environment,
        interpreter: &session.interpreter,
        // The runs share a home, as a user's do.
        parallel: false,
    };
    let images = crate::scene::for_demo(session.workspace)?.to_string();
    Ok(vec![
        suite.run(session, &[("LICHTFELD_DEMO_IMAGES", images)])?,
    ])
}

impl Suite<'_> {
    fn run(&self, session: &Session<'_>, variables: &[(&str, String)]) -> Result<Outcome> {
        let report = session.report(&file_name(&self.name))?;
        let mut run = Run::new(self.environment.python())
            .args(["-m", "pytest"])
            .args(&self.paths)
            .args(["-v", "-ra", "-p", "no:cacheprovider"])
            // A test that hangs shows where, instead of stopping CI for good.
            .args(["--timeout", timeout(session.args.busy)])
            .arg(format!("--junitxml={report}"))
            // Compiled code is kept, as it is for users, and outside of the tree: half of the time of
            // a short-lived process is compiling otherwise.
            .env_remove("PYTHONDONTWRITEBYTECODE")
            .env(
                "PYTHONPYCACHEPREFIX",
                session.workspace.target("test/bytecode"),
            );
        let jobs = session.args.jobs.unwrap_or_else(cores);
        if self.parallel && jobs > 1 && session.args.filters.is_empty() {
            run = run.args(["--numprocesses", &jobs.to_string(), "--dist", "worksteal"]);
        }
        if !session.args.filters.is_empty() {
            run = run.args(["-k", &session.args.filters.join(" or ")]);
        }
        for (name, value) in variables {
            run = run.env(name, value);
        }
        let run = session.with_variables(run, self.interpreter);
        say::heading(format!("{}: {}", self.name, run.shown()));
        let start = Instant::now();
        let captured = run.tee()?;
        let filtered_out = captured.status == NO_TESTS && !session.args.filters.is_empty();
        let tally = if filtered_out {
            Tally::default()
        } else {
            tally::read(&captured.stdout)
        };
        let success = captured.success || filtered_out;
        let outcome = Outcome::new(&self.name, tally, success, start.elapsed());
        Ok(outcome.with_cases(slowest::read(&self.name, &report)))
    }
}

/// The longest that a test may take, in seconds. Beside busy loops each gets a third of a core, and
/// a reconstruction has been seen to take five minutes.
fn timeout(busy: bool) -> &'static str {
    if busy { "1200" } else { "600" }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// A name as the name of a file: "Python 3.12.1" is "python-3.12.1".
fn file_name(name: &str) -> String {
    name.to_lowercase()
        .replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn the_tests_for_the_interpreters_between_are_there() {
        let workspace = Workspace::locate().unwrap();
        for path in BETWEEN {
            assert!(workspace.path(path).is_file(), "{path}");
        }
    }

    #[test]
    fn a_name_of_a_suite_is_a_name_of_a_file() {
        assert_eq!(file_name("Python 3.12.1"), "python-3.12.1");
        assert_eq!(file_name("End to end (the demo)"), "end-to-end--the-demo-");
    }
}
