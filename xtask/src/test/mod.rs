//! `cargo xtask test`: every test there is, on what this machine has.
//!
//! A part that fails does not keep the next from running; what failed stands in the summary.

mod pytest;
mod rust;
mod tally;

use camino::Utf8PathBuf;

use crate::args::{TestArgs, TestPart};
use crate::error::{Result, TaskError};
use crate::process::Run;
use crate::python::environment::{self, Tools};
use crate::python::interpreter::Interpreter;
use crate::python::{find, wheel};
use crate::say;
use crate::workspace::{self, Workspace};
use tally::Outcome;

/// What the parts share.
struct Session<'a> {
    workspace: &'a Workspace,
    args: &'a TestArgs,
    interpreter: Interpreter,
    tools: Tools,
}

impl Session<'_> {
    /// What every test may count on: uv's real binary and an interpreter, not what PATH offers.
    fn with_variables(&self, run: Run, interpreter: &Interpreter) -> Run {
        run.env("LICHTFELD_UV", self.tools.uv())
            .env("LICHTFELD_PYTHON", &interpreter.executable)
            .env("PYO3_PYTHON", &interpreter.executable)
            .env_remove("LFS_RESOLVED_PLUGIN_DIR")
            .dir(self.workspace.root())
    }
}

/// Runs the tests and prints the summary.
pub(crate) fn run(workspace: &Workspace, args: &TestArgs) -> Result<()> {
    let interpreter = find::choose(args.python.python.as_ref())?;
    say::note(format!("using {}", interpreter.shown()));
    let tools = environment::tools(workspace, &interpreter)?;
    let session = Session {
        workspace,
        args,
        interpreter,
        tools,
    };
    let mut outcomes = Vec::new();
    for part in parts(args) {
        let result = match part {
            TestPart::Rust => rust::run(&session),
            TestPart::Python => pytest::on_every_interpreter(&session),
            TestPart::Colmap => pytest::colmap(&session),
            TestPart::Demo => pytest::demo(&session),
        };
        match result {
            Ok(mut ran) => outcomes.append(&mut ran),
            Err(error) => {
                say::note(format!("error: {error}"));
                if let Some(hint) = error.hint() {
                    say::note(format!("hint: {hint}"));
                }
                outcomes.push(Outcome::broken(part));
            }
        }
    }
    say::out("");
    for outcome in &outcomes {
        say::out(outcome.line());
    }
    say::out(tally::total(&outcomes));
    if outcomes.iter().all(Outcome::is_well) {
        return Ok(());
    }
    Err(TaskError::Found(
        "tests failed; each failure stands above with its output".into(),
    ))
}

/// The parts to run. With filters the demo is left out, since it is one whole.
fn parts(args: &TestArgs) -> Vec<TestPart> {
    let mut chosen = args.only.clone();
    if chosen.is_empty() {
        chosen = TestPart::ALL.to_vec();
        chosen.retain(|part| args.filters.is_empty() || *part != TestPart::Demo);
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// The wheel in an environment of each interpreter.
fn environment_with_wheel(
    session: &Session<'_>,
    interpreter: &Interpreter,
) -> Result<environment::Environment> {
    let wheel = wheel::build(session.workspace, &session.tools, &session.interpreter)?;
    environment::with_wheel(session.workspace, &session.tools, interpreter, &wheel)
}

/// The images that the demo and its tests reconstruct.
fn images(session: &Session<'_>) -> Result<Utf8PathBuf> {
    crate::scene::for_demo(session.workspace)
}

/// The requirements of the COLMAP plugin and of its tests, as its own manifest states them.
fn colmap_requirements(workspace: &Workspace) -> Result<Vec<String>> {
    let path = workspace.path("plugins/colmap/pyproject.toml");
    let unexpected = |reason: String| TaskError::Unexpected {
        what: path.to_string(),
        reason,
    };
    let manifest: toml::Table = workspace::read(&path)?
        .parse()
        .map_err(|e: toml::de::Error| unexpected(e.to_string()))?;
    let list = |table: &str, key: &str| -> Vec<String> {
        let values = manifest
            .get(table)
            .and_then(|t| t.get(key))
            .and_then(toml::Value::as_array);
        values
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    let mut requirements = list("project", "dependencies");
    if requirements.is_empty() {
        return Err(unexpected("[project] dependencies is empty".into()));
    }
    requirements.extend(list("dependency-groups", "test"));
    Ok(requirements)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::PythonArgs;

    fn args(filters: &[&str], only: &[TestPart]) -> TestArgs {
        TestArgs {
            filters: filters.iter().map(|f| (*f).to_owned()).collect(),
            only: only.to_vec(),
            python: PythonArgs { python: None },
        }
    }

    #[test]
    fn all_parts_run_unless_a_filter_or_a_choice_is_given() {
        assert_eq!(parts(&args(&[], &[])), TestPart::ALL);
        assert!(!parts(&args(&["reload"], &[])).contains(&TestPart::Demo));
        let twice = [TestPart::Demo, TestPart::Rust, TestPart::Rust];
        assert_eq!(
            parts(&args(&["x"], &twice)),
            [TestPart::Rust, TestPart::Demo]
        );
    }
}
