//! The shell that outlives this process by a moment, and ends what it has started.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};

use rustix::fs::{OFlags, fcntl_setfl};

use crate::fork::{Purpose, UnsharedFile};

const SCRIPT: &str = include_str!("kill_on_exit.sh");

/// What can be said to the shell, by the signs that its script knows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Message {
    /// Kill this process group in the end.
    Group(u32),
    /// The group has ended, or lives on.
    GroupDone(u32),
    /// Kill this one process in the end.
    Process(u32),
    /// The process has ended, or lives on.
    ProcessDone(u32),
    /// A child could not be started: forget the groups that do not exist.
    Recheck,
    /// End, and kill nothing.
    End,
}

/// A running shell.
#[derive(Debug)]
pub(super) struct Watchdog {
    shell: Child,
    input: UnsharedFile,
}

impl Watchdog {
    /// Starts it. The thread that calls must live as long as this process, since Linux signals
    /// the end of that thread to the shell.
    #[expect(
        clippy::disallowed_methods,
        reason = "this module starts the processes"
    )]
    pub(super) fn start() -> io::Result<Self> {
        let mut command = std::process::Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT])
            .current_dir("/")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        #[cfg(target_os = "linux")]
        super::parent_death::signal_on_parent_death(&mut command, rustix::process::Signal::URG);
        let mut started = None;
        let input = UnsharedFile::open(Purpose::Watchdog, || {
            let mut child = command.spawn()?;
            let input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
            // A shell that is stopped must not block the threads that write.
            fcntl_setfl(&input, OFlags::NONBLOCK)?;
            started = Some(child);
            Ok::<_, io::Error>(File::from(OwnedFd::from(input)))
        })?;
        let shell = started.ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { shell, input })
    }

    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(None))
    }

    /// Says something to it, without waiting.
    ///
    /// # Errors
    /// If it has ended, or reads nothing any more.
    pub(super) fn send(&self, message: Message) -> io::Result<()> {
        let line = match message {
            Message::Group(number) => format!("+ {number}\n"),
            Message::GroupDone(number) => format!("- {number}\n"),
            Message::Process(number) => format!("= {number}\n"),
            Message::ProcessDone(number) => format!("~ {number}\n"),
            Message::Recheck => "? 0\n".to_owned(),
            Message::End => ". 0\n".to_owned(),
        };
        let mut input = self.input.get().ok_or(io::ErrorKind::BrokenPipe)?;
        // One write: lines of two threads do not mix, and a short one is whole in a pipe.
        input.write_all(line.as_bytes())
    }

    /// What a child that is about to be started registers itself with.
    pub(super) fn registration(&self) -> Option<Registration> {
        (self.input.get()).map(|input| Registration(input.as_raw_fd()))
    }

    /// Asks it to end, and returns the shell, which is to be reaped.
    pub(super) fn end(self) -> Child {
        // By a word, not by closing its input: a forked copy may hold that open.
        let _ = self.send(Message::End);
        self.shell
    }

    /// Ends it at once, and returns the shell, which is to be reaped.
    pub(super) fn kill(mut self) -> Child {
        let _ = self.shell.kill();
        self.shell
    }
}

/// Registers a child with the watchdog, in the child itself: if this process did it afterwards, a
/// kill in between would leave behind what the child has started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Registration(RawFd);

impl Registration {
    /// Writes `+ GROUP`, between fork and exec: two system calls, no allocation, no lock. The child
    /// leads its group.
    pub(super) fn write(self) {
        let mut line = *b"+ 0000000000\n";
        let mut start = line.len() - 1;
        let mut rest = rustix::process::getpid()
            .as_raw_nonzero()
            .get()
            .unsigned_abs();
        while rest > 0 && start > 2 {
            start -= 1;
            line[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        // The number is written without zeros in front; the sign goes where they would be.
        line[start - 2] = b'+';
        line[start - 1] = b' ';
        // SAFETY: the parent keeps the watchdog, and so its input, as long as it expects a child;
        // this is the copy of it that fork has made.
        let input = unsafe { BorrowedFd::borrow_raw(self.0) };
        // A child that cannot register is no worse off than without a watchdog.
        let _ = rustix::io::write(input, &line[start - 2..]);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
#[expect(
    clippy::disallowed_methods,
    reason = "this module starts the processes, and the test chooses their numbers"
)]
mod tests {
    use super::SCRIPT;
    use std::io::Write;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    fn group() -> Child {
        let mut command = Command::new("sleep");
        command.arg("600").process_group(0).spawn().unwrap()
    }

    fn end(child: &mut Child) {
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Starts a group with this number, or returns `None` if the system does not let us.
    fn group_with(number: u32) -> Option<Child> {
        for _ in 0..100 {
            let last = (number - 1).to_string();
            std::fs::write("/proc/sys/kernel/ns_last_pid", last).ok()?;
            let mut child = group();
            if child.id() == number {
                return Some(child);
            }
            end(&mut child);
        }
        None
    }

    fn runs_after(wait: Duration, child: &mut Child) -> bool {
        std::thread::sleep(wait);
        child.try_wait().unwrap().is_none()
    }

    #[test]
    fn a_number_that_belongs_to_another_group_by_now_is_left_alone() {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let (mut gone, mut there) = (group(), group());
        let mut input = shell.stdin.take().unwrap();
        for child in [&gone, &there] {
            writeln!(input, "+ {}", child.id()).unwrap();
        }
        // Until it has read both. One that has not read is right all the same: nobody has the
        // number then, or another one has it, which is what is asked.
        assert!(runs_after(Duration::from_millis(300), &mut gone));
        end(&mut gone);
        let again = group_with(gone.id());
        drop(input);
        shell.wait().unwrap();
        assert!(!there.wait().unwrap().success(), "it was killed");
        let Some(mut again) = again else {
            println!("skipped: this system does not let us choose the number of a process");
            return;
        };
        assert!(runs_after(Duration::ZERO, &mut again), "an innocent one");
        end(&mut again);
    }
}
