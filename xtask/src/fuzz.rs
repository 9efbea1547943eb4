//! `cargo xtask fuzz`: runs the fuzz targets of all crates under libFuzzer.
//!
//! A crate's targets are programs of a package of their own in `crates/NAME/fuzz`. They are compiled
//! with the stable compiler and LLVM's coverage pass, which is all that libFuzzer needs: no nightly
//! compiler, no `cargo-fuzz`, and no sanitizer, which finds little in code without `unsafe`. A run
//! starts from the inputs that are kept in `crates/NAME/fuzz/corpus/TARGET`; what it finds itself
//! stays in `target/fuzz`.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};

use crate::args::FuzzArgs;
use crate::error::{Result, TaskError};
use crate::process::{Captured, Run, Stdout};
use crate::say;
use crate::workspace::{self, Workspace};

/// The workspace of the targets; it has the options of the compiler.
const MANIFEST: &str = "xtask/fuzz/Cargo.toml";

/// How long each target runs where nobody says.
const SECONDS: u64 = 20;
/// The variable that says it.
const VARIABLE: &str = "LICHTFELD_FUZZ_SECONDS";

/// Coverage as libFuzzer reads it; the flags of `cargo fuzz`, but for the sanitizer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
                     -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares \
                     -Cllvm-args=-simplifycfg-branch-fold-threshold=0";

/// A fuzz target.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    /// The folder of its package, relative to the checkout.
    package: Utf8PathBuf,
    /// The name of the crate's folder.
    krate: String,
    /// Its own name.
    name: String,
}

impl Target {
    /// "manifest/parse".
    fn shown(&self) -> String {
        format!("{}/{}", self.krate, self.name)
    }

    /// The name of its package.
    fn cargo_package(&self) -> String {
        format!("lichtfeld-{}-fuzz", self.krate)
    }

    /// Whether a word of the command line means it: its name, its crate or both.
    fn is_called(&self, word: &str) -> bool {
        word == self.name || word == self.krate || word == self.shown()
    }
}

/// Compiles the targets and runs them, as many at a time as there are cores.
pub(crate) fn run(workspace: &Workspace, args: &FuzzArgs) -> Result<()> {
    let chosen = chosen(all(workspace)?, &args.targets)?;
    let seconds = seconds(args.seconds, std::env::var(VARIABLE).ok().as_deref())?;
    let host = host(workspace)?;
    build(workspace, &chosen, &host)?;
    let names: Vec<String> = chosen.iter().map(Target::shown).collect();
    say::heading(format!("Fuzzing {} for {seconds} s each", names.join(", ")));
    let failed = fuzz(workspace, &chosen, &host, seconds)?;
    if failed.is_empty() {
        return Ok(());
    }
    Err(TaskError::Found(format!(
        "fuzzing failed: {}; the input is in target/fuzz/artifacts",
        failed.join(", ")
    )))
}

/// The targets of all crates.
fn all(workspace: &Workspace) -> Result<Vec<Target>> {
    let crates = workspace.path("crates");
    let entries = crates
        .read_dir_utf8()
        .map_err(TaskError::io("read the directory", &crates))?;
    let mut folders: Vec<String> = entries
        .filter_map(std::result::Result::ok)
        .map(|entry| entry.file_name().to_owned())
        .collect();
    folders.sort();
    let mut targets = Vec::new();
    for krate in folders {
        let package = Utf8PathBuf::from(format!("crates/{krate}/fuzz"));
        let manifest = workspace.root().join(&package).join("Cargo.toml");
        if !manifest.is_file() {
            continue;
        }
        for name in names(&manifest)? {
            targets.push(Target {
                package: package.clone(),
                krate: krate.clone(),
                name,
            });
        }
    }
    Ok(targets)
}

