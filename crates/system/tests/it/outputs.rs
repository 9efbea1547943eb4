//! Where the output of children goes, and the group that they are in.
#![cfg(unix)]

use std::fs;

use lichtfeld_system::CancelToken;
use lichtfeld_system::process::{Command, Output, ProcessError};
use lichtfeld_testkit::{ScratchHome, is_alive, start_test, wait_for};
use rustix::process::{Pid, Signal, getpgid, kill_process};

fn shell(body: &str) -> Command {
    Command::new("sh").args(["-c", body])
}

fn pid(text: &str) -> Pid {
    Pid::from_raw(text.trim().parse().unwrap()).unwrap()
}

#[test]
fn all_bytes_are_captured_as_they_are() {
    // No line of this is passed on whole: it is too long, and has ends of all kinds.
    let body =
        r#"printf 'a\rb\r\n\377'; head -c 200000 /dev/zero | tr '\0' x; printf e >&2; exit 3"#;
    let captured = shell(body).capture(&CancelToken::new()).unwrap();
    assert_eq!(captured.exit.code, Some(3));
    assert_eq!(captured.stdout.len(), 200_006);
    assert!(captured.stdout.starts_with(b"a\rb\r\n\xffxxx"));
    assert_eq!(captured.stderr, b"e");
}

#[test]
fn capturing_ends_when_it_is_cancelled_with_all_that_was_started() {
    let home = ScratchHome::new();
    let mark = home.path().join("pid");
    let cancel = CancelToken::new();
    let canceller = {
        let (mark, cancel) = (mark.clone(), cancel.clone());
        std::thread::spawn(move || {
            wait_for(|| fs::read_to_string(&mark).is_ok_and(|text| text.ends_with('\n')));
            cancel.cancel();
        })
    };
    let command = shell(&format!("sleep 600 & echo $! > '{mark}'; wait"));
    let error = command.capture(&cancel).unwrap_err();
    assert!(matches!(error, ProcessError::Cancelled { .. }), "{error}");
    canceller.join().unwrap();
    let pid = fs::read_to_string(&mark).unwrap();
    wait_for(|| !is_alive(&pid));
    let error = shell("true").capture(&cancel).unwrap_err();
    assert_eq!(error.code(), "LI011");
}

#[test]
fn passing_on() {
    if std::env::var_os("LICHTFELD_TEST_PASS_ON").is_none() {
        return;
    }
    let both = shell("echo to-the-same; echo err-to-the-same >&2")
        .stdout(Output::Inherited)
        .stderr(Output::Inherited);
    let child = both.spawn(|_| {}).unwrap();
    assert!(child.wait().success());
    assert!(child.tail().is_empty());
    let captured = shell("echo to-stderr; echo drained >&2")
        .stdout(Output::Stderr)
        .capture(&CancelToken::new())
        .unwrap();
    assert!(captured.stdout.is_empty());
    assert_eq!(captured.stderr, b"drained\n");
}

#[test]
fn output_goes_where_it_is_sent() {
    let captured = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "outputs::passing_on"])
        .env("LICHTFELD_TEST_PASS_ON", "1")
        .capture(&CancelToken::new())
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&captured.stdout), text(&captured.stderr));
    assert!(captured.exit.success(), "{stdout}{stderr}");
    assert!(stdout.contains("to-the-same\n"), "{stdout}");
    assert!(!stdout.contains("err-to-the-same"), "{stdout}");
    assert!(stderr.contains("err-to-the-same\n"), "{stderr}");
    assert!(stderr.contains("to-stderr\n"), "{stderr}");
    assert!(!stderr.contains("drained"), "{stderr}");
}

#[test]
fn a_child_that_shares_the_group_is_ended_alone() {
    let home = ScratchHome::new();
    let mark = home.path().join("pid");
    let body = format!("sleep 600 & echo $! > '{mark}'; wait");
    let child = shell(&body).share_group().spawn(|_| {}).unwrap();
    let id = child.id().to_string();
    assert_eq!(getpgid(Some(pid(&id))).unwrap(), getpgid(None).unwrap());
    let own = shell("sleep 600").spawn(|_| {}).unwrap();
    let own = pid(&own.id().to_string());
    assert_eq!(getpgid(Some(own)).unwrap(), own);
    let started = || fs::read_to_string(&mark).unwrap_or_default();
    wait_for(|| started().ends_with('\n'));
    drop(child);
    assert!(!is_alive(&id));
    assert!(is_alive(&started()), "what it has started was ended too");
    kill_process(pid(&started()), Signal::KILL).unwrap();
}

#[test]
fn sharing_victim() {
    let Ok(mark) = std::env::var("LICHTFELD_TEST_MARK") else {
        return;
    };
    let body = format!("echo $$ > '{mark}'; exec sleep 600");
    let _child = shell(&body).share_group().spawn(|_| {}).unwrap();
    loop {
        std::thread::park();
    }
}

#[test]
fn a_child_that_shares_the_group_ends_with_this_process_too() {
    let home = ScratchHome::new();
    let mark = home.path().join("pid");
    let variables = [("LICHTFELD_TEST_MARK", mark.as_str())];
    let victim = start_test("outputs::sharing_victim", &variables);
    let started = || fs::read_to_string(&mark).unwrap_or_default();
    wait_for(|| started().ends_with('\n'));
    kill_process(pid(&victim.id().to_string()), Signal::KILL).unwrap();
    wait_for(|| !is_alive(&started()));
}
