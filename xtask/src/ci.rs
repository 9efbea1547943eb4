//! `cargo xtask ci`: what `.ci/run` runs after it has installed the system's packages.

use crate::args::{CodegenArgs, PythonArgs, TestArgs, TidyArgs};
use crate::error::Result;
use crate::process::{Run, Stdout};
use crate::workspace::Workspace;
use crate::{codegen, say, test, tidy};

/// The two checks that are cargo's own. `.ci/run` has the same lines, which a test compares.
const CARGO: [&[&str]; 2] = [
    &["fmt", "--all", "--check"],
    &[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ],
];

/// Runs all checks, the quick ones first, and stops at the first that fails.
pub(crate) fn run(workspace: &Workspace, args: &PythonArgs) -> Result<()> {
    for line in CARGO {
        say::heading(format!("cargo {}", line.join(" ")));
        Run::cargo()
            .args(line)
            .dir(workspace.root())
            .run(Stdout::ToStderr)?;
    }
    say::heading("cargo xtask tidy");
    tidy::run(workspace, &TidyArgs::default())?;
    say::heading("cargo xtask codegen --check");
    codegen::run(workspace, &CodegenArgs { check: true })?;
    say::heading("cargo xtask test");
    test::run(
        workspace,
        &TestArgs {
            python: args.clone(),
            ..TestArgs::default()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_ci_runs_the_same_lines() {
        let script = include_str!("../../.ci/run");
        let at = |line: &str| {
            script
                .lines()
                .position(|l| l.trim() == line)
                .unwrap_or_else(|| panic!("no `{line}`"))
        };
        let mut last = 0;
        for line in CARGO {
            let here = at(&format!("cargo {}", line.join(" ")));
            assert!(here > last);
            last = here;
        }
        for line in [
            "cargo xtask tidy",
            "cargo xtask codegen --check",
            "cargo xtask test",
        ] {
            let here = at(line);
            assert!(here > last, "{line} comes too early");
            last = here;
        }
    }
}
