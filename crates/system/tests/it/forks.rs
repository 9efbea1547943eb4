//! What forked copies of a process inherit must keep nobody waiting.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use camino::Utf8PathBuf;
use lichtfeld_system::CancelToken;
use lichtfeld_system::lock::{FileLock, ProcessLock};
use lichtfeld_system::process::{Activity, AdoptedChild, Command, Timeouts};
use lichtfeld_testkit::{ScratchHome, is_alive, start_test, wait_for};

/// Far longer than each step takes, on a machine whose cores are all busy too.
const LIMIT: Duration = Duration::from_secs(60);

/// A forked copy of this process that sleeps until it is dropped.
struct Copy(libc::pid_t);

impl Copy {
    fn fork() -> Self {
        // SAFETY: the copy calls nothing but `pause`.
        match unsafe { libc::fork() } {
            0 => loop {
                // SAFETY: it has no arguments.
                unsafe { libc::pause() };
            },
            id => {
                assert!(id > 0, "fork failed");
                Self(id)
            }
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // SAFETY: it is a child of this process that was not reaped yet.
        unsafe {
            libc::kill(self.0, libc::SIGKILL);
            libc::waitpid(self.0, std::ptr::null_mut(), 0);
        }
    }
}

/// Runs a step in a forked copy, and returns whether it returned true.
fn in_copy(step: impl FnOnce() -> bool) -> bool {
    // SAFETY: the copy runs the step and ends, without any handler of the test program.
    let id = unsafe { libc::fork() };
    if id == 0 {
        let code = i32::from(!step());
        // SAFETY: it only ends the copy.
        unsafe { libc::_exit(code) }
    }
    let mut status = -1;
    wait_for(|| {
        // SAFETY: it is a child of this process.
        let waited = unsafe { libc::waitpid(id, &raw mut status, libc::WNOHANG) };
        waited == id
    });
    libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
}

/// Does a step on another thread, and fails if it takes too long.
#[track_caller]
fn limited<T: Send + 'static>(what: &str, step: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, end) = channel();
    std::thread::spawn(move || done.send(step()));
    match end.recv_timeout(LIMIT) {
        Ok(result) => result,
        Err(_) => panic!("{what} did not return within {} s", LIMIT.as_secs()),
    }
}

/// Keeps two cores busy while `work` runs.
fn beside_busy_threads(work: impl FnOnce()) {
    let busy = AtomicBool::new(true);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while busy.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let worked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        busy.store(false, Ordering::Relaxed);
        if let Err(panic) = worked {
            std::panic::resume_unwind(panic);
        }
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "a process that other code has started"
)]
fn stranger() -> std::process::Child {
    let mut command = std::process::Command::new("sleep");
    command.arg("600").spawn().unwrap()
}

fn end(mut child: std::process::Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_copy_that_has_the_watchdogs_pipe_keeps_nobody_waiting() {
    beside_busy_threads(|| {
        let mut copies = Vec::new();
        for _ in 0..10 {
            let child = stranger();
            let adopted = AdoptedChild::new(child.id(), None);
            limited("adopting", move || adopted.kill_on_exit());
            copies.push(Copy::fork());
            limited("releasing", move || adopted.release());
            end(child);
        }
        // The thread that starts children is there for others as well.
        let finished = limited("a child", || {
            Command::new("true").run(&CancelToken::new(), &Timeouts::default(), &mut |_| {
                Activity::Seen
            })
        });
        assert!(finished.unwrap().exit.success());
    });
}

#[test]
fn children_start_and_end_while_copies_are_made() {
    beside_busy_threads(|| {
        let go_on = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let forks = || {
                let mut copies = Vec::new();
                while go_on.load(Ordering::Relaxed) && copies.len() < 200 {
                    copies.push(Copy::fork());
                    std::thread::sleep(Duration::from_millis(2));
                }
            };
            scope.spawn(forks);
            let started = std::panic::catch_unwind(|| {
                for _ in 0..30 {
                    let exit = limited("a child", || {
                        let child = Command::new("true").spawn(|_| {}).unwrap();
                        child.wait_timeout(LIMIT)
                    });
                    assert!(exit.is_some_and(|exit| exit.success()));
                }
            });
            go_on.store(false, Ordering::Relaxed);
            assert!(started.is_ok());
        });
    });
}