/// The names of a package's programs.
fn names(manifest: &Utf8Path) -> Result<Vec<String>> {
    let text = workspace::read(manifest)?;
    let table: toml::Table =
        text.parse()
            .map_err(|error: toml::de::Error| TaskError::Unexpected {
                what: manifest.to_string(),
                reason: error.to_string(),
            })?;
    let programs = table.get("bin").and_then(toml::Value::as_array);
    let names = programs.into_iter().flatten();
    Ok(names
        .filter_map(|program| program.get("name")?.as_str().map(str::to_owned))
        .collect())
}

fn chosen(all: Vec<Target>, words: &[String]) -> Result<Vec<Target>> {
    for word in words {
        if !all.iter().any(|target| target.is_called(word)) {
            let names: Vec<String> = all.iter().map(Target::shown).collect();
            return Err(TaskError::Usage {
                message: format!("there is no fuzz target named {word}"),
                hint: format!("there are: {}", names.join(", ")),
            });
        }
    }
    let is_chosen =
        |target: &Target| words.is_empty() || words.iter().any(|word| target.is_called(word));
    Ok(all.into_iter().filter(is_chosen).collect())
}

/// What the command line says, else the variable, else the usual.
fn seconds(named: Option<u64>, variable: Option<&str>) -> Result<u64> {
    match (named, variable) {
        (Some(seconds), _) => Ok(seconds),
        (None, None | Some("")) => Ok(SECONDS),
        (None, Some(text)) => text.parse().map_err(|_| TaskError::Usage {
            message: format!("{VARIABLE}={text} is no number of seconds"),
            hint: format!("for example {VARIABLE}=600"),
        }),
    }
}

/// The compiler's own target. Named to cargo, it keeps the flags away from build scripts.
fn host(workspace: &Workspace) -> Result<String> {
    let rustc = Run::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()));
    let text = rustc.arg("-vV").dir(workspace.root()).read()?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| TaskError::Unexpected {
            what: "the answer of `rustc -vV`".into(),
            reason: "it names no host".into(),
        })
}

/// Compiles all packages at once: what they depend on has the same features for all of them, so it is
/// compiled once.
fn build(workspace: &Workspace, targets: &[Target], host: &str) -> Result<()> {
    let mut packages: Vec<String> = targets.iter().map(Target::cargo_package).collect();
    packages.dedup();
    say::heading(format!(
        "Compiling {} (this toolchain, coverage by sancov, no sanitizer)",
        packages.join(", ")
    ));
    Run::cargo()
        .args(["build", "--locked", "--bins", "--target", host])
        .args(["--manifest-path", MANIFEST])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .args(["--target-dir", workspace.target("fuzz").as_str()])
        .env("RUSTFLAGS", FLAGS)
        .dir(workspace.root())
        .run(Stdout::ToStderr)
}

