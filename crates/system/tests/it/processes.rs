//! Children: drained, ended as a group, reaped, and gone with their parent.
#![cfg(unix)]

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lichtfeld_system::CancelToken;
use lichtfeld_system::process::{Activity, Command, ProcessError, Stream, Timeouts};
use lichtfeld_testkit::{ScratchHome, is_alive, start_test, wait_for};

fn shell(body: &str) -> Command {
    Command::new("sh").args(["-c", body])
}

#[test]
fn both_pipes_are_drained_however_much_comes() {
    let mut counts = [0_usize; 2];
    let body = "i=0; while [ $i -lt 20000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done";
    let finished = shell(body)
        .run(&CancelToken::new(), &Timeouts::default(), &mut |signal| {
            if let Some(line) = signal.line() {
                counts[usize::from(line.stream == Stream::Stderr)] += 1;
            }
            Activity::Seen
        })
        .unwrap();
    assert!(finished.exit.success());
    assert_eq!(counts, [20_000, 20_000]);
    assert_eq!(finished.tail.len(), 100);
}

#[test]
fn a_grandchild_that_keeps_the_pipe_does_not_hold_us() {
    let finished = shell("sleep 600 & echo $!")
        .run(&CancelToken::new(), &Timeouts::default(), &mut |_| {
            Activity::Seen
        })
        .unwrap();
    assert!(finished.elapsed < Duration::from_secs(300));
    wait_for(|| !is_alive(&finished.tail[0]));
}

#[test]
fn silence_is_measured_from_the_last_sign_of_life() {
    let timeouts = Timeouts::default()
        .with_stall(Duration::from_secs(3))
        .with_tick(Duration::from_millis(20));
    let error = shell("echo begun; sleep 600")
        .run(&CancelToken::new(), &timeouts, &mut |_| Activity::None)
        .unwrap_err();
    assert!(matches!(error, ProcessError::Stalled { .. }), "{error}");
    assert_eq!(error.tail(), ["begun"]);
    // A caller that sees life elsewhere, such as a growing file, keeps it going.
    let finished = shell("sleep 4").run(&CancelToken::new(), &timeouts, &mut |_| Activity::Seen);
    assert!(finished.unwrap().exit.success());
}

#[test]
fn dropping_a_child_ends_its_group() {
    let home = ScratchHome::new();
    let mark = home.path().join("pids");
    let child = shell(&format!(
        "sleep 600 & echo $! > '{mark}'; echo $$ >> '{mark}'; wait"
    ))
    .spawn(|_| {})
    .unwrap();
    let pids = || fs::read_to_string(&mark).unwrap_or_default();
    wait_for(|| pids().lines().count() == 2);
    assert!(child.try_wait().is_none());
    drop(child);
    for pid in pids().lines() {
        wait_for(|| !is_alive(pid));
    }
}

#[test]
fn a_child_started_by_a_thread_outlives_the_thread() {
    // Linux would kill it with the thread, had that started it itself.
    let child = std::thread::spawn(|| shell("sleep 0.3; echo done").spawn(|_| {}).unwrap())
        .join()
        .unwrap();
    assert!(child.wait().success());
    assert_eq!(child.tail(), ["done"]);
}

#[test]
fn open_files_can_be_handed_over() {
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let child = shell("echo hello >&7; read answer <&7; echo \"$answer\"")
        .inherit_fd(theirs.into(), 7)
        .spawn(|_| {})
        .unwrap();
    let mut text = [0; 6];
    std::io::Read::read_exact(&mut ours, &mut text).unwrap();
    assert_eq!(&text, b"hello\n");
    std::io::Write::write_all(&mut ours, b"back\n").unwrap();
    assert!(child.wait().success());
    assert_eq!(child.tail(), ["back"]);
}

#[test]
fn lines_arrive_while_it_runs_and_the_exit_is_told() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    let child = shell("echo first; sleep 600")
        .spawn(move |line| seen.lock().unwrap().push(line.text))
        .unwrap();
    wait_for(|| !lines.lock().unwrap().is_empty());
    let exit = child.stop(Duration::from_secs(120));
    assert_eq!((exit.code, exit.signal), (None, Some(15)));
    assert_eq!(exit.to_string(), "signal 15");
    assert_eq!(child.wait_timeout(Duration::ZERO), Some(exit));
}

#[test]
fn what_cannot_be_started_says_so() {
    let error = Command::new("/no/such/program").spawn(|_| {}).unwrap_err();
    assert_eq!(error.code(), "LI010");
    assert!(error.hint().unwrap().contains("Install"));
    let display = Command::new("a b").args(["c'd", "e"]).display();
    assert_eq!(display, r"'a b' 'c'\''d' e");
}

#[test]
fn victim() {
    let Ok(mark) = std::env::var("LICHTFELD_TEST_MARK") else {
        return;
    };
    let begin = "while [ ! -e \"$GO\" ]; do sleep 0.02; done";
    let _child = shell(&format!("{begin}; sleep 600 & echo $$ $! > '{mark}'; wait"))
        .env("GO", format!("{mark}.go"))
        .spawn(|_| {})
        .unwrap();
    // One that does not start takes nothing away from those that run.
    Command::new("/no/such/program").spawn(|_| {}).unwrap_err();
    fs::File::create(format!("{mark}.go")).unwrap();
    loop {
        std::thread::park();
    }
}

#[test]
fn what_a_child_has_started_ends_with_us_too() {
    let home = ScratchHome::new();
    let mark = home.path().join("pids");
    let variables = [("LICHTFELD_TEST_MARK", mark.as_str())];
    let victim = start_test("processes::victim", &variables);
    let pids = || fs::read_to_string(&mark).unwrap_or_default();
    wait_for(|| pids().ends_with('\n'));
    let pid = i32::try_from(victim.id()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    // Only the one process: the group is what the test is about.
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    for pid in pids().split_whitespace() {
        wait_for(|| !is_alive(pid));
    }
}