#[test]
fn a_copy_can_start_children_of_its_own_and_leaves_the_parents_alone() {
    let child = Command::new("sleep").arg("600").spawn(|_| {}).unwrap();
    let is_right = in_copy(|| {
        // SAFETY: the original is not dropped in the copy, which ends without destructors.
        drop(unsafe { std::ptr::read(&raw const child) });
        child.kill();
        let own = Command::new("true").spawn(|_| {}).unwrap();
        own.wait().success() && !child.wait().success()
    });
    assert!(is_right);
    assert_eq!(child.try_wait(), None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_watchdog_that_is_stopped_keeps_nobody_waiting() {
    let child = stranger();
    let adopted = AdoptedChild::new(child.id(), None);
    adopted.kill_on_exit();
    let shells = shells_of(std::process::id());
    assert!(!shells.is_empty());
    for shell in &shells {
        // SAFETY: it is a child of this process.
        unsafe { libc::kill(*shell, libc::SIGSTOP) };
    }
    limited("releasing", move || adopted.release());
    limited("adopting", move || adopted.kill_on_exit());
    limited("releasing", move || adopted.release());
    for shell in shells {
        wait_for(|| !is_alive(&shell.to_string()));
    }
    end(child);
}

/// The watchdogs among the children of a process.
#[cfg(target_os = "linux")]
fn shells_of(parent: u32) -> Vec<libc::pid_t> {
    let is_watchdog = |id: &libc::pid_t| {
        let read =
            |name: &str| fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default();
        let parents = read("status").contains(&format!("PPid:\t{parent}\n"));
        parents && read("cmdline").contains("trap end URG")
    };
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(is_watchdog).collect()
}

fn scratch() -> (ScratchHome, Utf8PathBuf) {
    let home = ScratchHome::new();
    let path = home.path().join("lock");
    (home, path)
}

#[test]
fn a_lock_that_is_given_back_is_free_in_spite_of_copies() {
    let (_home, path) = scratch();
    for _ in 0..20 {
        let lock = FileLock::try_create(&path).unwrap().unwrap();
        let copy = Copy::fork();
        assert!(FileLock::try_create(&path).unwrap().is_none());
        drop(lock);
        assert!(FileLock::try_create(&path).unwrap().is_some());
        drop(copy);
    }
}

#[test]
fn a_copy_does_not_have_the_lock_and_cannot_give_it_back() {
    let (_home, path) = scratch();
    let lock = ProcessLock::acquire(&path, LIMIT).unwrap();
    let plain = FileLock::try_create(path.with_extension("plain"))
        .unwrap()
        .unwrap();
    let is_right = in_copy(|| {
        lichtfeld_system::after_fork_in_child();
        // SAFETY: as above.
        drop(unsafe { std::ptr::read(&raw const lock) });
        let closed = plain.file().is_none();
        let own = FileLock::try_create(path.with_extension("own")).unwrap();
        closed && own.is_some() && FileLock::try_create(&path).unwrap().is_none()
    });
    assert!(is_right);
    assert!(FileLock::try_create(&path).unwrap().is_none());
    drop(lock);
    assert!(FileLock::try_create(&path).unwrap().is_some());
}

#[test]
fn victim() {
    let Ok(mark) = std::env::var("LICHTFELD_TEST_MARK") else {
        return;
    };
    let _lock = ProcessLock::acquire(format!("{mark}.lock"), LIMIT).unwrap();
    let _child = Command::new("sh")
        .args(["-c", "sleep 600 & echo $$ $! >&2; wait"])
        .spawn({
            let mark = mark.clone();
            move |line| {
                // After the child's numbers are known, so that the copy has all there is.
                let copy = std::mem::ManuallyDrop::new(Copy::fork());
                let text = format!("{} {}\n", line.text, copy.0);
                lichtfeld_system::files::write_atomic(&mark, text.as_bytes()).unwrap();
            }
        })
        .unwrap();
    loop {
        std::thread::park();
    }
}

#[test]
fn a_copy_that_outlives_a_killed_process_has_neither_its_lock_nor_its_children() {
    let home = ScratchHome::new();
    let mark = home.path().join("mark");
    let victim = start_test("forks::victim", &[("LICHTFELD_TEST_MARK", mark.as_str())]);
    wait_for(|| mark.exists());
    let text = fs::read_to_string(&mark).unwrap();
    let [shell, sleeper, copy] = text.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    let lock = format!("{mark}.lock");
    assert!(FileLock::try_create(&lock).unwrap().is_none());
    let id = libc::pid_t::try_from(victim.id()).unwrap();
    // SAFETY: it is a child of this process. Only the one process: its group is the test's subject.
    unsafe { libc::kill(id, libc::SIGKILL) };
    wait_for(|| !is_alive(shell) && !is_alive(sleeper));
    wait_for(|| FileLock::try_create(&lock).unwrap().is_some());
    // The copy is in the victim's group, which goes with the victim; it may be gone by now.
    // SAFETY: the number was a descendant's of this process a moment ago.
    unsafe { libc::kill(copy.parse().unwrap(), libc::SIGKILL) };
}
