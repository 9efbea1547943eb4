//! Tests on disks that are full or read-only.

use lichtfeld_system::CancelToken;
use lichtfeld_system::process::{Activity, Command, Finished, Timeouts};

/// Runs one test of the test program that is running, by its full name, in a namespace where the
/// shell commands `mount` have been run before. Returns false if the system does not allow mounts in
/// a user's namespace, and prints that the test is skipped.
///
/// # Panics
/// If the test fails, with its last lines.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub fn run_test_in_mount(test: &str, mount: &str, variables: &[(&str, &str)]) -> bool {
    let program = std::env::current_exe().expect("this program has a path");
    let scratch = tempfile::tempdir().expect("scratch");
    let run = |command: Command| -> Finished {
        command
            .run(&CancelToken::new(), &Timeouts::default(), &mut |_| {
                Activity::Seen
            })
            .expect("unshare starts")
    };
    let unshare = || Command::new("unshare").args(["-rm"]);
    let probe = unshare().args(["mount", "-t", "tmpfs", "none"]);
    if !run(probe.arg(scratch.path())).exit.success() {
        println!("skipped {test}: this system allows no mounts in a user namespace");
        return false;
    }
    let body = format!(
        "set -e; {mount}; exec '{}' --exact --nocapture {test}",
        program.display()
    );
    let finished = run(unshare()
        .args(["sh", "-c", &body])
        .envs(variables.iter().copied()));
    assert!(finished.exit.success(), "{}", finished.tail.join("\n"));
    true
}
