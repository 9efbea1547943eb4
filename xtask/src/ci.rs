//! `cargo xtask ci`: every check there is; `.ci/run` calls it on a machine that it has prepared.

use std::time::{Duration, Instant};

use crate::args::{CodegenArgs, FuzzArgs, PackageArgs, PythonArgs, TestArgs, TidyArgs};
use crate::error::Result;
use crate::process::{Run, Stdout};
use crate::workspace::Workspace;
use crate::{codegen, fuzz, package, say, test, tidy};

/// A check: its command line, and what runs it.
struct Step<'a> {
    shown: &'static str,
    run: Box<dyn Fn() -> Result<()> + 'a>,
}

/// Runs all checks, the quick ones first, and stops at the first that fails. Says at the end how long
/// each took.
pub(crate) fn run(workspace: &Workspace, args: &PythonArgs) -> Result<()> {
    let mut took: Vec<(&str, Duration)> = Vec::new();
    let mut result = Ok(());
    for step in steps(workspace, args) {
        say::heading(step.shown);
        let start = Instant::now();
        result = (step.run)();
        took.push((step.shown, start.elapsed()));
        if result.is_err() {
            break;
        }
    }
    say::out("");
    for (name, took) in &took {
        say::out(format!("{:6.1} s  {name}", took.as_secs_f64()));
    }
    let sum: Duration = took.iter().map(|(_, took)| *took).sum();
    say::out(format!("{:6.1} s  together", sum.as_secs_f64()));
    result
}

fn steps<'a>(workspace: &'a Workspace, args: &'a PythonArgs) -> Vec<Step<'a>> {
    let cargo = |shown: &'static str| Step {
        shown,
        run: Box::new(move || {
            Run::cargo()
                .args(shown.split(' ').skip(1))
                .dir(workspace.root())
                .run(Stdout::ToStderr)
        }),
    };
    let own = |shown: &'static str, run: Box<dyn Fn() -> Result<()> + 'a>| Step { shown, run };
    vec![
        cargo("cargo fmt --all --check"),
        own(
            "cargo xtask tidy",
            Box::new(|| tidy::run(workspace, &TidyArgs::default())),
        ),
        own(
            "cargo xtask codegen --check",
            Box::new(|| codegen::run(workspace, &CodegenArgs { check: true })),
        ),
        cargo("cargo clippy --workspace --all-targets -- -D warnings"),
        own(
            "cargo xtask package --no-verify",
            // Compiled just before, by the lints; `cargo xtask package` compiles it as packaged.
            Box::new(|| {
                let args = PackageArgs {
                    no_verify: true,
                    ..PackageArgs::default()
                };
                package::run(workspace, &args)
            }),
        ),
        own(
            "cargo xtask fuzz",
            Box::new(|| fuzz::run(workspace, &FuzzArgs::default())),
        ),
        own(
            "cargo xtask test",
            Box::new(|| {
                let python = args.clone();
                let args = TestArgs {
                    python,
                    ..TestArgs::default()
                };
                test::run(workspace, &args)
            }),
        ),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_script_of_ci_runs_this_task_and_no_check_of_its_own() {
        let script = include_str!("../../.ci/run");
        let lines: Vec<&str> = script.lines().map(str::trim).collect();
        assert_eq!(lines.last(), Some(&"cargo xtask ci"));
        // `cargo "$component"` asks whether it is installed.
        let checks = lines
            .iter()
            .filter(|line| line.starts_with("cargo ") && !line.contains('$'));
        assert_eq!(checks.count(), 1);
    }
}
