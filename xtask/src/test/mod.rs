//! `cargo xtask test`: every test there is, on what this machine has.
//!
//! A part that fails does not keep the next from running; what failed stands in the summary.

mod changed;
mod pytest;
mod rust;
mod session;
mod slowest;
mod tally;

use std::collections::BTreeSet;
use std::time::Instant;

use lichtfeld_system::human;

use crate::args::{TestArgs, TestPart, TidyArgs};
use crate::busy::Busy;
use crate::error::{Result, TaskError};
use crate::say;
use crate::tidy;
use crate::workspace::Workspace;
use session::Session;
use tally::Outcome;

/// Runs the tests and prints the summary.
pub(crate) fn run(workspace: &Workspace, args: &TestArgs) -> Result<()> {
    let mut parts = parts(args);
    let mut packages = None;
    if let Some(base) = &args.changed {
        tidy::run(workspace, &TidyArgs::default())?;
        let reach = changed::reach(workspace, base)?;
        parts.retain(|part| reach.parts.contains(part));
        packages = reach.packages;
        if parts.is_empty() {
            return Ok(());
        }
    }
    let session = Session::new(workspace, args, packages)?;
    let mut outcomes = vec![prepared(&session, &parts)];
    let busy = args.busy.then(Busy::start);
    if let Some(busy) = &busy {
        say::note(format!("{} loops keep the machine busy", busy.count()));
    }
    for part in parts {
        let result = match part {
            TestPart::Rust => rust::run(&session),
            TestPart::Python => pytest::on_every_interpreter(&session),
            TestPart::Colmap => pytest::colmap(&session),
            TestPart::Demo => pytest::demo(&session),
        };
        match result {
            Ok(mut ran) => outcomes.append(&mut ran),
            Err(error) => {
                say::note(format!("error: {}", human::chain(&error)));
                if let Some(hint) = error.hint() {
                    say::note(format!("hint: {hint}"));
                }
                outcomes.push(Outcome::broken(part));
            }
        }
    }
    drop(busy);
    summary(&outcomes)
}

/// Builds what the parts run, so that its time stands apart from theirs. The part that needs
/// it reports what could not be built.
fn prepared(session: &Session<'_>, parts: &BTreeSet<TestPart>) -> Outcome {
    let start = Instant::now();
    let mut built = true;
    if parts.contains(&TestPart::Rust) {
        built &= rust::build(session).is_ok();
    }
    if parts.iter().any(|part| *part != TestPart::Rust) {
        built &= session.wheel().is_ok();
    }
    Outcome::step("Building", built, start.elapsed())
}

fn summary(outcomes: &[Outcome]) -> Result<()> {
    let cases: Vec<_> = outcomes.iter().flat_map(Outcome::cases).cloned().collect();
    let slowest = slowest::lines(&cases);
    if !slowest.is_empty() {
        say::out("\nThe slowest tests:");
    }
    for line in slowest {
        say::out(line);
    }
    say::out("");
    for outcome in outcomes {
        say::out(outcome.line());
    }
    say::out(tally::total(outcomes));
    if outcomes.iter().all(Outcome::succeeded) {
        return Ok(());
    }
    Err(TaskError::Found(
        "tests failed; each failure stands above with its output".into(),
    ))
}

/// The parts to run. With filters the demo is left out, since it is one whole.
fn parts(args: &TestArgs) -> BTreeSet<TestPart> {
    if !args.only.is_empty() {
        return args.only.iter().copied().collect();
    }
    let mut parts: BTreeSet<TestPart> = TestPart::ALL.into();
    if !args.filters.is_empty() {
        parts.remove(&TestPart::Demo);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    fn args(filters: &[&str], only: &[TestPart]) -> TestArgs {
        TestArgs {
            filters: filters.iter().map(|f| (*f).to_owned()).collect(),
            only: only.to_vec(),
            ..TestArgs::default()
        }
    }

    #[test]
    fn all_parts_run_unless_a_filter_or_a_choice_is_given() {
        assert_eq!(parts(&args(&[], &[])), TestPart::ALL.into());
        assert!(!parts(&args(&["reload"], &[])).contains(&TestPart::Demo));
        let twice = [TestPart::Demo, TestPart::Rust, TestPart::Rust];
        assert_eq!(
            parts(&args(&["x"], &twice)),
            [TestPart::Rust, TestPart::Demo].into()
        );
    }
}