/// Runs the targets and returns those that failed.
fn fuzz(
    workspace: &Workspace,
    targets: &[Target],
    host: &str,
    seconds: u64,
) -> Result<Vec<String>> {
    let waiting: Mutex<VecDeque<&Target>> = Mutex::new(targets.iter().collect());
    let failed: Mutex<Vec<Result<String>>> = Mutex::new(Vec::new());
    let next = || {
        let mut waiting = waiting.lock().unwrap_or_else(|held| held.into_inner());
        waiting.pop_front()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores.min(targets.len()) {
            scope.spawn(|| {
                while let Some(target) = next() {
                    let failure = one(workspace, target, host, seconds).transpose();
                    let mut failed = failed.lock().unwrap_or_else(|held| held.into_inner());
                    failed.extend(failure);
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(|held| held.into_inner());
    failed.into_iter().collect()
}

/// Runs one target, and returns its name if it failed.
fn one(workspace: &Workspace, target: &Target, host: &str, seconds: u64) -> Result<Option<String>> {
    let place = |kind: &str| {
        let dir = workspace.target("fuzz").join(kind);
        dir.join(&target.krate).join(&target.name)
    };
    let (found, artifacts) = (place("corpus"), place("artifacts"));
    workspace::create_dir(&found)?;
    workspace::create_dir(&artifacts)?;
    let program = workspace
        .target("fuzz")
        .join(host)
        .join("debug")
        .join(format!("{}{}", target.name, std::env::consts::EXE_SUFFIX));
    let mut run = Run::new(program.as_str())
        .arg(format!("-max_total_time={seconds}"))
        // An input on which the code hangs, or for which it takes all memory, is a failure too.
        .args(["-timeout=10", "-rss_limit_mb=2048"])
        .arg(format!("-artifact_prefix={artifacts}/"))
        .arg("-print_final_stats=1")
        // libFuzzer writes into the first and only reads the others.
        .arg(found.as_str());
    let kept = workspace
        .root()
        .join(&target.package)
        .join("corpus")
        .join(&target.name);
    if kept.is_dir() {
        run = run.arg(kept.as_str());
    }
    let start = Instant::now();
    let captured = run.dir(workspace.root()).capture()?;
    say::note(summary(target, &captured, start.elapsed()));
    Ok((!captured.success).then(|| target.shown()))
}

/// Returns one line for a run that found nothing, else all that libFuzzer wrote.
fn summary(target: &Target, captured: &Captured, took: Duration) -> String {
    let name = target.shown();
    let seconds = took.as_secs_f64();
    if !captured.success {
        return format!(
            "{name}: {} after {seconds:.0} s\n{}",
            captured.status, captured.stderr
        );
    }
    let number = |key: &str| {
        let value = captured
            .stderr
            .lines()
            .find_map(|line| line.strip_prefix(key));
        value.unwrap_or("?").trim().to_owned()
    };
    format!(
        "{name}: {} runs in {seconds:.0} s, {} MB, nothing found",
        number("stat::number_of_executed_units:"),
        number("stat::peak_rss_mb:")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(krate: &str, name: &str) -> Target {
        Target {
            package: format!("crates/{krate}/fuzz").into(),
            krate: krate.into(),
            name: name.into(),
        }
    }

    #[test]
    fn a_target_is_chosen_by_its_name_by_its_crate_or_by_both() {
        let all = [target("manifest", "parse"), target("engine", "index")];
        let names = |words: &[&str]| -> Vec<String> {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let found = chosen(all.to_vec(), &words).unwrap();
            found.iter().map(Target::shown).collect()
        };
        assert_eq!(names(&[]), ["manifest/parse", "engine/index"]);
        assert_eq!(names(&["parse"]), ["manifest/parse"]);
        assert_eq!(names(&["engine", "manifest/parse"]).len(), 2);
        let error = chosen(all.to_vec(), &["prase".into()]).unwrap_err();
        assert!(error.hint().unwrap().contains("manifest/parse"));
    }

    #[test]
    fn the_command_line_goes_before_the_variable_and_a_word_is_no_number() {
        assert_eq!(seconds(None, None).unwrap(), SECONDS);
        assert_eq!(seconds(None, Some("600")).unwrap(), 600);
        assert_eq!(seconds(Some(5), Some("600")).unwrap(), 5);
        assert!(seconds(None, Some("long")).is_err());
    }

    #[test]
    fn the_targets_of_this_checkout_are_found() {
        let all = all(&Workspace::locate().unwrap()).unwrap();
        assert!(all.contains(&target("manifest", "parse")), "{all:?}");
    }

    #[test]
    fn a_failure_is_shown_whole_and_a_good_run_in_one_line() {
        let captured = |success, stderr: &str| Captured {
            success,
            status: "exit status 77".into(),
            stdout: String::new(),
            stderr: stderr.into(),
        };
        let good = captured(
            true,
            "#2 x\nstat::number_of_executed_units: 120\nstat::peak_rss_mb: 51\n",
        );
        let target = target("manifest", "parse");
        assert_eq!(
            summary(&target, &good, Duration::from_secs(20)),
            "manifest/parse: 120 runs in 20 s, 51 MB, nothing found"
        );
        let bad = summary(&target, &captured(false, "panicked at x"), Duration::ZERO);
        assert!(bad.contains("exit status 77") && bad.contains("panicked at x"));
    }
}
