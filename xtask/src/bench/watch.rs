//! How long it takes from a save until its code is active. The floor is the debouncer alone.

use super::series::Series;
use super::{Bench, Context};
use crate::error::{Result, TaskError};
use crate::process::Run;

pub(super) const BENCH: Bench = Bench {
    name: "watch",
    about: "save to active, reloads a save, idle cost; the floor is the bare debouncer",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    let measured = Run::cargo()
        .args(["run", "--quiet", "--release", "-p", "lichtfeld-watcher"])
        .args(["--example", "measure_watch", "--", "10"])
        .dir(context.workspace.root())
        .capture()?;
    let floor = floor(&measured.stdout).ok_or_else(|| TaskError::Unexpected {
        what: "the watcher's example `measure_watch`".into(),
        reason: "it names no p50 of the debouncer".into(),
    })?;
    context.python_script("watch", &[("LICHTFELD_BENCH_FLOOR", floor.to_string())])
}

/// Returns the seconds in the line `debouncer: save to batch: p50 40.3 ms, ...`.
fn floor(output: &str) -> Option<f64> {
    let line = output
        .lines()
        .find(|line| line.starts_with("debouncer: save to batch:"))?;
    let milliseconds: f64 = line.split("p50 ").nth(1)?.split(' ').next()?.parse().ok()?;
    Some(milliseconds / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_read_from_the_example() {
        let output = "10 trees\ndebouncer: save to batch: p50 40.5 ms, p95 41 ms, max 42 ms\n";
        assert_eq!(floor(output), Some(0.0405));
        assert_eq!(floor("nothing"), None);
    }
}
