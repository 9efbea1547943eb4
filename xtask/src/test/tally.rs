//! Counts of what ran: read from the runners' own summaries, added up at the end.

use std::time::Duration;

use super::slowest::Case;
use crate::args::TestPart;

/// How many tests did what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
}

/// How one runner ended.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    name: String,
    tally: Tally,
    /// Whether the runner itself ended with status 0.
    success: bool,
    took: Duration,
    cases: Vec<Case>,
}

impl Outcome {
    pub(super) fn new(
        name: impl Into<String>,
        tally: Tally,
        success: bool,
        took: Duration,
    ) -> Self {
        Self {
            name: name.into(),
            tally,
            success,
            took,
            cases: Vec::new(),
        }
    }

    /// A step that runs no tests.
    pub(super) fn step(name: &str, success: bool, took: Duration) -> Self {
        Self::new(name, Tally::default(), success, took)
    }

    /// The same with the tests that ran.
    pub(super) fn with_cases(mut self, cases: Vec<Case>) -> Self {
        self.add_cases(cases);
        self
    }

    /// Adds tests that ran.
    pub(super) fn add_cases(&mut self, mut cases: Vec<Case>) {
        self.cases.append(&mut cases);
    }

    /// The tests that ran, where the runner reported each.
    pub(super) fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// A part that could not run at all.
    pub(super) fn broken(part: TestPart) -> Self {
        Self::new(
            format!("{part:?} (did not run)"),
            Tally::default(),
            false,
            Duration::ZERO,
        )
    }

    pub(super) fn succeeded(&self) -> bool {
        self.success && self.tally.failed == 0
    }

    /// One line of the summary.
    pub(super) fn line(&self) -> String {
        let mark = if self.succeeded() { "ok    " } else { "FAILED" };
        let seconds = self.took.as_secs_f64();
        let counts = if self.tally == Tally::default() {
            String::new()
        } else {
            shown(self.tally)
        };
        format!("{mark}  {:24} {seconds:7.1} s  {counts}", self.name)
            .trim_end()
            .to_owned()
    }
}

/// The last line: everything together.
pub(super) fn total(outcomes: &[Outcome]) -> String {
    let sum = outcomes
        .iter()
        .fold(Tally::default(), |sum, outcome| add(sum, outcome.tally));
    shown(sum)
}

fn shown(tally: Tally) -> String {
    let Tally {
        passed,
        failed,
        skipped,
    } = tally;
    format!("{passed} passed, {failed} failed, {skipped} skipped")
}

pub(super) fn add(a: Tally, b: Tally) -> Tally {
    Tally {
        passed: a.passed + b.passed,
        failed: a.failed + b.failed,
        skipped: a.skipped + b.skipped,
    }
}

/// Reads the summaries of cargo test, cargo nextest and pytest; there may be several of cargo's.
pub(super) fn read(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        // Nextest shows what a failed test printed, and indents it: not counted a second time.
        let is_cargos = line.starts_with("test result:");
        let line = line.trim();
        let is_summary = is_cargos
            || line.starts_with("Summary [")
            || (line.starts_with('=') && line.ends_with('=') && line.contains(" in "));
        if is_summary {
            tally = add(tally, counts(line));
        }
    }
    tally
}

/// The numbers before the words of one summary line.
fn counts(line: &str) -> Tally {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut tally = Tally::default();
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<usize>() else {
            continue;
        };
        match pair[1].trim_end_matches([',', ';', ':']) {
            "passed" | "xpassed" => tally.passed += number,
            "failed" | "error" | "errors" | "timed" => tally.failed += number,
            "skipped" | "ignored" | "xfailed" => tally.skipped += number,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_that_nextest_shows_is_counted_once() {
        let output = "    test result: FAILED. 0 passed; 1 failed; 0 ignored\n\
            \u{20}    Summary [   0.5s] 2 tests run: 1 passed, 1 failed, 0 skipped\n";
        let tally = read(output);
        assert_eq!((tally.passed, tally.failed), (1, 1));
    }

    #[test]
    fn the_summaries_of_all_three_runners_are_read() {
        let cargo =
            "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 5 filtered out";
        assert_eq!(
            read(cargo),
            Tally {
                passed: 3,
                failed: 1,
                skipped: 2
            }
        );
        let nextest = "     Summary [   1.2s] 10 tests run: 9 passed (1 slow), 1 failed, 2 skipped";
        assert_eq!(
            read(nextest),
            Tally {
                passed: 9,
                failed: 1,
                skipped: 2
            }
        );
        let pytest = "====== 1 failed, 12 passed, 1 skipped, 1 xfailed, 2 errors in 3.21s ======";
        assert_eq!(
            read(pytest),
            Tally {
                passed: 12,
                failed: 3,
                skipped: 2
            }
        );
    }

    #[test]
    fn several_summaries_add_up_and_other_lines_do_not_count() {
        let text =
            "test result: ok. 3 passed; 0 failed;\nI say 7 passed\ntest result: ok. 4 passed;";
        assert_eq!(read(text).passed, 7);
    }

    #[test]
    fn a_runner_that_failed_without_a_failed_test_has_not_succeeded() {
        let outcome = Outcome::new(
            "x",
            Tally {
                passed: 1,
                ..Tally::default()
            },
            false,
            Duration::ZERO,
        );
        assert!(!outcome.succeeded() && outcome.line().starts_with("FAILED"));
    }
}
