//! `cargo xtask bench`: runs benchmarks, prints their results and keeps them as JSON.
//!
//! A benchmark is a file with a [`Bench`] and one line in [`BENCHES`]. It returns series of
//! samples, each with a floor: the least that is possible, measured in the same run. This module
//! prints the table and writes `target/bench/NAME.json`. A benchmark that measures from Python is a
//! script, `xtask/bench/NAME.py`, which prints the same series as JSON ([`Context::python_script`]).

mod colmap;
mod discover;
mod document;
mod ends;
mod frames;
mod host;
mod install;
mod isolation;
mod lifecycle;
mod load;
mod panels;
mod registry;
mod series;
mod watch;

use std::cell::OnceCell;

use camino::Utf8PathBuf;
use lichtfeld_system::files;

use crate::args::BenchArgs;
use crate::error::{Result, TaskError};
use crate::process::{Run, Stdout};
use crate::python::environment::{self, Environment};
use crate::python::wheel::Profile;
use crate::python::{self, Prepared};
use crate::say;
use crate::workspace::{self, Workspace};
use series::{Report, Series};

/// A benchmark.
pub(crate) struct Bench {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it measures, in one line.
    pub(crate) about: &'static str,
    /// Measures and returns the series.
    pub(crate) run: fn(&Context<'_>) -> Result<Vec<Series>>,
}

/// All benchmarks. To add one: a file beside this one, and its line here.
const BENCHES: &[Bench] = &[
    colmap::BENCH,
    discover::BENCH,
    document::BENCH,
    ends::BENCH,
    host::BENCH,
    install::BENCH,
    isolation::BENCH,
    lifecycle::BENCH,
    load::BENCH,
    panels::BENCH,
    registry::BENCH,
    watch::BENCH,
];

/// What a benchmark works with.
pub(crate) struct Context<'a> {
    /// The checkout.
    pub(crate) workspace: &'a Workspace,
    python: Option<Utf8PathBuf>,
    prepared: OnceCell<Prepared>,
}

impl Context<'_> {
    /// An environment with the wheel (a release build), made at the first call.
    pub(crate) fn prepared(&self) -> Result<&Prepared> {
        if let Some(prepared) = self.prepared.get() {
            return Ok(prepared);
        }
        let prepared = python::prepare(self.workspace, self.python.as_ref(), Profile::Release)?;
        Ok(self.prepared.get_or_init(|| prepared))
    }

    /// An empty scratch directory under `target/bench`.
    pub(crate) fn scratch(&self, name: &str) -> Result<Utf8PathBuf> {
        let dir = self.workspace.target("bench").join("scratch").join(name);
        workspace::remove(&dir)?;
        workspace::create_dir(&dir)?;
        Ok(dir)
    }

    /// Runs `xtask/bench/NAME.py` in the prepared environment with a scratch home, and reads the
    /// series that it prints: `[{"name", "unit", "samples", "floor", "limits"}]`.
    pub(crate) fn python_script(
        &self,
        name: &str,
        variables: &[(&str, String)],
    ) -> Result<Vec<Series>> {
        self.python_script_in(&self.prepared()?.environment, name, variables)
    }

    /// The same in another environment.
    pub(crate) fn python_script_in(
        &self,
        environment: &Environment,
        name: &str,
        variables: &[(&str, String)],
    ) -> Result<Vec<Series>> {
        let script = self
            .workspace
            .path("xtask/bench")
            .join(format!("{name}.py"));
        let home = self.scratch(name)?;
        let prepared = self.prepared()?;
        let run = environment::script(environment, &script)
            .env("LFS_RESOLVED_PLUGIN_DIR", home.join("plugins"))
            .env("LICHTFELD_UV", prepared.tools.uv())
            // Both sides run compiled code, as they do for a user.
            .env_remove("PYTHONDONTWRITEBYTECODE");
        let run = variables
            .iter()
            .fold(run, |run, (name, value)| run.env(name, value));
        let (stdout, status) = run.results()?;
        if !status.success() {
            return Err(TaskError::Found(format!("{script} failed; see above")));
        }
        serde_json::from_str(&stdout).map_err(|error| TaskError::Unexpected {
            what: format!("the output of {script}"),
            reason: error.to_string(),
        })
    }
}

/// Runs the named benchmarks, or all.
pub(crate) fn run(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    if args.list {
        for bench in BENCHES {
            say::out(format!("{:12} {}", bench.name, bench.about));
        }
        return Ok(());
    }
    let chosen = choose(&args.names)?;
    if cfg!(debug_assertions) {
        return again_in_release(workspace, args);
    }
    let context = Context {
        workspace,
        python: args.python.python.clone(),
        prepared: OnceCell::new(),
    };
    let mut broken = 0;
    for bench in chosen {
        say::heading(format!("{}: {}", bench.name, bench.about));
        let report = Report::new(bench.name, &(bench.run)(&context)?);
        say::out(report.table());
        let file = workspace
            .target("bench")
            .join(format!("{}.json", bench.name));
        let json =
            serde_json::to_string_pretty(&report).map_err(|error| TaskError::Unexpected {
                what: "the report".into(),
                reason: error.to_string(),
            })?;
        files::write_atomic(&file, (json + "\n").as_bytes())?;
        say::note(format!("written to target/bench/{}.json", bench.name));
        broken += report.broken_limits();
    }
    if broken > 0 && args.enforce {
        return Err(TaskError::Found(format!("{broken} limits were not kept")));
    }
    Ok(())
}

fn choose(names: &[String]) -> Result<Vec<&'static Bench>> {
    if names.is_empty() {
        return Ok(BENCHES.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            BENCHES
                .iter()
                .find(|bench| bench.name == name)
                .ok_or_else(|| TaskError::Usage {
                    message: format!("there is no benchmark named {name}"),
                    hint: format!(
                        "there are: {}",
                        BENCHES
                            .iter()
                            .map(|bench| bench.name)
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
                })
        })
        .collect()
}

/// Runs the same command with a release build: the times of a debug build say nothing about it.
fn again_in_release(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    say::note("building for release");
    let mut run = Run::cargo()
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
        ])
        .args(&args.names)
        .dir(workspace.root());
    if args.enforce {
        run = run.arg("--enforce");
    }
    if let Some(python) = &args.python.python {
        run = run.args(["--python", python.as_str()]);
    }
    run.run(Stdout::Inherit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let error = choose(&["dicover".into()]).err().unwrap();
        assert!(error.hint().unwrap().contains("discover"));
        assert_eq!(error.exit_status(), 2);
    }

    #[test]
    fn names_are_unique() {
        for (index, bench) in BENCHES.iter().enumerate() {
            assert!(
                BENCHES[..index]
                    .iter()
                    .all(|other| other.name != bench.name)
            );
        }
    }
}
